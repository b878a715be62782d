/** What a few seeds can tell: mean, spread, the t interval, and the paired difference to a reference. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import type { Numbers } from './accuracy';

/** A mean with its interval. With one value there is a mean and nothing else: sd, low and high are null. */
export interface Interval {
  readonly mean: number;
  readonly sd: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly level: number;
}

/** The interval of differences a_i - b_i, with the two-sided p value of "no difference" (null with fewer than 2 pairs). */
export interface Difference extends Interval {
  readonly p: number | null;
}

/** Arithmetic mean, 1/n * sum_i x_i. Errors: RangeError where there are no values or one is not finite. */
export function mean(values: Numbers): number {
  if (values.length === 0) throw new RangeError('mean: there are no values');
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) throw new RangeError(`mean: value ${i} is ${values[i]}, not a finite number`);
    sum += values[i]!;
  }
  return sum / values.length;
}

/** Sample standard deviation, sqrt(sum_i (x_i - mean)^2 / (n - 1)). Errors: RangeError where there are fewer than 2 values. */
export function sd(values: Numbers): number {
  if (values.length < 2) throw new RangeError('sd: the sample standard deviation needs at least 2 values');
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Throws unless 0 < level < 1. */
export function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) throw new RangeError(`level is ${level}, it lies between 0 and 1 (0.95 is 95 %)`);
}

/**
 * Half the width of the t interval of a mean over n seeds: t_{(1+level)/2, n-1} * sd / sqrt(n), in the units of `spread`.
 *
 * @param spread the standard deviation between seeds, s
 * @throws RangeError where n is no whole number of at least 2, or the spread is negative or not finite
 */
export function halfWidth(spread: number, n: number, level = 0.95): number {
  if (!Number.isInteger(n) || n < 2) throw new RangeError(`halfWidth: ${n} seeds; an interval needs at least 2`);
  if (!(spread >= 0 && Number.isFinite(spread)))
    throw new RangeError(`halfWidth: the standard deviation is ${spread}; give a number of at least 0`);
  return (tQuantile((1 + level) / 2, n - 1) * spread) / Math.sqrt(n);
}

/**
 * The t interval of the mean over seeds: where the mean over very many seeds plausibly lies.
 *
 * mean +- t_{(1+level)/2, n-1} * sd / sqrt(n), in the units of the values. It assumes roughly normal, independent
 * seeds, and says nothing about other images. n = 1 answers null ends.
 * Errors: RangeError where there are no values, one is not finite, or the level is not in (0, 1).
 */
export function tInterval(values: Numbers, level = 0.95): Interval {
  checkLevel(level);
  const n = values.length;
  const centre = mean(values);
  if (n === 1) return { mean: centre, sd: null, low: null, high: null, n, level };
  const spread = sd(values);
  const half = halfWidth(spread, n, level);
  return { mean: centre, sd: spread, low: centre - half, high: centre + half, n, level };
}

/** The two-sided p value of "no difference" under Student's t, 2 F_t(-|mean| / error); without any spread it is 1 (mean 0) or 0. */
export function pValue(centre: number, error: number, df: number): number {
  if (error === 0) return centre === 0 ? 1 : 0;
  return 2 * tCdf(-Math.abs(centre) / error, df);
}

/**
 * The difference of two variants that ran on the same seeds, paired by index: the interval of d_i = a_i - b_i.
 *
 * Pairing takes out what both share (the split, the initial weights), so it is narrower than two intervals side by side.
 * p = 2 * (1 - F_t(|mean| / (sd / sqrt(n)), n - 1)); where all differences are equal it is 1 (all 0) or 0.
 * Errors: RangeError where the lengths differ or are 0, or the level is not in (0, 1).
 */
export function pairedDifference(a: Numbers, b: Numbers, level = 0.95): Difference {
  if (a.length !== b.length)
    throw new RangeError(
      `pairedDifference: ${a.length} against ${b.length} values; give both on the same seeds, in order`,
    );
  const found = tInterval(
    Array.from(a, (x, i) => x - b[i]!),
    level,
  );
  if (found.sd === null) return { ...found, p: null };
  return { ...found, p: pValue(found.mean, found.sd / Math.sqrt(found.n), found.n - 1) };
}

/** Smaller than any accuracy's step; larger than what is left of equal numbers when they are subtracted. */
export const NO_SPREAD = 1e-9;

/**
 * A difference whose seeds are all equal has no spread to judge it by: accuracies are whole numbers of images, so two or three seeds easily agree by
 * chance, and Student's t would call it certain. Such a one has neither interval nor p.
 */
export const judged = (found: Difference): Difference =>
  found.sd !== null && found.sd < NO_SPREAD ? { ...found, sd: 0, low: null, high: null, p: null } : found;

/** Whether an interval lies on one side of zero. With one value there is no interval, and nothing is told. */
export const leavesOutZero = ({ low, high }: Interval): boolean =>
  low !== null && high !== null && (low > 0 || high < 0);

/** How `verdict` writes numbers: `scale` 100 with unit 'points' turns shares into percentage points. */
export interface VerdictOptions {
  readonly scale?: number;
  readonly unit?: string;
  readonly digits?: number;
}

/**
 * A paired difference as one plain sentence, for people. It never says "better" where the interval includes zero.
 *
 * Defaults: accuracies in 0..1, told in percentage points with one digit.
 */
export function verdict(diff: Interval, options: VerdictOptions = {}): string {
  const { scale = 100, unit = 'points', digits = 1 } = options;
  const tell = (x: number): string => `${x < 0 ? '-' : '+'}${Math.abs(x * scale).toFixed(digits)}`;
  const size = `${tell(diff.mean)} ${unit}`;
  if (diff.low === null || diff.high === null)
    return diff.n === 1
      ? `${size} on a single seed: one seed cannot tell.`
      : `${size}, the same in all ${diff.n} seeds: there is no spread to judge it by.`;
  const range = `${Math.round(diff.level * 100)} % interval ${tell(diff.low)} to ${tell(diff.high)}, ${diff.n} seeds`;
  if (!leavesOutZero(diff)) return `${size} (${range}): ${diff.n} seeds are too few to tell it from no difference.`;
  return `${size} (${range}): a ${diff.mean > 0 ? 'gain' : 'loss'} that these seeds agree on.`;
}
