/** How few images there are: the published datasets beside the one at hand. */
import { PUBLISHED } from '../data';
import type { Dataset } from '../data';
import type { Table } from '../report';

/** Counts of the dataset and of every published one, fewest training images a class first. */
export function publishedTable(dataset: Dataset): Table {
  const { name, classes, train, tests } = dataset;
  const test = Object.values(tests).reduce((sum, { samples }) => sum + samples.length, 0);
  const here = { title: `${name} (this one)`, classes, train: train.samples.length, test };
  // Without published test labels there is no split to compare with.
  const split = PUBLISHED.filter((set) => set.test > 0);
  const rows = [here, ...split].map((set) => ({
    ...{ name: set.title, classes: set.classes, train: set.train, test: set.test },
    perClass: set.train / set.classes,
  }));
  return {
    title: 'Images for training and for the test',
    columns: [
      { key: 'name', title: 'Dataset' },
      { key: 'classes', title: 'Classes' },
      { key: 'train', title: 'Training images' },
      { key: 'test', title: 'Test images' },
      { key: 'perClass', title: 'Training images a class', digits: 1 },
    ],
    rows: rows.sort((a, b) => a.perClass - b.perClass),
    notes: [
      'Cotton80 and the Soy sets are Ultra-FGVC (Yu and others, ICCV 2021); the last rows are ordinary fine-grained sets.',
    ],
  };
}
