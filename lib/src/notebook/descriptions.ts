/** Two ways to describe images, told apart by the simplest classifier. */
import type { Dataset } from '../data';
import { accuracyBars, classAndFamilyWords } from './accuracy-bars';
import type { AccuracyBar } from './accuracy-bars';
import { ofSplit } from './described';
import type { Described } from './described';
import { classAndFamily, guessedShares } from './family-shares';
import { nearestCentroid } from './learners';
import type { Figure } from '../plots';
import { familiesOf } from './traits';

/** The name of the test split with the most images. */
export const largestTest = ({ tests }: Dataset): string =>
  Object.values(tests).reduce((best, split) => (split.samples.length > best.samples.length ? split : best)).name;

/**
 * What the nearest centroid scores with each description, trained on the training split and tested on the largest test split: the share
 * of images whose class is named rightly, and of those whose family is, where there are families. Guessing comes first.
 */
export function centroidBars(
  dataset: Dataset,
  descriptions: Readonly<Record<string, Described>>,
): readonly AccuracyBar[] {
  const families = familiesOf(dataset);
  const split = largestTest(dataset);
  const scored = Object.entries(descriptions).map(([name, all]) => {
    const test = ofSplit(all, dataset, split);
    const predictions = nearestCentroid(ofSplit(all, dataset, 'train'), test);
    return { name, shares: classAndFamily(predictions, test.labels, families), images: test.labels.length };
  });
  return [{ name: 'guessing', shares: guessedShares(dataset.classes, families), images: 0 }, ...scored];
}

/** The bars as a figure. */
export function centroidFigure(dataset: Dataset, bars: readonly AccuracyBar[]): Figure {
  const images = Math.max(...bars.map((bar) => bar.images));
  return accuracyBars(bars, classAndFamilyWords(`Nearest centroid on ${images} test images`, familiesOf(dataset)));
}
