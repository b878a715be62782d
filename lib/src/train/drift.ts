/**
 * How far the rows of a queue lag behind the weights: each is encoded again as it would be now.
 */
import * as tf from '../tf';
import type { Augmentation } from '../augment';
import { applyModel } from '../backbone';
import { findTerm, stepsPerEpoch } from '../config';
import type { Config } from '../config';
import { gather } from '../data';
import type { Images } from '../data';
import { agesOf, driftByAge, filledRows } from '../queue';
import type { AgeDrift, Queue } from '../queue';
import { featureLevels } from './levels';
import { planEpoch } from './plan';
import type { StepPlan } from './plan';
import { queueBatchesPerStep } from './state';
import type { TrainState } from './state';
import { rawView, sourceTensor } from './views';

/** Rows that are encoded at a time. */
const BATCH = 50;

/** What a row of the raw queue was made from. */
interface Origin {
  /** Index of the training image. */
  readonly sample: number;
  /** [4] */
  readonly box: Float32Array;
  readonly gain: number;
}

/** The raw queue of final features, and how many batches a step brings to it. @throws where there is none */
function memoryOf({ queues, step }: TrainState, config: Config): { queue: Queue; batchesPerStep: number } {
  const term = findTerm(config, 'contrast');
  if (!queues || !term) throw new Error('rawQueueRows: the objective has no contrast term, so there is no queue');
  if (term.features !== 'final') {
    throw new Error(
      `rawQueueRows: contrast.features is "${term.features}", but only the queue of "final" features can be encoded again`,
    );
  }
  const queue = queues.raw[0]!;
  const batchesPerStep = queueBatchesPerStep(queues, config);
  if (queue.enqueues !== step * batchesPerStep) {
    throw new Error(
      `rawQueueRows: ${queue.enqueues} batches came into the queue in ${step} steps, expected ${step * batchesPerStep}: ` +
        'the state was not trained by this config',
    );
  }
  return { queue, batchesPerStep };
}

/** Plans of any step, each epoch drawn once. */
function plansOf(images: Images, config: Config): (step: number) => StepPlan {
  const perEpoch = stepsPerEpoch(images.count, config);
  const epochs = new Map<number, readonly StepPlan[]>();
  return (step) => {
    const epoch = Math.floor(step / perEpoch) + 1;
    const plans = epochs.get(epoch) ?? planEpoch(images.count, config, epoch);
    epochs.set(epoch, plans);
    return plans[step % perEpoch]!;
  };
}

/** The image and the draw that a row came from: the plan of its step says both again. @throws where the plan knows nothing of it */
function originOf(sample: number, step: number, plan: StepPlan): Origin {
  const at = plan.indices.indexOf(sample);
  if (at < 0) {
    throw new Error(
      `rawQueueRows: a row of step ${step + 1} came from image ${sample}, which that step's plan does not hold: ` +
        'the state was trained on other images, by another config, or with another plan',
    );
  }
  return { sample, box: plan.raw.boxes.subarray(at * 4, at * 4 + 4), gain: plan.raw.gains[at]! };
}

/** Unit features of the raw views that some rows came from, by whoever encodes the queue's rows, [rows * size]. */
function encode({ model, keys }: TrainState, images: Images, origins: readonly Origin[], imageSize: number) {
  const { data } = gather(
    images,
    origins.map(({ sample }) => sample),
  );
  const augmentation: Augmentation = {
    boxes: Float32Array.from(origins.flatMap(({ box }) => [...box])),
    gains: Float32Array.from(origins, ({ gain }) => gain),
  };
  let features: Float32Array = new Float32Array(0);
  tf.tidy(() => {
    const view = rawView(sourceTensor(data, images.size), augmentation, imageSize);
    features = featureLevels(applyModel(keys ?? model, view), 'final')[0]!.dataSync() as Float32Array;
  });
  return features;
}

/** The rows' present values, [rows * size]. */
function staleFeatures({ features }: Queue, rows: readonly number[]): Float32Array {
  const [size, all] = [features.shape[1], features.dataSync()];
  const found = new Float32Array(rows.length * size);
  rows.forEach((row, i) => found.set(all.subarray(row * size, (row + 1) * size), i * size));
  return found;
}

/** The rows of a queue beside what the present weights make of the views that they came from. Plain numbers, one entry a row, oldest first. */
export interface QueueRows {
  /** Length of a feature. */
  readonly size: number;
  /** q_j, the unit rows as they lie in the queue, [rows * size]. */
  readonly stale: Float32Array;
  /** f(x_j), unit rows: the very same views, encoded by the present weights, [rows * size]. */
  readonly fresh: Float32Array;
  /** Steps since each row came in, 0 for the latest. */
  readonly ages: readonly number[];
  readonly labels: readonly number[];
  /** Index of the training image of each row. */
  readonly samples: readonly number[];
}

/**
 * The raw queue's rows, each with its view encoded again: x_j is the raw view of row j, cut again.
 *
 * A row knows the batch it came in with and its image; the plan of a step is a pure function of seed, epoch and step, so the crop, the mirror and
 * the brightness can be drawn again. A row of age 0 was encoded before the latest update, so it has drifted by that one. Rows are encoded
 * by the key encoder where the config has one. Where both views share the queue, the rows of second views are left out. With
 * `batchNorm: 'train'` rows entered under their batch's statistics and are encoded again under the stored ones, so that part of
 * the distance is no drift.
 *
 * Synchronous, because the queue is gone with the next step. One pass over as many images as the queue has rows.
 *
 * @param state borrowed
 * @param images the run's training images
 * @throws where there is no queue of final features, or state, config and images are not of one run
 */
export function rawQueueRows(state: TrainState, config: Config, images: Images): QueueRows {
  const { queue, batchesPerStep } = memoryOf(state, config);
  const { entered, samples } = queue;
  // Of two batches in a step the raw one comes first, so its number is odd.
  const rows = filledRows(queue).filter((row) => batchesPerStep === 1 || entered[row]! % 2 === 1);
  const planOf = plansOf(images, config);
  const origins = rows.map((row) => {
    const step = Math.floor((entered[row]! - 1) / batchesPerStep);
    return originOf(samples[row]!, step, planOf(step));
  });
  const size = queue.features.shape[1];
  const fresh = new Float32Array(rows.length * size);
  for (let from = 0; from < rows.length; from += BATCH)
    fresh.set(encode(state, images, origins.slice(from, from + BATCH), config.input.imageSize), from * size);
  return {
    ...{ size, stale: staleFeatures(queue, rows), fresh, ages: agesOf(queue, rows, batchesPerStep) },
    labels: origins.map(({ sample }) => images.labels[sample]!),
    samples: origins.map(({ sample }) => sample),
  };
}

/**
 * Drift of the raw queue by age: the distance of each row from what the present weights make of the very view that it came from (`rawQueueRows`).
 *
 *   drift_j = 1 - cos(q_j, f(x_j)),   x_j the raw view of row j, cut again
 *
 * @param state borrowed
 * @param images the run's training images
 * @returns youngest first; empty before the first step
 * @throws as `rawQueueRows`
 */
export function rawQueueDrift(state: TrainState, config: Config, images: Images): readonly AgeDrift[] {
  const { size, stale, fresh, ages } = rawQueueRows(state, config, images);
  return driftByAge({ features: stale, size }, fresh, ages);
}
