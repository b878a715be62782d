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
  const entries: ConfusionEntry[] = [];
  counts.forEach((row, t) => {
    for (let p = 0; p < row.length; p++) if (row[p] !== 0) entries.push([t, p, row[p]!]);
  });
  return entries;
}

/**
 * The same without the matrix, whose cells are millions where classes are thousands.
 *
 * Errors: as `confusionCounts`.
 */
export function confusionEntries(predictions: Numbers, labels: Numbers, classes: number): ConfusionEntry[] {
  checkPaired(predictions, labels, 'confusionEntries');
  checkLabels(labels, classes, 'confusionEntries labels');
  checkLabels(predictions, classes, 'confusionEntries predictions');
  return summedEntries([Array.from(labels, (t, i): ConfusionEntry => [t, predictions[i]!, 1])]);
}

/** Several matrices added up, as cells; row by row. */
export function summedEntries(all: readonly (readonly ConfusionEntry[])[]): ConfusionEntry[] {
  const rows = new Map<number, Map<number, number>>();
  for (const [t, p, n] of all.flat()) {
    const row = rows.get(t) ?? new Map<number, number>();
    rows.set(t, row.set(p, (row.get(p) ?? 0) + n));
  }
  const cells = [...rows].flatMap(([t, row]) => [...row].map(([p, n]): ConfusionEntry => [t, p, n]));
  return cells.filter(([, , n]) => n !== 0).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/** The images of each class, [classes]: the sums of the rows. */
export function rowTotals(entries: readonly ConfusionEntry[], classes: number): number[] {
  const totals = new Array<number>(classes).fill(0);
  for (const [t, , n] of entries) totals[t]! += n;
  return totals;
}

/** At most `most` classes, those with the most images called wrongly, by or for them; in the order of their numbers. */
export function busiestClasses(entries: readonly ConfusionEntry[], most: number): number[] {
  const wrong = new Map<number, number>();
  for (const [t, p, n] of entries) if (t !== p) for (const c of [t, p]) wrong.set(c, (wrong.get(c) ?? 0) + n);
  const ranked = [...wrong].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return ranked.slice(0, most).map(([c]) => c).sort((a, b) => a - b); // prettier-ignore
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
  return confusedPairs(sparseConfusion(counts), n);
}

/** `mostConfused` of the non-zero cells. */
export function confusedPairs(entries: readonly ConfusionEntry[], n: number): ConfusedPair[] {
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`mostConfused: n is ${n}, it is a whole number from 0 on`);
  const total = rowTotals(entries, entries.reduce((most, [t]) => Math.max(most, t + 1), 0)); // prettier-ignore
  return entries
    .filter(([t, p]) => t !== p)
    .map(([trueClass, predicted, count]) => ({ trueClass, predicted, count, rate: count / total[trueClass]! }))
    .sort((a, b) => b.count - a.count || b.rate - a.rate || a.trueClass - b.trueClass || a.predicted - b.predicted)
    .slice(0, n);
}
