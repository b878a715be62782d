/**
 * ResNet-50: residual bottlenecks of three convolutions (He et al., CVPR 2016), with the stride in the 3 x 3 convolution and the padding of
 * torchvision, under whose names its parameters go. With 1,000 classes it has 25,557,032 parameters.
 */
import * as tf from '../tf';
import type { Tensor4D } from '../tf';
import type { Architecture, Features, Layer, Tools } from './architecture';
import { convolutionParameters, dense, denseParameters, globalAverage } from './layers';
import type { ConvolutionSpec } from './layers';
import { IMAGENET_SCALE } from './pixels';

const EPSILON = 1e-5;
const STEM = 64;
/** Channels of a block's output in channels of its bottleneck. */
const EXPANSION = 4;

/** [blocks, channels of the bottleneck, stride of the first block] of each stage. */
const STAGES = [
  [3, 64, 1],
  [4, 128, 2],
  [6, 256, 2],
  [3, 512, 2],
] as const;

interface Block {
  /** The three convolutions of the bottleneck; the activation of the last one follows the addition. */
  readonly main: readonly ConvolutionSpec[];
  /** A 1 x 1 convolution on the skipping path where size or channels change. */
  readonly skip: ConvolutionSpec | undefined;
  /** Stride in pixels of the block's output. */
  readonly stride: number;
}

type Sizes = Pick<ConvolutionSpec, 'kernel' | 'stride' | 'pixels' | 'inputs' | 'outputs' | 'activation'>;

const layerSpec = (name: string, norm: string, sizes: Sizes): ConvolutionSpec => ({
  ...{ name, norm, depthwise: false, padding: 'torch' },
  ...sizes,
});

interface BlockSizes {
  readonly inputs: number;
  /** Channels of the bottleneck. */
  readonly width: number;
  readonly stride: number;
  /** Stride in pixels of the block's output. */
  readonly pixels: number;
}

function makeBlock(prefix: string, { inputs, width, stride, pixels }: BlockSizes): Block {
  const outputs = EXPANSION * width;
  const part = (i: number, sizes: Omit<Sizes, 'pixels'>): ConvolutionSpec =>
    layerSpec(`${prefix}.conv${i}`, `${prefix}.bn${i}`, { ...sizes, pixels });
  const skip = { kernel: 1, stride, pixels, inputs, outputs, activation: 'none' } as const;
  return {
    main: [
      part(1, { kernel: 1, stride: 1, inputs, outputs: width, activation: 'relu' }),
      part(2, { kernel: 3, stride, inputs: width, outputs: width, activation: 'relu' }),
      part(3, { kernel: 1, stride: 1, inputs: width, outputs, activation: 'none' }),
    ],
    skip:
      stride === 1 && inputs === outputs
        ? undefined
        : layerSpec(`${prefix}.downsample.0`, `${prefix}.downsample.1`, skip),
    stride: pixels,
  };
}

function makeBlocks(): readonly Block[] {
  const blocks: Block[] = [];
  let [inputs, pixels] = [STEM, 4];
  STAGES.forEach(([repeats, width, firstStride], stage) => {
    for (let i = 0; i < repeats; i++) {
      const stride = i === 0 ? firstStride : 1;
      pixels *= stride;
      blocks.push(makeBlock(`layer${stage + 1}.${i}`, { inputs, width, stride, pixels }));
      inputs = EXPANSION * width;
    }
  });
  return blocks;
}

const stem: ConvolutionSpec = {
  ...layerSpec('conv1', 'bn1', { kernel: 7, stride: 2, pixels: 2, inputs: 3, outputs: STEM, activation: 'relu' }),
  fixedInput: true,
};
const BLOCKS = makeBlocks();
const FEATURE = EXPANSION * STAGES[3][1];

/** 3 x 3 maximum with stride 2 and torch's padding; behind a ReLU a zero never wins. */
const maxPool = (x: Tensor4D): Tensor4D =>
  tf.tidy(() => tf.maxPool(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]]), 3, 2, 'valid')); // prettier-ignore

function applyBlock(x: Tensor4D, { main, skip }: Block, layer: Layer): Tensor4D {
  const y = main.reduce((map, spec) => layer(map, spec), x);
  return tf.relu(tf.add(y, skip ? layer(x, skip) : x) as Tensor4D);
}

function run(images: Tensor4D, { layer, lookup }: Tools): Omit<Features, 'statistics'> {
  const maps: Partial<Record<number, Tensor4D>> = {};
  let x = maxPool(layer(images, stem));
  for (const block of BLOCKS) maps[block.stride] = x = applyBlock(x, block, layer);
  const feature = globalAverage(x);
  const stages = [globalAverage(maps[8]!), globalAverage(maps[16]!), feature];
  const logits = dense(feature, lookup, 'fc');
  return { feature, logits, maps: { 8: maps[8]!, 16: maps[16]!, 32: x }, stages, attention: [] };
}

/** ResNet-50 with a head for `classes` classes. */
export function resnet50(classes: number): Architecture {
  const convolutions = [stem, ...BLOCKS.flatMap(({ main, skip }) => (skip ? [...main, skip] : main))];
  return {
    kind: 'resnet50',
    pixels: IMAGENET_SCALE,
    featureSize: FEATURE,
    stageSizes: [EXPANSION * STAGES[1][1], EXPANSION * STAGES[2][1], FEATURE],
    convolutions,
    epsilon: EPSILON,
    statisticsMomentum: 0.1,
    parameters: [...convolutions.flatMap(convolutionParameters), ...denseParameters('fc', FEATURE, classes)],
    forward: run,
  };
}
