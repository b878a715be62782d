/**
 * EfficientNet-Lite0: inverted residuals with depthwise convolutions, ReLU6, no squeeze-and-excitation.
 * Source: the reference weights' own description (Tan and Le, ICML 2019; the Lite variant). With 1,000 classes it has
 * 4,652,008 parameters. Padding is TensorFlow's SAME, epsilon 1e-3, images enter as (p - 127) / 128.
 */
import * as tf from '../tf';
import type { Tensor4D } from '../tf';
import type { Architecture, Features, Tools } from './architecture';
import { convolutionParameters, dense, denseParameters, globalAverage } from './layers';
import type { ConvolutionSpec } from './layers';
import { evenScale } from './pixels';

const EPSILON = 1e-3;
const STEM = 32;
const HEAD = 1280;

/** [blocks, kernel, stride of the first, expansion, channels] of each stage. */
const STAGES = [
  [1, 3, 1, 1, 16],
  [2, 3, 2, 6, 24],
  [2, 5, 2, 6, 40],
  [3, 3, 2, 6, 80],
  [3, 5, 1, 6, 112],
  [4, 5, 2, 6, 192],
  [1, 3, 1, 6, 320],
] as const;

interface Block {
  readonly layers: readonly ConvolutionSpec[];
  /** Whether the input is added to the output: same size, same channels. */
  readonly residual: boolean;
  /** Stride in pixels of the block's output. */
  readonly stride: number;
}

interface Shape {
  readonly kernel: number;
  readonly stride: number;
  readonly expansion: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly pixels: number;
}

function blockLayers(
  prefix: string,
  { kernel, stride, expansion, inputs, outputs, pixels }: Shape,
): readonly ConvolutionSpec[] {
  const wide = inputs * expansion;
  const expand: ConvolutionSpec = {
    ...{ name: `${prefix}._expand_conv`, norm: `${prefix}._bn0`, kernel: 1, stride: 1 },
    ...{ pixels, inputs, outputs: wide, depthwise: false, activation: 'relu6' },
  } as const;
  const depthwise: ConvolutionSpec = {
    ...{ name: `${prefix}._depthwise_conv`, norm: `${prefix}._bn1`, kernel, stride },
    ...{ pixels, inputs: wide, outputs: wide, depthwise: true, activation: 'relu6' },
  } as const;
  const project: ConvolutionSpec = {
    ...{ name: `${prefix}._project_conv`, norm: `${prefix}._bn2`, kernel: 1, stride: 1 },
    ...{ pixels, inputs: wide, outputs, depthwise: false, activation: 'none' },
  } as const;
  return expansion === 1 ? [depthwise, project] : [expand, depthwise, project];
}

function makeBlocks(): readonly Block[] {
  const blocks: Block[] = [];
  let inputs = STEM;
  let pixels = 2;
  for (const [repeats, kernel, firstStride, expansion, outputs] of STAGES) {
    for (let i = 0; i < repeats; i++) {
      const stride = i === 0 ? firstStride : 1;
      pixels *= stride;
      const layers = blockLayers(`_blocks.${blocks.length}`, { kernel, stride, expansion, inputs, outputs, pixels });
      blocks.push({ layers, residual: stride === 1 && inputs === outputs, stride: pixels });
      inputs = outputs;
    }
  }
  return blocks;
}

const stem: ConvolutionSpec = {
  ...{ name: '_conv_stem', norm: '_bn0', kernel: 3, stride: 2 },
  ...{ pixels: 2, inputs: 3, outputs: STEM, depthwise: false, activation: 'relu6', fixedInput: true },
} as const;
const head: ConvolutionSpec = {
  ...{ name: '_conv_head', norm: '_bn1', kernel: 1, stride: 1 },
  ...{ pixels: 32, inputs: 320, outputs: HEAD, depthwise: false, activation: 'relu6' },
} as const;
const BLOCKS = makeBlocks();

function run(images: Tensor4D, { layer, lookup }: Tools): Omit<Features, 'statistics'> {
  const maps: Partial<Record<number, Tensor4D>> = {};
  let x = layer(images, stem);
  for (const block of BLOCKS) {
    const y = block.layers.reduce((map, spec) => layer(map, spec), x);
    x = block.residual ? tf.add(y, x) : y;
    maps[block.stride] = x;
  }
  const last = layer(x, head);
  const feature = globalAverage(last);
  const logits = dense(feature, lookup, '_fc');
  const stages = [globalAverage(maps[8]!), globalAverage(maps[16]!), feature];
  return { feature, logits, maps: { 8: maps[8]!, 16: maps[16]!, 32: last }, stages, attention: [] };
}

/** EfficientNet-Lite0 with a head for `classes` classes. */
export function efficientNetLite0(classes: number): Architecture {
  const convolutions = [stem, ...BLOCKS.flatMap((block) => block.layers), head];
  return {
    kind: 'efficientnet-lite0',
    pixels: evenScale(127, 128),
    featureSize: HEAD,
    stageSizes: [40, 112, HEAD],
    convolutions,
    epsilon: EPSILON,
    statisticsMomentum: 0.01,
    parameters: [...convolutions.flatMap(convolutionParameters), ...denseParameters('_fc', HEAD, classes)],
    forward: run,
  };
}
