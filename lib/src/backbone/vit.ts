/**
 * Vision transformers with patches of 16 px: pre-norm blocks, a class token, learned positions (Dosovitskiy et al., ICLR 2021). Parameters
 * carry the names of PyTorch's public weight files; weights/vit-names.ts reads the others. With 1,000 classes at 224 px the three sizes have
 * 5,717,416, 22,050,664 and 86,567,656 parameters. Images enter as p / 127.5 - 1.
 *
 * GELU is the exact one. The published weights were trained with its tanh approximation (flax' default), which differs by up to 5e-4; the
 * PyTorch readers of the same files, and the peers that fine-tune them, all use the exact one.
 *
 * There is no dropout. TransFG has 0.1 behind the embedding while it fine-tunes; here the views are the only noise of a step, which keeps a
 * step a function of its plan.
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '../tf';
import { addResidual, gelu, layerNorm, linear, selfAttention } from '../core/kernels';
import type { Architecture, Features, Lookup, ParameterSpec, Tools } from './architecture';
import { dense, denseParameters } from './layers';
import { evenScale } from './pixels';

/** Side in pixels of a patch. */
export const PATCH = 16;
/** Added to the variance in layer norm. */
const EPSILON = 1e-6;
/** Width of the hidden layer of a block's MLP, in widths of the block. */
const EXPANSION = 4;

export interface VitSize {
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
}

/** The size, and the grid of patches that the positions were made for. */
interface Network extends VitSize {
  /** Patches along each side of the image. */
  readonly grid: number;
}

type Kind = Pick<ParameterSpec, 'init' | 'stride' | 'decay'>;

const kernel = (sd: number): Kind => ({ init: { kind: 'normal', sd }, stride: PATCH, decay: true });
const offset = (kind: 'zeros' | 'ones', stride = PATCH): Kind => ({ init: { kind }, stride, decay: false });
const trunk = (name: string, shape: readonly number[], kind: Kind): ParameterSpec => ({
  ...{ name, shape, group: 'trunk' },
  ...kind,
});

/** Kernel and bias of a dense layer; BERT's standard deviation, as all transformers of this family. */
const denseSpecs = (name: string, inputs: number, outputs: number): ParameterSpec[] => [
  trunk(`${name}.weight`, [inputs, outputs], kernel(0.02)),
  trunk(`${name}.bias`, [outputs], offset('zeros')),
];

const normSpecs = (name: string, width: number, stride = PATCH): ParameterSpec[] => [
  trunk(`${name}.weight`, [width], offset('ones', stride)),
  trunk(`${name}.bias`, [width], offset('zeros', stride)),
];

const blockSpecs = (name: string, width: number): ParameterSpec[] => [
  ...normSpecs(`${name}.norm1`, width),
  ...denseSpecs(`${name}.attn.qkv`, width, 3 * width),
  ...denseSpecs(`${name}.attn.proj`, width, width),
  ...normSpecs(`${name}.norm2`, width),
  ...denseSpecs(`${name}.mlp.fc1`, width, EXPANSION * width),
  ...denseSpecs(`${name}.mlp.fc2`, EXPANSION * width, width),
];

const trunkSpecs = ({ width, depth, grid }: Network): ParameterSpec[] => [
  trunk('cls_token', [1, 1, width], offset('zeros')),
  trunk('pos_embed', [1, 1 + grid * grid, width], { init: { kind: 'normal', sd: 0.02 }, stride: PATCH, decay: false }),
  trunk('patch_embed.proj.weight', [PATCH, PATCH, 3, width], kernel(Math.sqrt(1 / (PATCH * PATCH * 3)))),
  trunk('patch_embed.proj.bias', [width], offset('zeros')),
  ...Array.from({ length: depth }, (_, i) => blockSpecs(`blocks.${i}`, width)).flat(),
  ...normSpecs('norm', width, Infinity),
];

/** Images [n, s, s, 3] to patches as rows, [n g g, 16 16 3]. */
function patchRows(images: Tensor4D, grid: number): Tensor2D {
  const tiles = tf.reshape(images, [images.shape[0] * grid, PATCH, grid, PATCH * 3]);
  return tf.reshape(tf.transpose(tiles, [0, 2, 1, 3]), [-1, PATCH * PATCH * 3]);
}

/** Embedded patches behind the class token, with their positions, as rows: [n (1 + g g), d]. */
function embed(images: Tensor4D, lookup: Lookup, { grid, width }: Network): Tensor2D {
  return tf.tidy(() => {
    const tokens = 1 + grid * grid;
    const rows = patchRows(images, grid);
    const flatKernel = tf.reshape(lookup('patch_embed.proj.weight'), [PATCH * PATCH * 3, width]) as Tensor2D;
    // tfjs' own product computes a gradient of the images only where they are on the tape.
    const embedded = tf.add(tf.matMul(rows, flatKernel), lookup('patch_embed.proj.bias'));
    const patches = tf.pad(tf.reshape(embedded, [-1, tokens - 1, width]), [...BEHIND_CLASS]);
    const places = tf.add(
      lookup('pos_embed'),
      tf.pad(lookup<Tensor3D>('cls_token'), [
        [0, 0],
        [0, tokens - 1],
        [0, 0],
      ]),
    );
    return tf.reshape(tf.add(patches, places), [-1, width]) as Tensor2D;
  });
}

/** One row of zeros in front of the patches of each image: the place of the class token. */
const BEHIND_CLASS: readonly [number, number][] = [
  [0, 0],
  [1, 0],
  [0, 0],
];

interface Rows {
  /** [n (1 + g g), d] */
  readonly x: Tensor2D;
  readonly attention: readonly Tensor4D[];
}

const denseLayer = (x: Tensor2D, lookup: Lookup, name: string): Tensor2D =>
  linear(x, lookup(`${name}.weight`), lookup<Tensor1D>(`${name}.bias`));

const normalized = (x: Tensor2D, lookup: Lookup, name: string): Tensor2D =>
  layerNorm(x, lookup(`${name}.weight`), lookup(`${name}.bias`), EPSILON);

/** x + attention(norm(x)), then x + mlp(norm(x)); with the attention where it is wanted. */
function block(x: Tensor2D, index: number, tools: Tools, { heads, depth, grid }: Network): Rows {
  const { lookup, attention: wanted } = tools;
  const name = `blocks.${index}`;
  const keep = wanted === 'all' || (wanted === 'last' && index === depth - 1);
  const result = tf.tidy(() => {
    const qkv = denseLayer(normalized(x, lookup, `${name}.norm1`), lookup, `${name}.attn.qkv`);
    const { y, probabilities } = selfAttention(qkv, { heads, tokens: 1 + grid * grid });
    const attended = addResidual(x, denseLayer(y, lookup, `${name}.attn.proj`));
    const hidden = gelu(denseLayer(normalized(attended, lookup, `${name}.norm2`), lookup, `${name}.mlp.fc1`));
    const out = addResidual(attended, denseLayer(hidden, lookup, `${name}.mlp.fc2`));
    return { x: out, attention: keep ? [probabilities] : [] } as unknown as tf.TensorContainer;
  });
  return result as unknown as Rows;
}

/** The class token of each image: [n (1 + g g), d] -> [n, d]. */
function classTokens(x: Tensor2D, { grid, width }: Network): Tensor2D {
  const tokens = 1 + grid * grid;
  return tf.tidy(() => tf.reshape(tf.slice(tf.reshape(x, [-1, tokens, width]), [0, 0, 0], [-1, 1, -1]), [-1, width]));
}

/** The patch tokens of each image as a map: [n (1 + g g), d] -> [n, g, g, d]. */
function patchMap(x: Tensor2D, { grid, width }: Network): Tensor4D {
  return tf.tidy(() => {
    const patches = tf.slice(tf.reshape(x, [-1, 1 + grid * grid, width]), [0, 1, 0], [-1, -1, -1]);
    return tf.reshape(patches, [-1, grid, grid, width]);
  });
}

function run(images: Tensor4D, tools: Tools, network: Network): Omit<Features, 'statistics'> {
  const { depth, grid } = network;
  const [, height, width] = images.shape;
  if (height !== grid * PATCH || width !== grid * PATCH) {
    const side = grid * PATCH;
    throw new Error(
      `images of ${height} x ${width} px for a transformer made for ${side} x ${side} px: make the model for the side of the images`,
    );
  }
  const [third, twoThirds] = [Math.max(1, Math.round(depth / 3)), Math.max(1, Math.round((2 * depth) / 3))];
  const attention: Tensor4D[] = [];
  const early: Tensor2D[] = [];
  let x = embed(images, tools.lookup, network);
  for (let index = 0; index < depth; index++) {
    const rows = block(x, index, tools, network);
    x = rows.x;
    attention.push(...rows.attention);
    for (const at of [third, twoThirds]) if (at === index + 1) early.push(classTokens(x, network));
  }
  const tokens = normalized(x, tools.lookup, 'norm');
  const feature = classTokens(tokens, network);
  const logits = dense(feature, tools.lookup, 'head');
  return { feature, logits, maps: { 16: patchMap(tokens, network) }, stages: [...early, feature], attention };
}

/**
 * A transformer of any size. Its feature is the class token behind the final norm, its map the patch tokens there; the earlier stages are
 * the class tokens behind a third and two thirds of the blocks, before any norm.
 *
 * @param imageSize side of the images in pixels, a multiple of 16: positions are learned for it
 * @throws where the side is no multiple of 16
 */
export function visionTransformer(kind: string, size: VitSize, classes: number, imageSize: number): Architecture {
  const grid = imageSize / PATCH;
  if (!Number.isInteger(grid) || grid < 1) {
    throw new Error(`${kind}: images of ${imageSize} px do not divide into patches of ${PATCH} px`);
  }
  const network = { ...size, grid };
  const { width } = size;
  return {
    kind,
    pixels: evenScale(127.5, 127.5),
    featureSize: width,
    stageSizes: [width, width, width],
    convolutions: [],
    epsilon: EPSILON,
    statisticsMomentum: 0,
    parameters: [...trunkSpecs(network), ...denseParameters('head', width, classes)],
    forward: (images, tools) => run(images, tools, network),
  };
}

type Make = (classes: number, imageSize: number) => Architecture;

const sized =
  (kind: string, size: VitSize): Make =>
  (classes, imageSize) =>
    visionTransformer(kind, size, classes, imageSize);

export const vitTiny = sized('vit-tiny', { width: 192, depth: 12, heads: 3 });
export const vitSmall = sized('vit-small', { width: 384, depth: 12, heads: 6 });
export const vitBase = sized('vit-base', { width: 768, depth: 12, heads: 12 });
