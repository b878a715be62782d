/** What a count of successes can tell: the interval of a share, which matters where a class has three test images. */
import { checkLevel, type Interval } from './interval';
import { normalQuantile } from './normal';

/** The interval of a share: it always has both ends. */
export interface ShareInterval extends Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's interval of a share: of n independent trials k succeeded; where does the chance of success plausibly lie?
 *
 *   (p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n),   p = k / n,   z the normal quantile of (1 + level) / 2
 *
 * Unlike p +- z sqrt(p (1 - p) / n) it stays in 0..1 and does not shrink to nothing at k = 0 and k = n (Wilson 1927; Brown, Cai and
 * DasGupta 2001). `mean` is p, in 0..1; there is no `sd`.
 * Errors: RangeError unless k and n are whole numbers with 0 <= k <= n, n >= 1, and 0 < level < 1.
 */
export function shareInterval(successes: number, n: number, level = 0.95): ShareInterval {
  checkLevel(level);
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`shareInterval: n is ${n}, it is a whole number from 1 on`);
  if (!Number.isInteger(successes) || successes < 0 || successes > n)
    throw new RangeError(`shareInterval: ${successes} successes, give a whole number from 0 to ${n}`);
  const z = normalQuantile((1 + level) / 2);
  const p = successes / n;
  const centre = p + z ** 2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  const low = successes === 0 ? 0 : (centre - half) / scale;
  const high = successes === n ? 1 : (centre + half) / scale;
  return { mean: p, sd: null, low, high, n, level };
}
