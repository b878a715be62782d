import { countsNote } from './published';
import { countPerClass } from './splits';
import type { Dataset, Split } from './types';

/** How many images a split has, in total and per class. */
export interface SplitSummary {
  readonly images: number;
  /** Classes with at least one image in this split. */
  readonly classes: number;
  /** Over those classes. */
  readonly perClass: { readonly min: number; readonly max: number; readonly mean: number };
}

/** A dataset in numbers, for printing. */
export interface DatasetSummary {
  readonly name: string;
  readonly root: string;
  readonly fingerprint: string;
  readonly classes: number;
  readonly train: SplitSummary;
  readonly tests: Readonly<Record<string, SplitSummary>>;
  /** Test images that have a ground-truth mask. */
  readonly masks: number;
  /** How the counts compare with the published ones, where the folder's name is known. */
  readonly published?: string;
}

function summary(split: Split, classes: number): SplitSummary {
  const images = split.samples.length;
  const counts = [...countPerClass(split, classes)].filter((count) => count > 0);
  if (counts.length === 0) return { images, classes: 0, perClass: { min: 0, max: 0, mean: 0 } };
  const perClass = { min: Math.min(...counts), max: Math.max(...counts), mean: images / counts.length };
  return { images, classes: counts.length, perClass };
}

/** Counts of every split and class, as a plain record. */
export function describeDataset(dataset: Dataset): DatasetSummary {
  const { name, root, fingerprint, classes, train, tests, maskOf } = dataset;
  const described = Object.entries(tests).map(([test, split]) => [test, summary(split, classes)] as const);
  const tested = Object.values(tests).flatMap((split) => split.samples);
  const masks = maskOf === undefined ? 0 : tested.filter((sample) => maskOf(sample) !== undefined).length;
  const note = countsNote(dataset);
  return {
    ...{ name, root, fingerprint, classes },
    train: summary(train, classes),
    tests: Object.fromEntries(described),
    masks,
    ...(note === undefined ? {} : { published: note }),
  };
}
