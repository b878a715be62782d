/** What a number of seeds can show: the width of an interval, the seeds that an effect needs, and what pairing is worth. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import type { Numbers } from './accuracy';
import { mean, sd } from './interval';
import type { Difference } from './interval';

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

export interface SeedsQuestion {
  /** Standard deviation of the paired differences between seeds. */
  readonly spread: number;
  /** The true difference to be shown, in the same units, larger than 0. */
  readonly effect: number;
  /** How often the interval shall leave out zero where the effect is true. Default: half the time. */
  readonly power?: number;
  readonly level?: number;
}

/** More seeds than this are no answer. */
const MOST_SEEDS = 100_000;

/**
 * The smallest number of seeds at which a true effect d has an interval that leaves out zero with probability `power`:
 * the least n with (t_{(1+level)/2, n-1} + t_{power, n-1}) * s / sqrt(n) <= d.
 *
 * At power 0.5 the second quantile is 0, so the half-width equals the effect. It is the usual approximation by shifted t quantiles.
 * Infinity where more than 100,000 seeds would be needed.
 * @throws RangeError where the effect or the power is out of range
 */
export function seedsFor({ spread, effect, power = 0.5, level = 0.95 }: SeedsQuestion): number {
  if (!(effect > 0)) throw new RangeError(`seedsFor: the effect is ${effect}; give a size larger than 0`);
  if (!(power > 0 && power < 1)) throw new RangeError(`seedsFor: the power is ${power}; it lies between 0 and 1`);
  const wide = (n: number): number =>
    halfWidth(spread, n, level) + (Math.max(0, tQuantile(power, n - 1)) * spread) / Math.sqrt(n);
  if (wide(MOST_SEEDS) > effect) return Infinity;
  let [few, enough] = [1, MOST_SEEDS];
  while (enough - few > 1) {
    const middle = (few + enough) >> 1;
    if (wide(middle) <= effect) enough = middle;
    else few = middle;
  }
  return enough;
}

/**
 * The difference of two groups as if their values had nothing to do with each other, by Student's pooled t:
 * mean a - mean b +- t_{(1+level)/2, 2n-2} * sqrt((s_a^2 + s_b^2) / n).
 *
 * Where both ran on the same seeds this throws away what they share: use `pairedDifference`. It is here to show the price.
 * `n` is the number of values on each side. `sd` is sqrt(s_a^2 + s_b^2).
 * @throws RangeError where the sides are not of equal length of at least 2
 */
export function pooledDifference(a: Numbers, b: Numbers, level = 0.95): Difference {
  if (a.length !== b.length || a.length < 2)
    throw new RangeError(`pooledDifference: ${a.length} against ${b.length} values; give the same number, at least 2`);
  const n = a.length;
  const centre = mean(a) - mean(b);
  const spread = Math.hypot(sd(a), sd(b));
  const error = spread / Math.sqrt(n);
  const half = tQuantile((1 + level) / 2, 2 * n - 2) * error;
  const p = error === 0 ? (centre === 0 ? 1 : 0) : 2 * tCdf(-Math.abs(centre) / error, 2 * n - 2);
  return { mean: centre, sd: spread, low: centre - half, high: centre + half, n, level, p };
}
