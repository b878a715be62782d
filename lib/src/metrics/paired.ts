/** Two models on the same test images: which errors they share, and whether one is better than the other. */
import { checkPaired } from './accuracy';
import { vote } from './vote';

/** The 2 x 2 table of two models, image by image. */
export interface PairedOutcomes {
  readonly bothRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothWrong: number;
}

/** Right or wrong, by image. */
export type Outcomes = ArrayLike<number | boolean>;

/** Counts the four cases of two models that saw the same images in the same order. Errors: RangeError where lengths differ or are 0. */
export function pairedOutcomes(first: Outcomes, second: Outcomes): PairedOutcomes {
  const [a, b] = [Array.from(first, Number), Array.from(second, Number)];
  checkPaired(a, b, 'pairedOutcomes');
  const count = (x: number, y: number): number => a.filter((value, i) => value === x && b[i] === y).length;
  const found = { bothRight: count(1, 1), onlyFirst: count(1, 0), onlySecond: count(0, 1), bothWrong: count(0, 0) };
  if (found.bothRight + found.onlyFirst + found.onlySecond + found.bothWrong !== a.length)
    throw new RangeError('pairedOutcomes: an entry is neither 1 nor 0; give right as 1 or true, wrong as 0 or false');
  return found;
}

/**
 * McNemar's exact test: the two-sided p value of "both models are equally good".
 *
 *   p = min(1, 2 sum_{k <= min(b, c)} C(b + c, k) / 2^(b + c))
 *
 * b and c count the images that only the first and only the second model has right. If the models are equally good, each of these is
 * as likely to fall to the one as to the other: a fair coin. Images that both have right or both wrong say nothing (McNemar 1947). Without any
 * b or c it is 1.
 * Terms are multiplied up in log space, so that thousands of images neither overflow nor vanish.
 * Errors: RangeError where b or c is no whole number from 0 on.
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  for (const count of [onlyFirst, onlySecond])
    if (!Number.isInteger(count) || count < 0)
      throw new RangeError(`mcnemar: ${count} images, give a whole number from 0 on`);
  const n = onlyFirst + onlySecond;
  const few = Math.min(onlyFirst, onlySecond);
  let log = -n * Math.LN2;
  let tail = Math.exp(log);
  for (let k = 1; k <= few; k++) {
    log += Math.log((n - k + 1) / k);
    tail += Math.exp(log);
  }
  return Math.min(1, 2 * tail);
}

/**
 * The class that most of several models call each image; where several classes have the most votes, the one of them that the earliest model called.
 *
 * @param calls one list of predicted classes a model, each [n], in the same order of images
 * @returns [n]
 * Errors: RangeError where there is no model, or lengths differ or are 0.
 */
export function majorityVote(calls: readonly ArrayLike<number>[]): number[] {
  const first = calls[0];
  if (!first) throw new RangeError('majorityVote: no model; give at least one list of predictions');
  for (const other of calls) checkPaired(other, first, 'majorityVote');
  return Array.from(first, (_, i) => vote(calls.map((call) => call[i]!)));
}
