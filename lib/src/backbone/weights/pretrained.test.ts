import { describe, expect, it } from 'vitest';
import { createRng } from '../../core/rng';
import type { Architecture } from '../architecture';
import { convnet } from '../convnet';
import { efficientNetLite0 } from '../efficientnet-lite';
import { resnet50 } from '../resnet';
import { visionTransformer, vitSmall, vitTiny } from '../vit';
import { resizePositions } from './positions';
import { pretrainedValues } from './pretrained';
import { WeightsError } from './state-dict';
import { asTorch, at, fromElements, npz, plain, pth, randomTensor, randomValues, safetensors, trunk } from './testing';
import type { Entries } from './testing';

const [D, HEADS, DEPTH, SIDE] = [8, 2, 2, 32];
const small = (classes: number, side = SIDE, kind = 'vit-test'): Architecture =>
  visionTransformer(kind, { width: D, depth: DEPTH, heads: HEADS }, classes, side);
const rng = createRng(1, 'weights');
const VALUES = randomValues(small(1000).parameters, rng);
const value = (name: string): ReturnType<typeof randomTensor> => VALUES.get(name)!;

/** The transformer above as JAX saves it. */
function asJax(): Entries {
  const entries: Record<string, ReturnType<typeof randomTensor>> = {
    cls: value('cls_token'),
    'Transformer/posembed_input/pos_embedding': value('pos_embed'),
    'embedding/kernel': value('patch_embed.proj.weight'),
    'embedding/bias': value('patch_embed.proj.bias'),
    'Transformer/encoder_norm/scale': value('norm.weight'),
    'Transformer/encoder_norm/bias': value('norm.bias'),
    ...{ 'head/kernel': randomTensor(rng, D, 21), 'head/bias': randomTensor(rng, 21) },
    ...{ 'pre_logits/kernel': randomTensor(rng, D, D), 'pre_logits/bias': randomTensor(rng, D) },
  };
  const size = D / HEADS;
  for (let i = 0; i < DEPTH; i++) {
    const [ours, theirs] = [`blocks.${i}`, `Transformer/encoderblock_${i}`];
    const attention = `${theirs}/MultiHeadDotProductAttention_1`;
    ['query', 'key', 'value'].forEach((part, p) => {
      const [kernel, bias] = [value(`${ours}.attn.qkv.weight`), value(`${ours}.attn.qkv.bias`)];
      entries[`${attention}/${part}/kernel`] = fromElements([D, HEADS, size], (d, h, s) =>
        at(kernel, d, p * D + h * size + s),
      );
      entries[`${attention}/${part}/bias`] = fromElements([HEADS, size], (h, s) => at(bias, p * D + h * size + s));
    });
    const out = value(`${ours}.attn.proj.weight`);
    entries[`${attention}/out/kernel`] = fromElements([HEADS, size, D], (h, s, d) => at(out, h * size + s, d));
    entries[`${attention}/out/bias`] = value(`${ours}.attn.proj.bias`);
    for (const [norm, jax] of [
      ['norm1', 'LayerNorm_0'],
      ['norm2', 'LayerNorm_2'],
    ] as const) {
      entries[`${theirs}/${jax}/scale`] = value(`${ours}.${norm}.weight`);
      entries[`${theirs}/${jax}/bias`] = value(`${ours}.${norm}.bias`);
    }
    for (const [layer, jax] of [
      ['fc1', 'Dense_0'],
      ['fc2', 'Dense_1'],
    ] as const) {
      entries[`${theirs}/MlpBlock_3/${jax}/kernel`] = value(`${ours}.mlp.${layer}.weight`);
      entries[`${theirs}/MlpBlock_3/${jax}/bias`] = value(`${ours}.mlp.${layer}.bias`);
    }
  }
  return entries;
}

/** The transformer above as Hugging Face's library saves it. */
function asHugging(prefix: string): Entries {
  const torch = asTorch(VALUES);
  const entries: Record<string, ReturnType<typeof randomTensor>> = {
    [`${prefix}embeddings.cls_token`]: torch.cls_token!,
    [`${prefix}embeddings.position_embeddings`]: torch.pos_embed!,
  };
  for (const leaf of ['weight', 'bias']) {
    entries[`${prefix}embeddings.patch_embeddings.projection.${leaf}`] = torch[`patch_embed.proj.${leaf}`]!;
    entries[`${prefix}layernorm.${leaf}`] = torch[`norm.${leaf}`]!;
    for (let i = 0; i < DEPTH; i++) {
      const [ours, theirs] = [`blocks.${i}`, `${prefix}encoder.layer.${i}`];
      const qkv = torch[`${ours}.attn.qkv.${leaf}`]!;
      ['query', 'key', 'value'].forEach((part, p) => {
        entries[`${theirs}.attention.attention.${part}.${leaf}`] = fromElements(
          [D, ...qkv.shape.slice(1)],
          (o, ...rest) => at(qkv, p * D + o, ...rest),
        );
      });
      entries[`${theirs}.attention.output.dense.${leaf}`] = torch[`${ours}.attn.proj.${leaf}`]!;
      entries[`${theirs}.intermediate.dense.${leaf}`] = torch[`${ours}.mlp.fc1.${leaf}`]!;
      entries[`${theirs}.output.dense.${leaf}`] = torch[`${ours}.mlp.fc2.${leaf}`]!;
      entries[`${theirs}.layernorm_before.${leaf}`] = torch[`${ours}.norm1.${leaf}`]!;
      entries[`${theirs}.layernorm_after.${leaf}`] = torch[`${ours}.norm2.${leaf}`]!;
    }
  }
  return entries;
}

const CLASSIFIER: Entries = { 'classifier.weight': randomTensor(rng, 7, D), 'classifier.bias': randomTensor(rng, 7) };
const POOLER: Entries = { 'pooler.dense.weight': randomTensor(rng, D, D), 'pooler.dense.bias': randomTensor(rng, D) };

const read = (bytes: Buffer, architecture: Architecture): ReadonlyMap<string, Float32Array> =>
  pretrainedValues(bytes, { architecture, file: 'some.file' });

describe('pretrainedValues reads a transformer', () => {
  it.each([
    ["JAX' npz", npz(asJax())],
    ["JAX' npz, packed", npz(asJax(), 6)],
    ["transformers' safetensors of a classifier", safetensors({ ...asHugging('vit.'), ...CLASSIFIER })],
    ["transformers' safetensors of the model alone", safetensors({ ...asHugging(''), ...POOLER })],
    ["transformers' pth", pth({ ...asHugging('vit.'), ...CLASSIFIER })],
    ["timm's safetensors", safetensors(asTorch(VALUES))],
    ["timm's pth", pth(asTorch(VALUES))],
    ["timm's names in an npz", npz(asTorch(VALUES))],
    [
      "timm's older safetensors",
      safetensors({
        ...asTorch(VALUES),
        'pre_logits.fc.weight': randomTensor(rng, D, D),
        'pre_logits.fc.bias': randomTensor(rng, D),
      }),
    ],
  ])('from %s, all but the head, whose classes are another task', (_name, bytes) => {
    const architecture = small(5);
    expect(plain(read(bytes, architecture))).toEqual(trunk(architecture, VALUES));
  });

  it.each([
    ['npz', npz(asJax())],
    ['safetensors', safetensors(asHugging('vit.'))],
    ['pth', pth(asTorch(VALUES))],
  ])('for images of another side, from %s: the positions are interpolated', (_name, bytes) => {
    for (const side of [16, 48, 80]) {
      const found = plain(read(bytes, small(5, side)));
      const expected = {
        ...trunk(small(5), VALUES),
        pos_embed: [...resizePositions(value('pos_embed'), side / 16).data],
      };
      expect(found).toEqual(expected);
    }
  });
});

/** The message of what a call throws, which must be this folder's own error. */
function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(WeightsError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

describe('pretrainedValues refuses', () => {
  const whole = asTorch(VALUES);
  const without = (entries: Entries, ...names: readonly string[]): Entries =>
    Object.fromEntries(Object.entries(entries).filter(([name]) => !names.includes(name)));

  it('what does not fit, in one message: file, backbone, what it looks like, the list, the mends', () => {
    const file = { ...without(whole, 'norm.bias'), extra: randomTensor(rng, 1), cls_token: randomTensor(rng, 1, 1, 9) };
    expect(messageOf(() => read(safetensors(file), small(5))).split('\n')).toEqual([
      "some.file does not fit vit-test, read under timm's names. It looks like a vision transformer: width 9, 2 blocks, patches of 16 px.",
      '  - wrong shape: cls_token is [1, 1, 9], expected [1, 1, 8]',
      '  - missing: norm.bias [8]',
      '  - surplus: extra',
      'Choose the backbone.kind that the file is for, or name a file for vit-test in CSDNET_WEIGHTS (or put one alone into data/weights), ' +
        'or choose backbone.weights "random".',
    ]);
  });

  it("what is missing or surplus by the file's own names", () => {
    const key = 'Transformer/encoderblock_1/MultiHeadDotProductAttention_1/key/kernel';
    const message = messageOf(() => read(npz({ ...without(asJax(), key), 'opt/step': randomTensor(rng) }), small(5)));
    expect(message).toContain("read under JAX' names");
    expect(message).toContain(`  - missing: ${key} of [8, 24]\n  - surplus: opt/step\n`);
  });

  it('query, key and value that differ', () => {
    const name = 'Transformer/encoderblock_0/MultiHeadDotProductAttention_1/value/kernel';
    expect(messageOf(() => read(npz({ ...asJax(), [name]: randomTensor(rng, D, 4, 4) }), small(5)))).toContain(
      'wrong shape: query, key and value have different shapes: [8, 2, 4], [8, 4, 4]',
    );
  });

  it('positions that are no class token and a square', () => {
    const file = { ...whole, pos_embed: randomTensor(rng, 1, 7, D) };
    expect(messageOf(() => read(safetensors(file), small(5)))).toContain(
      'positions [1, 7, 8] are no class token and a square',
    );
  });

  it.each([
    ['vit-tiny', vitTiny(5, 224)],
    ['vit-small', vitSmall(5, 224)],
  ])('another size of transformer, with no more than twenty lines of it: %s', (_kind, architecture) => {
    const message = messageOf(() => read(npz(asJax()), architecture));
    expect(message).toMatch(/It looks like a vision transformer: width 8, 2 blocks, patches of 16 px\./);
    expect(message).toMatch(/\n {2}- and \d+ more\n/);
    expect(message.split('\n').length).toBe(23);
  });

  it.each([
    ['resnet50', resnet50(5)],
    ['efficientnet-lite0', efficientNetLite0(5)],
    ['convnet', convnet(5)],
  ])("another family's file: %s", (kind, architecture) => {
    const message = messageOf(() => read(npz(asJax()), architecture));
    expect(message).toContain(
      `some.file does not fit ${kind}, read under this library's names. It looks like a vision transformer`,
    );
  });

  it('a damaged file, with its name', () => {
    expect(messageOf(() => read(npz(asJax()).subarray(0, 5000), small(5)))).toMatch(
      /^some\.file: the zip archive .* cut short/,
    );
    expect(messageOf(() => read(Buffer.from('hello'), small(5)))).toMatch(
      /^some\.file: this is no weight file that is known/,
    );
  });
});
