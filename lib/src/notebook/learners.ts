/** Two classifiers in plain loops, fast enough to be trained a hundred times in a cell. */
import type { Described } from './described';
import { softened } from './plain';

/** Mean and standard deviation of each number over some images; a number that never changes has the deviation 1. */
export function scaleOf({ values, size, labels }: Described): {
  readonly mean: Float64Array;
  readonly sd: Float64Array;
} {
  const n = labels.length;
  const mean = new Float64Array(size);
  const sd = new Float64Array(size);
  for (let k = 0; k < values.length; k++) mean[k % size]! += values[k]! / n;
  for (let k = 0; k < values.length; k++) sd[k % size]! += (values[k]! - mean[k % size]!) ** 2 / n;
  return { mean, sd: sd.map((variance) => Math.sqrt(variance) || 1) };
}

/** (value - mean) / sd of each number, so that each counts alike: [n * size]. */
export function standardize(of: Described, { mean, sd }: ReturnType<typeof scaleOf>): Float64Array {
  const out = new Float64Array(of.values.length);
  for (let k = 0; k < out.length; k++) out[k] = (of.values[k]! - mean[k % of.size]!) / sd[k % of.size]!;
  return out;
}

/**
 * Nearest centroid: each class is the mean of its training rows, and an image goes to the class whose mean is nearest.
 *
 *   prediction_i = argmin over c of |x_i - m_c|^2,   m_c = mean of the training rows of class c
 *
 * Numbers are standardised by the training rows. A class without a training row is never predicted.
 *
 * @returns one class an image of `test`
 */
export function nearestCentroid(train: Described, test: Described): number[] {
  const { size } = train;
  const scale = scaleOf(train);
  const rows = standardize(train, scale);
  const centroids = new Map<number, Float64Array>();
  const counts = new Map<number, number>();
  train.labels.forEach((label) => counts.set(label, (counts.get(label) ?? 0) + 1));
  train.labels.forEach((label, i) => {
    const at = centroids.get(label) ?? new Float64Array(size);
    const share = 1 / counts.get(label)!;
    for (let d = 0; d < size; d++) at[d]! += share * rows[i * size + d]!;
    centroids.set(label, at);
  });
  const wanted = standardize(test, scale);
  return test.labels.map((_, i) => nearest(wanted.subarray(i * size, (i + 1) * size), centroids));
}

/** The class whose centroid is nearest; the first of equals. */
function nearest(row: Float64Array, centroids: ReadonlyMap<number, Float64Array>): number {
  let [best, least] = [-1, Infinity];
  for (const [label, at] of centroids) {
    let distance = 0;
    for (let d = 0; d < row.length; d++) {
      const gap = row[d]! - at[d]!;
      distance += gap * gap;
    }
    if (distance < least) [best, least] = [label, distance];
  }
  return best;
}

export interface ProbeOptions {
  /** Steps of gradient descent over all images. */
  readonly steps?: number;
  readonly rate?: number;
}

/** One step of gradient descent on the mean cross-entropy; changes `weights` [classes * (size + 1)], the last of each row its bias. */
function probeStep(rows: Float64Array, labels: readonly number[], weights: Float64Array, rate: number): void {
  const size = rows.length / labels.length;
  const wide = size + 1;
  const classes = weights.length / wide;
  const gradient = new Float64Array(weights.length);
  labels.forEach((label, i) => {
    const p = softened(logitsOf(rows.subarray(i * size, (i + 1) * size), weights, classes), 1);
    for (let c = 0; c < classes; c++) {
      const pull = (p[c]! - (c === label ? 1 : 0)) / labels.length;
      const at = c * wide;
      for (let d = 0; d < size; d++) gradient[at + d]! += pull * rows[i * size + d]!;
      gradient[at + size]! += pull;
    }
  });
  for (let k = 0; k < weights.length; k++) weights[k]! -= rate * gradient[k]!;
}

/** z = W x + b of one row. */
function logitsOf(row: Float64Array, weights: Float64Array, classes: number): number[] {
  const size = row.length;
  return Array.from({ length: classes }, (_, c) => {
    let sum = weights[c * (size + 1) + size]!;
    for (let d = 0; d < size; d++) sum += weights[c * (size + 1) + d]! * row[d]!;
    return sum;
  });
}

/**
 * A linear probe: softmax regression on rows that stay as they are, by gradient descent on the mean cross-entropy from zero weights.
 *
 *   z = W x + b,   dL/dz = softmax(z) - target
 *
 * Numbers are standardised by the training rows and divided by the root of their count, so that one rate serves rows of any length.
 *
 * @returns one class an image of `test`
 */
export function linearProbe(train: Described, test: Described, { steps = 60, rate = 20 }: ProbeOptions = {}): number[] {
  const { size } = train;
  const scale = scaleOf(train);
  const shrink = (of: Described): Float64Array => standardize(of, scale).map((v) => v / Math.sqrt(size));
  const classes = Math.max(...train.labels, ...test.labels) + 1;
  const weights = new Float64Array(classes * (size + 1));
  const rows = shrink(train);
  for (let step = 0; step < steps; step++) probeStep(rows, train.labels, weights, rate);
  const wanted = shrink(test);
  return test.labels.map((_, i) => {
    const z = logitsOf(wanted.subarray(i * size, (i + 1) * size), weights, classes);
    return z.indexOf(Math.max(...z));
  });
}
