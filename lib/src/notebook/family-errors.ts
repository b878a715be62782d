/** Which mistakes a classifier makes: siblings, or leaves of another family. */
import { top1 } from '../metrics';

export interface FamilyErrors {
  readonly images: number;
  readonly errors: number;
  /** Errors whose predicted class is a sibling of the true one. */
  readonly siblings: number;
  /** The share of the errors that guessing would put on a sibling. */
  readonly guessing: number;
}

/**
 * Counts the errors of a classifier, and those of them that stay within the family.
 *
 * @param families family of each class, [classes]
 */
export function familyErrors(
  predictions: readonly number[],
  labels: readonly number[],
  families: readonly number[],
): FamilyErrors {
  if (predictions.length !== labels.length)
    throw new RangeError(`familyErrors: ${predictions.length} predictions and ${labels.length} labels`);
  const wrong = labels.flatMap((label, i) => (label === predictions[i] ? [] : [{ label, predicted: predictions[i]! }]));
  const siblingsOf = (label: number): number => families.filter((family) => family === families[label]).length - 1;
  const share = (label: number): number => siblingsOf(label) / (families.length - 1);
  return {
    images: labels.length,
    errors: wrong.length,
    siblings: wrong.filter(({ label, predicted }) => families[label] === families[predicted]).length,
    guessing: labels.reduce((sum, label) => sum + share(label), 0) / Math.max(1, labels.length),
  };
}

/**
 * The share of images whose class was named rightly, and, where there are families, whose family was.
 *
 * @param families family of each class
 */
export function classAndFamily(
  predictions: readonly number[],
  labels: readonly number[],
  families?: readonly number[],
): readonly number[] {
  const byClass = top1(predictions, labels);
  if (!families) return [byClass];
  const familyOf = (values: readonly number[]): number[] => values.map((label) => families[label]!);
  return [byClass, top1(familyOf(predictions), familyOf(labels))];
}

/** What guessing earns in the same measures: one class as likely as another. */
export function guessedShares(classes: number, families?: readonly number[]): readonly number[] {
  if (!families) return [1 / classes];
  const siblings = families.map((family) => families.filter((other) => other === family).length);
  return [1 / classes, siblings.reduce((sum, count) => sum + count, 0) / classes ** 2];
}
