/** How often a classifier names the class, and how often at least the family. */
import { top1 } from '../metrics';

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
