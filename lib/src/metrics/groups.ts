/** The difference of two groups whose values are not paired: Welch's, and Student's as the price of not pairing. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { Numbers } from './accuracy';
import { checkLevel, mean, pValue, sd } from './interval';
import type { Difference } from './interval';

/** The t interval around a centre with this standard error, and its p value; without any spread it is the centre alone. */
function around(centre: number, error: number, { df, level }: { readonly df: number; readonly level: number }) {
  const half = error === 0 ? 0 : tQuantile((1 + level) / 2, df) * error;
  return { low: centre - half, high: centre + half, p: pValue(centre, error, df) };
}

/**
 * The difference of two unpaired groups, mean(a) - mean(b), with Welch's interval: the groups may spread differently.
 *
 *   s^2 = sa^2 / na + sb^2 / nb,   df = s^4 / ((sa^2 / na)^2 / (na - 1) + (sb^2 / nb)^2 / (nb - 1)),   +- t_{(1+level)/2, df} s
 *
 * `n` is na + nb; `sd` is null, since the groups have one each. Where neither group spreads there is no interval (p 1 or 0), and with a
 * group of one none either (null).
 * Errors: RangeError where a group is empty, a value is not finite, or the level is not in (0, 1).
 */
export function unpairedDifference(a: Numbers, b: Numbers, level = 0.95): Difference {
  checkLevel(level);
  const centre = mean(a) - mean(b);
  const found = { mean: centre, sd: null, n: a.length + b.length, level };
  if (a.length < 2 || b.length < 2) return { ...found, low: null, high: null, p: null };
  const [va, vb] = [sd(a) ** 2 / a.length, sd(b) ** 2 / b.length];
  const df = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  return { ...found, ...around(centre, Math.sqrt(va + vb), { df, level }) };
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
  const { low, high, p } = around(centre, spread / Math.sqrt(n), { df: 2 * n - 2, level });
  return { mean: centre, sd: spread, low, high, n, level, p };
}
