/** The best epoch on the test images: a choice by the test images, which peers report and which flatters. Kept under its own name. */

export interface BestOnTest {
  /** The test split that it was chosen on: the headline. */
  readonly split: string;
  /** From 1; the first of several that are equally good. */
  readonly epoch: number;
  /** Share of the split's images that this epoch classified rightly. */
  readonly top1: number;
  /** The same share after each epoch. */
  readonly curve: readonly number[];
}

/** The best epoch of a curve of accuracies, one an epoch. @throws RangeError where there is no epoch */
export function bestOnTest(split: string, curve: readonly number[]): BestOnTest {
  if (curve.length === 0) throw new RangeError('bestOnTest: no epoch was scored, so none is the best');
  const top1 = Math.max(...curve);
  return { split, epoch: curve.indexOf(top1) + 1, top1, curve };
}
