/** DDL on real images: a queue filled with training images, and how similar a few test images are to each of its rows. */
import * as tf from '../tf';
import type { Tensor1D } from '../tf';
import { noAugmentation } from '../augment';
import { applyModel } from '../backbone';
import type { Model } from '../backbone';
import { inScope } from '../core/scope';
import { normalizeRows, similarities } from '../core/similarity';
import type { Dataset } from '../data';
import { createQueue, disposeQueue, enqueue } from '../queue';
import { rawView, sourceTensor } from '../train';
import { configOf, withModel } from '../train/source';
import type { ModelSource } from '../train/source';
import { pickSamples } from './open';
import { decodeSamples } from './pixels';

/** A batch against a queue. */
export interface QueueLook {
  /** s_ij = f_i . q_j, [anchors][rows of the queue, oldest first] */
  readonly similarity: readonly (readonly number[])[];
  /** [anchors] */
  readonly anchorLabels: readonly number[];
  /** [rows] */
  readonly rowLabels: readonly number[];
}

export interface QueueLookOptions {
  /** Classes to show, counted from 0. */
  readonly classes: readonly number[];
  /** Split of the anchors, one image a class. */
  readonly anchors: string;
  /** iota; default: as many rows as there are training images. */
  readonly queueLength?: number;
}

const BATCH = 12;

interface Pack {
  readonly bytes: Uint8Array;
  readonly labels: readonly number[];
}

/** Unit features of images, [n, d]. */
function featuresOf(
  model: Model,
  bytes: Uint8Array,
  { sourceSize, imageSize }: { sourceSize: number; imageSize: number },
): tf.Tensor2D {
  return tf.tidy(() => {
    const source = sourceTensor(bytes, sourceSize);
    return normalizeRows(applyModel(model, rawView(source, noAugmentation(source.shape[0]), imageSize)).feature);
  });
}

/** The queue goes through its life here: made, filled batch by batch, read, and disposed. */
function passOf(
  model: Model,
  rows: Pack,
  anchors: Pack,
  settings: { sourceSize: number; imageSize: number; length: number },
): QueueLook {
  const stride = settings.sourceSize ** 2 * 3;
  let queue = createQueue(settings.length, model.architecture.featureSize);
  try {
    for (let from = 0; from < rows.labels.length; from += BATCH) {
      const labels = rows.labels.slice(from, from + BATCH);
      const part = tf.tidy(() => ({
        features: featuresOf(model, rows.bytes.subarray(from * stride, (from + labels.length) * stride), settings),
        labels: tf.tensor1d(labels, 'int32') as Tensor1D,
      }));
      queue = enqueue(queue, part.features, part.labels);
      tf.dispose(part);
    }
    const { similarity, rowLabels } = inScope(() => ({
      similarity: similarities(featuresOf(model, anchors.bytes, settings), queue.features).arraySync() as number[][],
      rowLabels: Array.from(queue.labels.dataSync()),
    }));
    return { similarity, rowLabels, anchorLabels: anchors.labels };
  } finally {
    disposeQueue(queue);
  }
}

/** Fills a queue with the training images of some classes, and compares one other image of each class with every row. */
export async function lookAtQueue(
  source: ModelSource,
  dataset: Dataset,
  options: QueueLookOptions,
): Promise<QueueLook> {
  const { sourceSize, imageSize, fit } = configOf(source).input;
  const train = pickSamples(dataset, 'train', options.classes, Infinity);
  const others = pickSamples(dataset, options.anchors, options.classes, 1);
  const pack = async (samples: typeof train): Promise<Pack> => ({
    bytes: await decodeSamples(samples, { size: sourceSize, fit }),
    labels: samples.map(({ label }) => label),
  });
  const [rows, anchors] = [await pack(train), await pack(others)];
  const settings = { sourceSize, imageSize, length: options.queueLength ?? train.length };
  return withModel(source, dataset.classes, (model) => passOf(model, rows, anchors, settings));
}
