/**
 * Vision transformers under the names of JAX (the published `.npz` files; TransFG and the other peers start from them) and of Hugging Face's
 * `transformers`. timm's names are ours.
 */
import { splitName } from './dialect';
import type { Dialect, Source } from './dialect';
import { shapeText, WeightsError } from './state-dict';
import type { RawTensor } from './state-dict';

const QKV = 'attn.qkv';
const PARTS = ['query', 'key', 'value'] as const;
const BLOCK = /^blocks\.(\d+)\.(.+)$/;

/** The three parts of an attention's first layer, which must be alike. */
function alike(parts: readonly RawTensor[]): RawTensor {
  const shapes = [...new Set(parts.map(({ shape }) => shapeText(shape)))];
  if (shapes.length > 1) throw new WeightsError(`query, key and value have different shapes: ${shapes.join(', ')}`);
  return parts[0]!;
}

/** Rows over each other: three [d, ...] to [3 d, ...]. */
function stackRows(parts: readonly RawTensor[]): RawTensor {
  const [rows = 0, ...rest] = alike(parts).shape;
  const data = new Float32Array(parts.length * parts[0]!.data.length);
  parts.forEach((part, i) => data.set(part.data, i * part.data.length));
  return { shape: [parts.length * rows, ...rest], data };
}

/** Columns beside each other: three kernels [d, heads, size] to [d, 3 heads size]. */
function besideEachOther(parts: readonly RawTensor[]): RawTensor {
  const [rows = 0, ...rest] = alike(parts).shape;
  const columns = rest.reduce((product, n) => product * n, 1);
  const data = new Float32Array(parts.length * rows * columns);
  for (let row = 0; row < rows; row++) {
    parts.forEach((part, i) => {
      data.set(part.data.subarray(row * columns, (row + 1) * columns), (row * parts.length + i) * columns);
    });
  }
  return { shape: [rows, parts.length * columns], data };
}

/** [heads, size, d] to [heads size, d], and [heads, size] to [heads size]. */
function mergeHeads([tensor]: readonly RawTensor[]): RawTensor {
  const { shape, data } = tensor!;
  const [heads = 1, size = 1, ...rest] = shape;
  return { shape: [heads * size, ...rest], data };
}

/** [d, ...] as a vector. */
const flat = (tensor: RawTensor): RawTensor => ({ shape: [tensor.data.length], data: tensor.data });

const ATTENTION = 'MultiHeadDotProductAttention_1';
/** Our layer to JAX', outside and inside of a block. */
const JAX: Readonly<Record<string, string>> = {
  ...{ 'patch_embed.proj': 'embedding', norm: 'Transformer/encoder_norm', head: 'head' },
  ...{ norm1: 'LayerNorm_0', norm2: 'LayerNorm_2', 'mlp.fc1': 'MlpBlock_3/Dense_0', 'mlp.fc2': 'MlpBlock_3/Dense_1' },
  'attn.proj': `${ATTENTION}/out`,
};
const JAX_WHOLE: Readonly<Record<string, string>> = {
  ...{ cls_token: 'cls', pos_embed: 'Transformer/posembed_input/pos_embedding' },
};

/** Splits a name of ours into the block's number, if it is in one, the layer and what of the layer. */
function placeOf(name: string): { block: string | undefined; layer: string; leaf: string } {
  const [path, leaf] = splitName(name);
  const [, block, layer] = BLOCK.exec(path) ?? [];
  return { block, layer: layer ?? path, leaf };
}

function jaxSource(name: string): Source {
  const whole = JAX_WHOLE[name];
  if (whole) return { keys: [whole] };
  const { block, layer, leaf } = placeOf(name);
  const within = block === undefined ? '' : `Transformer/encoderblock_${block}/`;
  const bias = leaf === 'bias';
  if (layer === QKV) {
    const keys = PARTS.map((part) => `${within}${ATTENTION}/${part}/${bias ? 'bias' : 'kernel'}`);
    return { keys, join: bias ? (parts) => stackRows(parts.map(flat)) : besideEachOther };
  }
  const kernel = layer.startsWith('norm') ? 'scale' : 'kernel';
  const keys = [`${within}${JAX[layer] ?? layer}/${bias ? 'bias' : kernel}`];
  return layer === 'attn.proj' && !bias ? { keys, join: mergeHeads } : { keys };
}

/**
 * The files of Google Research: `cls`, `embedding/kernel`, `Transformer/encoderblock_0/...`. Kernels lie as in tfjs, attention's by head:
 * [d, heads, size] in, [heads, size, d] out. `pre_logits` is a layer in front of the classifier of ImageNet-21k.
 */
export const VIT_JAX: Dialect = {
  ...{ title: "JAX' names", layout: 'tfjs', sourceOf: jaxSource, dropped: /^pre_logits\// },
};

/** Our layer to transformers', outside and inside of a block. */
const HUGGING: Readonly<Record<string, string>> = {
  ...{ 'patch_embed.proj': 'embeddings.patch_embeddings.projection', norm: 'layernorm' },
  ...{ norm1: 'layernorm_before', norm2: 'layernorm_after', 'attn.proj': 'attention.output.dense' },
  ...{ 'mlp.fc1': 'intermediate.dense', 'mlp.fc2': 'output.dense' },
};
const HUGGING_WHOLE: Readonly<Record<string, string>> = {
  ...{ cls_token: 'embeddings.cls_token', pos_embed: 'embeddings.position_embeddings' },
};

function huggingSource(prefix: string, name: string): Source {
  const whole = HUGGING_WHOLE[name];
  if (whole) return { keys: [`${prefix}${whole}`] };
  const { block, layer, leaf } = placeOf(name);
  if (layer === 'head') return { keys: [`classifier.${leaf}`] };
  const within = `${prefix}${block === undefined ? '' : `encoder.layer.${block}.`}`;
  if (layer !== QKV) return { keys: [`${within}${HUGGING[layer] ?? layer}.${leaf}`] };
  return { keys: PARTS.map((part) => `${within}attention.attention.${part}.${leaf}`), join: stackRows };
}

/**
 * `vit.encoder.layer.0.attention.attention.query.weight` and so on. A pooler, where there is one, has no part in the feature.
 *
 * @param prefix `vit.` in the files of a model with a task, nothing in those of the model alone
 */
export const vitHugging = (prefix: string): Dialect => ({
  ...{ title: "transformers' names", layout: 'torch', dropped: /^(vit\.)?pooler\./ },
  sourceOf: (name) => huggingSource(prefix, name),
});

/** Where transformers' class token is, and so what stands before every name; undefined in files of others. */
export function huggingPrefix(names: Iterable<string>): string | undefined {
  const token = `.${HUGGING_WHOLE.cls_token!}`;
  const found = [...names].find((name) => `.${name}`.endsWith(token));
  return found?.slice(0, -token.length + 1);
}
