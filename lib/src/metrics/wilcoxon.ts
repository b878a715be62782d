/** Wilcoxon's signed-rank test: is one variant better seed by seed, without assuming that differences are normal? */
import wilcoxon from '@stdlib/stats-wilcoxon';
import { checkPaired, type Numbers } from './accuracy';

export interface SignedRanks {
  /** W+: the sum of the ranks of the differences above zero. */
  readonly statistic: number;
  /** Two-sided p value of "the differences lie evenly about zero"; 1 where all are zero. */
  readonly p: number;
  /** Differences that are not zero: the others say nothing, and are left out. */
  readonly n: number;
  /** The smallest p that so many differences can have. */
  readonly smallest: number;
}

/** Up to so many differences every sign is counted; beyond, the normal approximation is good. */
const MOST_EXACT = 50;

/**
 * The smallest two-sided p value that n differences can have in the signed-rank test: all point one way, 2 of the 2^n signs.
 * With 5 seeds it is 0.0625: five seeds can never show p < 0.05 by this test; six can (0.03125).
 */
export const smallestP = (n: number): number => Math.min(1, 2 ** (1 - n));

/** To 12 digits: 0.52 - 0.51 and 0.51 - 0.50 differ in the 16th, and would be no tie. */
const rounded = (x: number): number => (Math.abs(x) < 1e-12 ? 0 : Number(x.toPrecision(12)));

/** Twice the midranks of the sizes, whole numbers from 2 to 2n: equal sizes share the mean of their ranks. */
function doubledRanks(sizes: readonly number[]): number[] {
  return sizes.map((x) => {
    const less = sizes.filter((y) => y < x).length;
    const equal = sizes.filter((y) => y === x).length;
    return 2 * less + equal + 1;
  });
}

/** How many of the 2^n choices of signs have a rank sum at least as far from the middle, as a share. */
function shareAsFar(ranks: readonly number[], statistic: number): number {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  let ways = Float64Array.of(1, ...new Array<number>(total).fill(0));
  for (const rank of ranks) ways = ways.map((count, sum) => count + (ways[sum - rank] ?? 0));
  const far = Math.abs(2 * statistic - total);
  const as = ways.reduce((sum, count, at) => (Math.abs(2 * at - total) >= far ? sum + count : sum), 0);
  return as / 2 ** ranks.length;
}

/**
 * Wilcoxon's signed-rank test of values that pair by index (the same seeds, in order).
 *
 *   d_i = a_i - b_i without the zeros,   W+ = sum of rank(|d_i|) over d_i > 0,   p = P(|W - n(n+1)/4| >= |W+ - n(n+1)/4|)
 *
 * Exact for up to 50 differences. Without ties by `@stdlib/stats-wilcoxon`; with ties (accuracies are whole numbers of images, so
 * seeds do tie) it and others change to the normal approximation, which is no good for five seeds: there every one of the 2^n signs is
 * counted over the midranks. For more than 50 it is their normal approximation, corrected for ties and continuity.
 *
 * Source: Wilcoxon, Individual comparisons by ranking methods, Biometrics Bulletin 1 (1945).
 * Errors: RangeError where lengths differ or are 0, or a value is not finite.
 */
export function wilcoxonSignedRank(a: Numbers, b: Numbers): SignedRanks {
  checkPaired(a, b, 'wilcoxonSignedRank');
  const all = Array.from(a, (x, i) => rounded(x - b[i]!));
  const lost = all.findIndex((d) => !Number.isFinite(d));
  if (lost >= 0)
    throw new RangeError(`wilcoxonSignedRank: pair ${lost} is ${a[lost]} and ${b[lost]}; give finite numbers`);
  const kept = all.filter((d) => d !== 0);
  const n = kept.length;
  if (n === 0) return { statistic: 0, p: 1, n, smallest: 1 };
  const sizes = kept.map(Math.abs);
  const ranks = doubledRanks(sizes);
  const doubled = ranks.reduce((sum, rank, i) => (kept[i]! > 0 ? sum + rank : sum), 0);
  const tied = new Set(sizes).size < n;
  const p = n === 1 || (tied && n <= MOST_EXACT) ? shareAsFar(ranks, doubled) : wilcoxon(kept).pValue;
  // The library doubles one tail, which is more than a half where the sum is the very middle.
  return { statistic: doubled / 2, p: Math.min(1, p), n, smallest: smallestP(n) };
}
