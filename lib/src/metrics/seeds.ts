/** What a number of seeds can show: the seeds that an effect needs. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { halfWidth } from './interval';

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
 * At power 0.5 the second quantile is 0, so the half-width equals the effect. It is the usual approximation by shifted t quantiles:
 * for effects of 0.2 to 3 spreads it is the number of the noncentral t (statsmodels) at power 0.8, and at 0.5 and 0.9 that number or one more.
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
