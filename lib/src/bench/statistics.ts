/** What is made of times: the ratio of two, and how sure it is. */
import { median } from '../core/median';

export interface Ratio {
  /** The median over rounds of one side over that of the other. */
  readonly value: number;
  /** Ends of the interval. */
  readonly low: number;
  readonly high: number;
  /** Probability that the interval holds the median of the rounds' ratios, whatever their distribution; at most 0.95 where rounds are few. */
  readonly confidence: number;
}

/** P(X <= k) for X ~ Binomial(n, 1/2). */
function binomialBelow(k: number, n: number): number {
  let term = 0.5 ** n;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += term;
    term = (term * (n - i)) / (i + 1);
  }
  return sum;
}

/**
 * The interval of a median by ranks: [x_(r), x_(n+1-r)] of the sorted values holds it with probability 1 - 2 P(X <= r - 1),
 * X ~ Binomial(n, 1/2). r is the largest with a probability of 0.95 or more; with fewer than six values there is none, and the interval is
 * the whole range with the probability that it has.
 */
export function rankInterval(values: readonly number[]): Omit<Ratio, 'value'> {
  const n = values.length;
  if (n === 0) throw new RangeError('rankInterval: give at least one value');
  const sorted = [...values].sort((a, b) => a - b);
  let rank = 1;
  while (rank + 1 <= (n + 1) / 2 && 1 - 2 * binomialBelow(rank, n) >= 0.95) rank++;
  return {
    low: sorted[rank - 1]!,
    high: sorted[n - rank]!,
    confidence: Math.max(0, 1 - 2 * binomialBelow(rank - 1, n)),
  };
}

/**
 * One side's cost over the other's: the ratio of the medians, with the rank interval of the ratios round by round, in which whatever slows the
 * machine for a while cancels.
 *
 * @throws RangeError where the rounds are not as many on both sides
 */
export function ratioOf(numerator: readonly number[], denominator: readonly number[]): Ratio {
  if (numerator.length !== denominator.length)
    throw new RangeError(`ratioOf: ${numerator.length} rounds against ${denominator.length}`);
  const byRound = numerator.map((value, round) => value / denominator[round]!);
  return { value: median(numerator) / median(denominator), ...rankInterval(byRound) };
}
