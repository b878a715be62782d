/** Whether a model that is sure is right: confidence beside accuracy. */
import { checkPaired, type Numbers } from './accuracy';

/** Predictions whose confidence lies in (low, high]; without any, `confidence` and `accuracy` are null. */
export interface ConfidenceBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** How many of them were right. */
  readonly right: number;
  /** Their mean confidence, in 0..1. */
  readonly confidence: number | null;
  /** right / count, in 0..1. */
  readonly accuracy: number | null;
}

export interface Calibration {
  /** Expected calibration error, in 0..1; 0 where every bin is as right as it is sure. */
  readonly ece: number;
  /** Mean confidence minus accuracy, in -1..1: above 0 the model is too sure. */
  readonly gap: number;
  readonly bins: readonly ConfidenceBin[];
}

/**
 * How sure the model is of each prediction: the largest softmax probability, 1 / sum_c exp(z_c - max z), in 0..1.
 *
 * @param logits z, [n * classes] row-major
 * @returns [n]
 * Errors: RangeError where the logits are no whole rows, or one is not finite.
 */
export function confidencesOf(logits: Numbers, classes: number): number[] {
  if (!Number.isInteger(classes) || classes < 1 || logits.length % classes !== 0)
    throw new RangeError(`confidencesOf: ${logits.length} logits are no whole rows of ${classes} classes`);
  return Array.from({ length: logits.length / classes }, (_, i) => {
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[i * classes + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[i * classes + c]! - top);
    // The likeliest class has exp(0) of the sum.
    const most = 1 / sum;
    if (!Number.isFinite(most)) throw new RangeError(`confidencesOf: image ${i} has a logit that is not finite`);
    return most;
  });
}

/** The bin of a confidence: (0, 1/bins], (1/bins, 2/bins], ...; 0 itself goes to the first. */
const binOf = (confidence: number, bins: number): number => Math.max(0, Math.ceil(confidence * bins) - 1);

/**
 * Expected calibration error (Guo and others, 2017) with bins of equal width:
 *
 *   ECE = sum_b n_b / n * | accuracy_b - confidence_b |
 *
 * A confidence is the probability that the model gave to the class it chose. ECE depends on the number of bins, and few images make
 * it too large: a bin of three predictions is off by chance alone.
 *
 * @param confidences [n], each in 0..1
 * @param right [n], 1 (or true) where the prediction was right, 0 where not
 * Errors: RangeError where lengths differ or are 0, a confidence is not in 0..1, or bins is no whole number from 1 on.
 */
export function calibration(confidences: Numbers, right: ArrayLike<number | boolean>, bins = 10): Calibration {
  checkPaired(confidences, Array.from(right, Number), 'calibration');
  if (!Number.isInteger(bins) || bins < 1)
    throw new RangeError(`calibration: ${bins} bins, give a whole number from 1 on`);
  const sums = Array.from({ length: bins }, () => ({ count: 0, right: 0, confidence: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const confidence = confidences[i]!;
    if (!(confidence >= 0 && confidence <= 1))
      throw new RangeError(`calibration: confidence ${i} is ${confidence}, a probability lies in 0..1`);
    const sum = sums[binOf(confidence, bins)]!;
    sum.count++;
    sum.right += Number(right[i]);
    sum.confidence += confidence;
  }
  const total = (key: 'right' | 'confidence'): number => sums.reduce((all, sum) => all + sum[key], 0);
  return {
    ece: sums.reduce((all, sum) => all + Math.abs(sum.right - sum.confidence), 0) / confidences.length,
    gap: (total('confidence') - total('right')) / confidences.length,
    bins: sums.map(({ count, right: hits, confidence }, b) => ({
      ...{ low: b / bins, high: (b + 1) / bins, count, right: hits },
      ...{ confidence: count === 0 ? null : confidence / count, accuracy: count === 0 ? null : hits / count },
    })),
  };
}
