/**
 * What a step will do, decided before it: which images, and every random number. A pure function of (seed, epoch, step), so a resumed run
 * draws what the killed one would have drawn.
 */
import { drawAugmentation } from '../augment';
import type { Augmentation } from '../augment';
import type { Config } from '../config';
import { createRng } from '../core/rng';
import { batchIndices, epochOrder } from '../data';

export interface StepPlan {
  /** Indices into the training images, [n]. */
  readonly indices: Int32Array;
  readonly raw: Augmentation;
  /** Ordinary augmentation of the second view: all of it for a `random` view, its brightness for a `crop`. */
  readonly second: Augmentation;
  /** Thresholds of the `fraction` mask, [n]. */
  readonly theta: Float32Array;
}

/** Steps of one epoch; the last batch may be smaller. */
export const stepsPerEpoch = (images: number, config: Config): number => Math.ceil(images / config.training.batchSize);

/** The plans of one epoch, in order. */
export function planEpoch(images: number, config: Config, epoch: number): readonly StepPlan[] {
  const batches = batchIndices(epochOrder(images, config.seed, epoch), config.training.batchSize, false);
  return batches.map((indices, step) => {
    const rng = createRng(config.seed, 'step', epoch, step);
    const [low, high] = config.view.fraction;
    const theta = rng.fork('theta');
    return {
      indices,
      raw: drawAugmentation(indices.length, config.augment, rng.fork('raw')),
      second: drawAugmentation(indices.length, config.augment, rng.fork('second')),
      theta: Float32Array.from(indices, () => low + (high - low) * theta.uniform()),
    };
  });
}
