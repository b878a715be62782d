/** Precision, recall and F1 of each class, and their mean over classes. */
import { checkLabels, checkPaired, type Numbers } from './accuracy';

export interface ClassScore {
  /** Images of the class. */
  readonly support: number;
  /** Of the images called so, the share that are: TP / (TP + FP); 0 where none is called so. */
  readonly precision: number;
  /** Of the class's images, the share called so: TP / (TP + FN); 0 where it has none. */
  readonly recall: number;
  /** Their harmonic mean, 2 TP / (2 TP + FP + FN). */
  readonly f1: number;
}

/**
 * The scores of each class; null for a class that is neither among the labels nor among the predictions.
 *
 * @param predictions [n], @param labels [n], both in 0..classes-1
 * Errors: RangeError where lengths differ or are 0, or a class is out of range.
 */
export function classScores(predictions: Numbers, labels: Numbers, classes: number): (ClassScore | null)[] {
  checkPaired(predictions, labels, 'classScores');
  checkLabels(labels, classes, 'classScores labels');
  checkLabels(predictions, classes, 'classScores predictions');
  const zeros = (): number[] => new Array<number>(classes).fill(0);
  const [hits, called, support] = [zeros(), zeros(), zeros()];
  for (let i = 0; i < labels.length; i++) {
    called[predictions[i]!]!++;
    support[labels[i]!]!++;
    if (predictions[i] === labels[i]) hits[labels[i]!]!++;
  }
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return support.map((n, c) => {
    if (n === 0 && called[c] === 0) return null;
    const precision = share(hits[c]!, called[c]!);
    return { support: n, precision, recall: share(hits[c]!, n), f1: (2 * hits[c]!) / (called[c]! + n) };
  });
}

/**
 * Macro F1: the mean F1 over the classes, each weighing the same however many images it has; in 0..1.
 *
 * It falls below the accuracy where some classes are forgotten for others. As scikit-learn has it (`average="macro"`, `zero_division=0`): over the
 * classes that are among the labels or the predictions.
 * Errors: as `classScores`.
 */
export function macroF1(predictions: Numbers, labels: Numbers, classes: number): number {
  const scores = classScores(predictions, labels, classes).filter((score) => score !== null);
  return scores.reduce((sum, { f1 }) => sum + f1, 0) / scores.length;
}
