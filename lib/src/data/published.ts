import path from 'node:path';
import type { Dataset } from './types';

/** The counts of a published set. */
export interface PublishedCounts {
  readonly title: string;
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  /** Names of the folder this set is found under, in lower case. */
  readonly folders: readonly string[];
}

function set(
  title: string,
  counts: readonly [classes: number, train: number, test: number],
  folders: readonly string[],
): PublishedCounts {
  const [classes, train, test] = counts;
  return { title, classes, train, test, folders };
}

/**
 * Counts of the five subsets of Ultra-FGVC (Yu et al., ICCV 2021) and of the common fine-grained sets. Nothing of them
 * is shipped: you fetch them, and `countsNote` compares what you have.
 */
export const PUBLISHED: readonly PublishedCounts[] = [
  set('Cotton80', [80, 240, 240], ['cotton', 'cotton80']),
  set('SoyLocal', [200, 600, 600], ['soyloc', 'soylocal', 'soybean200']),
  set('SoyGlobal', [1938, 5814, 5814], ['soyglobal', 'soybean2000']),
  set('SoyGene', [1110, 12763, 11143], ['soygene', 'soybean_gene']),
  ...['R1', 'R3', 'R4', 'R5', 'R6'].map((stage) =>
    set(`SoyAgeing ${stage}`, [198, 990, 990], [stage.toLowerCase(), `soybean_aging_${stage.toLowerCase()}`]),
  ),
  set('CUB-200-2011', [200, 5994, 5794], ['cub', 'cub_200_2011', 'cub-200-2011']),
  set('Stanford Dogs', [120, 12000, 8580], ['dogs', 'stanford_dogs']),
  set('Stanford Cars', [196, 8144, 8041], ['cars', 'stanford_cars']),
  set('FGVC-Aircraft', [100, 6667, 3333], ['aircraft', 'fgvc-aircraft', 'fgvc_aircraft']),
];

const shown = (classes: number, train: number, test: number): string =>
  `${classes} classes, ${train} training and ${test} test images`;

/**
 * Compares a dataset with the published set that its folder (or name) says it is. A sentence for people: equal, different
 * (an incomplete download, or another split: results are then not comparable), or undefined where the name is unknown.
 */
export function countsNote(dataset: Dataset): string | undefined {
  const names = [dataset.name, path.basename(dataset.root)].map((name) => name.toLowerCase());
  const known = PUBLISHED.find((candidate) => candidate.folders.some((folder) => names.includes(folder)));
  if (known === undefined) return undefined;
  const [train, test] = [dataset.train.samples.length, dataset.tests['test']?.samples.length ?? 0];
  const published = shown(known.classes, known.train, known.test);
  if (dataset.classes === known.classes && train === known.train && test === known.test)
    return `as published for ${known.title}: ${published}`;
  const here = shown(dataset.classes, train, test);
  return `differs from ${known.title}: ${here} here, ${published} published; results are not comparable`;
}
