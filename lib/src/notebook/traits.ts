/** What the generator says of the classes that it drew: families, and the traits that set siblings apart. */
import fs from 'node:fs';
import path from 'node:path';
import { decodeTruth } from '../data';
import type { Dataset } from '../data';
import type { Table } from '../report';

/** One class of a drawn dataset. */
export interface Cultivar {
  /** Its family, counted from 0. */
  readonly family: number;
  /** What sets it apart from some or all of its siblings, one trait each. */
  readonly words: readonly string[];
}

/** The classes as the generator drew them, by class; undefined where the dataset is not a drawn one. */
export function cultivarsOf({ root }: Dataset): readonly Cultivar[] | undefined {
  const file = path.join(root, 'dataset.json');
  if (!fs.existsSync(file)) return undefined;
  const { cultivars } = JSON.parse(fs.readFileSync(file, 'utf8')) as {
    cultivars?: { family: number; words: string[] }[];
  };
  return cultivars?.map(({ family, words }) => ({ family: family - 1, words }));
}

/** The family of each class; undefined where the dataset knows of none. */
export const familiesOf = (dataset: Dataset): readonly number[] | undefined =>
  cultivarsOf(dataset)?.map(({ family }) => family);

/** The traits of some classes, one row a class. A dataset without a description has its names alone. */
export function traitTable(dataset: Dataset, classes: readonly number[]): Table {
  const cultivars = cultivarsOf(dataset);
  const rows = classes.map((label) => ({
    name: dataset.classNames[label] ?? `class ${label + 1}`,
    traits: cultivars?.[label]?.words.join('; ') ?? 'not described',
  }));
  return {
    title: 'What sets each class apart from its siblings',
    columns: [
      { key: 'name', title: 'Class' },
      { key: 'traits', title: 'Traits that some or all of its siblings do not have' },
    ],
    rows,
    notes: cultivars ? ['From the description that the generator wrote beside the images.'] : [],
  };
}

const SIDE = 64;

/**
 * The mean share of an image that its difference mask covers: how much of a picture tells its class. Over the test images that have a mask;
 * undefined where none has.
 */
export async function tellingShare(dataset: Dataset): Promise<number | undefined> {
  const samples = Object.values(dataset.tests).flatMap((split) => split.samples);
  const truths = await Promise.all(samples.map((sample) => decodeTruth(dataset, sample, { size: SIDE, fit: 'cover' })));
  const shares = truths.flatMap((truth) => (truth ? [truth.reduce((a, b) => a + b, 0) / truth.length] : []));
  return shares.length === 0 ? undefined : shares.reduce((a, b) => a + b, 0) / shares.length;
}
