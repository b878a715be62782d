/** Whether two engines computed the same, or something as good. */
import type { Prepared } from './protocol';

/** Largest difference at which two engines count as doing the same. */
export const SAME = 1e-3;

/** Largest difference as a share of the largest number of both lists, in size; Infinity where they are not alike or a number is none. */
export function relativeGap(ours: readonly number[], theirs: readonly number[]): number {
  if (ours.length !== theirs.length || ![...ours, ...theirs].every(Number.isFinite)) return Infinity;
  const scale = Math.max(0, ...ours.map(Math.abs), ...theirs.map(Math.abs));
  return scale === 0 ? 0 : Math.max(...ours.map((x, i) => Math.abs(x - theirs[i]!))) / scale;
}

/** Below this size a loss is compared as if it had it: a divergence near 0 is a small difference of large numbers. */
const SMALL = 1e-2;

/** The largest gap of losses that are each compared at their own scale. */
const lossGap = (ours: readonly number[], theirs: readonly number[]): number =>
  ours.length === theirs.length
    ? Math.max(0, ...ours.map((loss, i) => relativeGap([loss, SMALL], [theirs[i]!, SMALL])))
    : Infinity;

/**
 * The largest gap between two engines: logits as one list; or each loss and the norm of the gradient in the first iteration, and the losses of the
 * second, which has seen one update. Its norm is left out: AdamW's first update goes by the sign of a gradient, and rounding decides the sign of
 * the smallest.
 */
export function gapOf(ours: Prepared, theirs: Prepared): number {
  const [first, other] = [ours.first, theirs.first];
  if (first.norm === undefined || other.norm === undefined) return relativeGap(first.values, other.values);
  return Math.max(
    lossGap([...first.values, first.norm], [...other.values, other.norm]),
    lossGap(ours.second.values, theirs.second.values),
  );
}

/** How much less than the peer's our quality may be: what the peer's own maps differ by from run to run. */
export const AS_GOOD = 0.005;

export interface Verdict {
  /** Largest difference of the numbers as a share of the largest; where a quality is compared, what ours lacks to the peer's. */
  readonly gap: number;
  readonly comparable: boolean;
}

/** Whether the times of two engines may be compared. */
export function judge(ours: Prepared, theirs: Prepared): Verdict {
  if (ours.quality === undefined || theirs.quality === undefined) {
    const gap = gapOf(ours, theirs);
    return { gap, comparable: gap <= SAME };
  }
  const gap = Math.max(0, theirs.quality - ours.quality);
  return { gap, comparable: ours.quality >= theirs.quality - AS_GOOD };
}
