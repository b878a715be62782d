/**
 * What a step will do, decided before it: which images, and every random number. A pure function of (seed, epoch, step), so a resumed run
 * draws what the killed one would have drawn.
 */
import { drawAugmentation, drawTiles } from '../augment';
import type { Augmentation } from '../augment';
import type { Config } from '../config';
import { createRng } from '../core/rng';
import { batchIndices, epochOrder } from '../data';

export interface StepPlan {
  /** Indices into the training images, [n]. */
  readonly indices: Int32Array;
  readonly raw: Augmentation;
  /** Ordinary augmentation of the second view: all of it for a `random` view, its brightness for an adaptive one. */
  readonly second: Augmentation;
  /** Thresholds of the `fraction` mask, [n]. */
  readonly theta: Float32Array;
  /** Order of the tiles of the `shuffle` view, [n * tiles^2]. */
  readonly tiles: Int32Array;
}

/** The plans of one epoch, in order. */
export function planEpoch(images: number, config: Config, epoch: number): readonly StepPlan[] {
  const batches = batchIndices(epochOrder(images, config.seed, epoch), config.training.batchSize);
  return batches.map((indices, step) => {
    const rng = createRng(config.seed, 'step', epoch, step);
    const [low, high] = config.view.fraction;
    const theta = rng.fork('theta');
    return {
      indices,
      raw: drawAugmentation(indices.length, config.augment, rng.fork('raw')),
      second: drawAugmentation(indices.length, config.augment, rng.fork('second')),
      theta: Float32Array.from(indices, () => low + (high - low) * theta.uniform()),
      tiles: drawTiles(indices.length, config.view.tiles, rng.fork('tiles')),
    };
  });
}

/** The plan of the batch's images from..to. */
export function slicePlan(plan: StepPlan, from: number, to: number): StepPlan {
  const each = plan.tiles.length / plan.indices.length;
  const part = ({ boxes, gains }: Augmentation): Augmentation => ({
    boxes: boxes.subarray(from * 4, to * 4),
    gains: gains.subarray(from, to),
  });
  return {
    indices: plan.indices.subarray(from, to),
    raw: part(plan.raw),
    second: part(plan.second),
    theta: plan.theta.subarray(from, to),
    tiles: plan.tiles.subarray(from * each, to * each),
  };
}
