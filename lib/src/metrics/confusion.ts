/** Which classes are taken for which. */
import { checkLabels, checkPaired, type Numbers } from './accuracy';

/** One non-zero cell of a confusion matrix: [true class, predicted class, images]. */
export type ConfusionEntry = readonly [trueClass: number, predicted: number, count: number];

/** One pair of classes that is mixed up; `rate` is the share of the true class's images. */
export interface ConfusedPair {
  readonly trueClass: number;
  readonly predicted: number;
  readonly count: number;
  readonly rate: number;
}

/**
 * The confusion matrix: counts[t][p] = images of class t that were called p. Rows are the truth, and sum to its images.
 *
 * Errors: RangeError where lengths differ or a class is outside 0..classes-1.
 */
export function confusionCounts(predictions: Numbers, labels: Numbers, classes: number): number[][] {
  checkPaired(predictions, labels, 'confusionCounts');
  checkLabels(labels, classes, 'confusionCounts labels');
  checkLabels(predictions, classes, 'confusionCounts predictions');
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]![predictions[i]!]!++;
  return counts;
}

/** The non-zero cells of a confusion matrix, row by row: what a record stores (80 classes x 3 images are 240 of 6,400 cells). */
export function sparseConfusion(counts: readonly (readonly number[])[]): ConfusionEntry[] {
  return counts.flatMap((row, t) => row.flatMap((n, p): ConfusionEntry[] => (n === 0 ? [] : [[t, p, n]])));
}

/** The matrix again from its non-zero cells; the inverse of `sparseConfusion`. Errors: RangeError on a class out of range. */
export function denseConfusion(entries: readonly ConfusionEntry[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [t, p, n] of entries) {
    checkLabels([t, p], classes, 'denseConfusion');
    counts[t]![p]! += n;
  }
  return counts;
}

/**
 * The n largest cells beside the diagonal, largest first; equal counts by rate, then by class, so the order is settled.
 *
 * Errors: RangeError where n is no whole number from 0 on.
 */
export function mostConfused(counts: readonly (readonly number[])[], n: number): ConfusedPair[] {
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`mostConfused: n is ${n}, it is a whole number from 0 on`);
  const total = counts.map((row) => row.reduce((a, b) => a + b, 0));
  return sparseConfusion(counts)
    .filter(([t, p]) => t !== p)
    .map(([trueClass, predicted, count]) => ({ trueClass, predicted, count, rate: count / total[trueClass]! }))
    .sort((a, b) => b.count - a.count || b.rate - a.rate || a.trueClass - b.trueClass || a.predicted - b.predicted)
    .slice(0, n);
}
