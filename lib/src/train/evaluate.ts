/**
 * Evaluation on the raw image alone: one pass, no second view, no queue.
 */
import { setImmediate as pause } from 'node:timers/promises';
import * as tf from '../tf';
import { applyModel } from '../backbone';
import type { Model } from '../backbone';
import type { Config } from '../config';
import { prefetch, readBatch } from '../data';
import type { ImageList, ImageSource } from '../data';
import { calibration, confidencesOf, confusionEntries, macroF1, negativeLogLikelihood } from '../metrics';
import { perClass, predict, top1, topK } from '../metrics';
import type { ConfusionEntry } from '../metrics';
import { sourceTensor, wholeView } from './views';

/** What a model makes of images, as plain arrays. */
export interface Outputs {
  /** z, [n * classes] */
  readonly logits: Float32Array;
  /** f, [n * featureSize] */
  readonly features: Float32Array;
  readonly featureSize: number;
}

export interface Evaluation {
  readonly images: number;
  /** Share of images classified rightly. */
  readonly top1: number;
  /** Share of images whose class is among the five most likely. */
  readonly top5: number;
  /** Mean negative log-likelihood in nats. */
  readonly nll: number;
  /** Expected calibration error over 10 bins, in 0..1; missing in records of before it was measured. */
  readonly ece?: number;
  /** Mean F1 over the classes, in 0..1; missing likewise. */
  readonly macroF1?: number;
  /** Share of each class's images classified rightly; null for a class without images. */
  readonly perClass: readonly (number | null)[];
  /** Cells of the confusion matrix that are not zero: [true class, predicted class, count]. */
  readonly confusion: readonly ConfusionEntry[];
  /** Predicted class of every image, in the split's order. */
  readonly predictions: readonly number[];
}

/** Images of a pass. Another number may change a last digit, so predictions take it too. */
export const EVALUATION_BATCH = 50;

/** Batches that are read while another is computed. */
const AHEAD = 1;

/** Logits and features of all images, whole and unaugmented. */
export async function computeOutputs(
  model: Model,
  images: ImageSource,
  config: Config,
  signal?: AbortSignal,
): Promise<Outputs> {
  const { featureSize } = model.architecture;
  const logits = new Float32Array(images.count * model.classes);
  const features = new Float32Array(images.count * featureSize);
  const read = (part: number, stop: AbortSignal) => {
    const length = Math.min(EVALUATION_BATCH, images.count - part * EVALUATION_BATCH);
    return readBatch(images, Int32Array.from({ length }, (_, i) => part * EVALUATION_BATCH + i), stop); // prettier-ignore
  };
  let from = 0;
  for await (const { data, labels } of prefetch(read, AHEAD, {
    count: Math.ceil(images.count / EVALUATION_BATCH),
    signal,
  })) {
    const n = labels.length;
    const part = tf.tidy(() => {
      const seen = applyModel(model, wholeView(sourceTensor(data, images.size), config.input));
      return { logits: seen.logits.dataSync(), features: seen.feature.dataSync() };
    });
    logits.set(part.logits, from * model.classes);
    features.set(part.features, from * featureSize);
    from += n;
    await pause();
  }
  return { logits, features, featureSize };
}

/** Score a model's logits against the labels. */
export function score(outputs: Outputs, images: ImageList, classes: number): Evaluation {
  const predictions = predict(outputs.logits, classes);
  const labels = Array.from(images.labels);
  const rows = labels.map((_, i) => outputs.logits.subarray(i * classes, (i + 1) * classes));
  return {
    images: images.count,
    top1: top1(predictions, labels),
    top5: topK(rows, labels, Math.min(5, classes)),
    nll: negativeLogLikelihood(outputs.logits, labels, classes),
    ece: calibration(
      confidencesOf(outputs.logits, classes),
      predictions.map((guess, i) => guess === labels[i]),
    ).ece,
    macroF1: macroF1(predictions, labels, classes),
    perClass: perClass(predictions, labels, classes),
    confusion: confusionEntries(predictions, labels, classes),
    predictions,
  };
}

/** Share of images that a model classifies rightly: a look that leaves the model as it is. */
export async function accuracyOn(
  images: ImageSource,
  model: Model,
  config: Config,
  signal?: AbortSignal,
): Promise<number> {
  return score(await computeOutputs(model, images, config, signal), images, model.classes).top1;
}
