/** What a table would cost on other machines, reckoned from operations: estimates, and said to be. */
import { stepsPerEpoch } from '../config';
import type { BackboneConfig, Config } from '../config';
import type { Dataset } from '../data';
import { countsFor, workOf } from './plan';

type Kind = BackboneConfig['kind'];

/**
 * Multiplications with addition of one forward pass of one 224 px image. EfficientNet-Lite0 and ResNet-50 as their authors publish them; the
 * convnet from its five layers.
 */
const CONVOLUTIONAL: Readonly<Partial<Record<Kind, number>>> = {
  ...{ convnet: 0.0506e9, 'efficientnet-lite0': 0.407e9, resnet50: 4.1e9 },
};

/** Width and depth of the transformers with patches of 16 px. */
const TRANSFORMER: Readonly<Partial<Record<Kind, { readonly width: number; readonly depth: number }>>> = {
  'vit-tiny': { width: 192, depth: 12 },
  'vit-small': { width: 384, depth: 12 },
  'vit-base': { width: 768, depth: 12 },
};

/**
 * Multiplications with addition of one forward pass of one image.
 *
 * A convolution's grow with the pixels. A transformer's with n = (side / 16)^2 + 1 tokens of width d: the patches 768 d (n - 1), and a block
 * 12 n d^2 (queries, keys, values, projection, two layers of width 4d) + 2 n^2 d (attention).
 */
export function passOperations({ backbone, input }: Pick<Config, 'backbone' | 'input'>): number {
  const shape = TRANSFORMER[backbone.kind];
  if (!shape) return CONVOLUTIONAL[backbone.kind]! * (input.imageSize / 224) ** 2;
  const n = (input.imageSize / 16) ** 2 + 1;
  const { width: d, depth } = shape;
  return 768 * d * (n - 1) + depth * (12 * n * d * d + 2 * n * n * d);
}

/**
 * Multiplications with addition that one GPU is taken to do in a second: a third of the 7.5e12 (15 TFLOP/s) that a middling card of today promises in
 * float32, since operations are run one after another and most wait for memory. Assumed, not measured: no GPU was at hand.
 */
export const GPU_RATE = 2.5e12;

/**
 * Seconds that a GPU is taken to need for a step at the least: some thousand operations, each launched by itself from JavaScript at
 * about 30 microseconds. With a small network this is nearly all of its time. Assumed likewise.
 */
export const GPU_STEP_SECONDS = 0.03;

/** Start of a process with a GPU: the driver and the weights. */
export const GPU_START_SECONDS = 10;

export interface GpuSpeed {
  /** Training images, forward and back, that a GPU does in a second with this recipe; replaces what is assumed. */
  readonly imagesPerSecond?: number | undefined;
  /** The recipe that `imagesPerSecond` was measured with; another backbone or size is reckoned from its operations. */
  readonly full: Config;
}

/** Steps of a run. */
const stepsOf = (config: Config, dataset: Dataset): number =>
  config.training.epochs * stepsPerEpoch(countsFor(config, dataset).train, config);

/** Estimated seconds of a run on one GPU. */
export function gpuSeconds(config: Config, dataset: Dataset, { imagesPerSecond, full }: GpuSpeed): number {
  const operations = passOperations(config);
  const work = workOf(config, dataset);
  if (imagesPerSecond === undefined)
    return GPU_START_SECONDS + (work * operations) / GPU_RATE + GPU_STEP_SECONDS * stepsOf(config, dataset);
  // A training image counts three passes for each of the recipe's views.
  const passes = 3 * (full.view.kind === 'none' ? 1 : 2) * imagesPerSecond;
  return GPU_START_SECONDS + (work / passes) * (operations / passOperations(full));
}

/** Seconds until all runs are done on some machines, one run at a time each: never less than the longest run. */
export function sharedSeconds(runs: readonly number[], machines: number): number {
  const total = runs.reduce((sum, seconds) => sum + seconds, 0);
  return Math.max(total / machines, ...runs, 0);
}
