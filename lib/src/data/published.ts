/** Counts of published datasets, to compare what somebody has with what others used. Nothing of them is shipped. */
import path from 'node:path';
import { LEAF_SETS } from './leaf/sets';
import { countPerClass } from './splits';
import { STAGES } from './stage-folders';
import type { Dataset, Split } from './types';

/** Least and most images of a class. */
export type Bounds = readonly [least: number, most: number];

/** The counts of a published set. */
export interface PublishedCounts {
  readonly title: string;
  readonly classes: number;
  readonly train: number;
  /** 0 where no test labels are published, and all labelled images are counted under `train`. */
  readonly test: number;
  /** Names of the folder this set is found under, in lower case. */
  readonly folders: readonly string[];
  /** The layout that only this set has. */
  readonly layouts: readonly string[];
  /** Images of every class, where that is known. */
  readonly perClass?: { readonly train: Bounds; readonly test: Bounds | undefined } | undefined;
}

interface Known {
  readonly folders?: readonly string[];
  readonly layouts?: readonly string[];
  readonly each?: readonly [train: Bounds, test: Bounds | undefined];
}

function set(
  title: string,
  counts: readonly [classes: number, train: number, test: number],
  { folders = [], layouts = [], each }: Known,
): PublishedCounts {
  const [classes, train, test] = counts;
  const perClass = each === undefined ? {} : { perClass: { train: each[0], test: each[1] } };
  return { title, classes, train, test, folders, layouts, ...perClass };
}

const EVEN = (n: number): readonly [Bounds, Bounds] => [
  [n, n],
  [n, n],
];

/** The five subsets of Ultra-FGVC (Yu et al., ICCV 2021) and the common fine-grained sets. */
export const PUBLISHED: readonly PublishedCounts[] = [
  set('Cotton80', [80, 240, 240], { folders: ['cotton', 'cotton80'], each: EVEN(3) }),
  set('SoyLocal', [200, 600, 600], { folders: ['soyloc', 'soylocal', 'soybean200'], each: EVEN(3) }),
  set('SoyGlobal', [1938, 5814, 5814], { folders: ['soyglobal', 'soybean2000'], each: EVEN(3) }),
  set('SoyGene', [1110, 12763, 11143], { folders: ['soygene', 'soybean_gene'], each: [[3, 15], [3, 13]] }), // prettier-ignore
  ...STAGES.map((stage) =>
    set(`SoyAgeing ${stage}`, [198, 990, 990], {
      folders: ['', 'soybean_aging_', 'soyageing_', 'soyaging_'].map((before) => before + stage.toLowerCase()),
      each: EVEN(5),
    }),
  ),
  set('CUB-200-2011', [200, 5994, 5794], {
    folders: ['cub', 'cub_200_2011', 'cub-200-2011'],
    layouts: ['cub'],
  }),
  set('Stanford Dogs', [120, 12000, 8580], {
    folders: ['dogs', 'stanford_dogs'],
    layouts: ['dogs'],
    each: [[100, 100], undefined],
  }),
  set('Stanford Cars', [196, 8144, 8041], { folders: ['cars', 'stanford_cars'], layouts: ['cars', 'cars-in-one'] }),
  set('FGVC-Aircraft', [100, 6667, 3333], {
    folders: ['aircraft', 'fgvc-aircraft', 'fgvc_aircraft', 'fgvc-aircraft-2013b'],
    layouts: ['aircraft'],
  }),
  set('NABirds', [555, 23929, 24633], { folders: ['nabirds'], layouts: ['nabirds'] }),
  set('Plant Pathology 2020', [4, 1821, 0], {
    folders: ['plant-pathology-2020-fgvc7'],
    layouts: ['plant-pathology-2020'],
  }),
];

const testOf = ({ tests }: Dataset): Pick<Split, 'samples'> => tests['test'] ?? { samples: [] };

/** Classes, training and test images; where the published set has no test labels, all labelled images are counted together. */
function countsOf(dataset: Dataset, known: PublishedCounts): readonly [number, number, number] {
  const [train, test] = [dataset.train.samples.length, testOf(dataset).samples.length];
  return known.test === 0 ? [dataset.classes, train + test, 0] : [dataset.classes, train, test];
}

const isEqual = (dataset: Dataset, known: PublishedCounts): boolean => {
  const [classes, train, test] = countsOf(dataset, known);
  return classes === known.classes && train === known.train && test === known.test;
};

/** How a dataset is known to be a published set: it says so itself, or it only has as many classes and images. */
interface Match {
  readonly known: PublishedCounts;
  readonly by: 'name' | 'counts';
}

function matchOf(dataset: Dataset): Match | undefined {
  const names = [dataset.name, path.basename(dataset.root)].map((name) => name.toLowerCase());
  const named =
    PUBLISHED.find(({ layouts }) => dataset.layout !== undefined && layouts.includes(dataset.layout)) ??
    PUBLISHED.find(({ folders }) => folders.some((folder) => names.includes(folder)));
  if (named !== undefined) return { known: named, by: 'name' };
  // leaf80 is made with the counts of Cotton80, on purpose. The stages of SoyAgeing have equal counts: which it is, only a name can say.
  if (names.some((name) => name in LEAF_SETS)) return undefined;
  const known = PUBLISHED.find((candidate) => isEqual(dataset, candidate));
  return known === undefined ? undefined : { known, by: 'counts' };
}

/** The published set that a dataset is: by a layout of its own, by the name of its folder, or else by equal counts. */
export const publishedOf = (dataset: Dataset): PublishedCounts | undefined => matchOf(dataset)?.known;

const SHOWN = 5;

/** The classes of a split with fewer or more images than every class should have. */
function oddClasses(
  { classes, classNames }: Dataset,
  split: Pick<Split, 'samples'>,
  [least, most]: Bounds,
): readonly string[] {
  return [...countPerClass(split, classes)].flatMap((count, label) =>
    count >= least && count <= most ? [] : [`${classNames[label] ?? `class ${label + 1}`} has ${count}`],
  );
}

/**
 * Where a dataset differs from the published set: one entry a split that has odd classes, naming at most five of them. Empty where every class
 * has what it should, or where that is not known.
 */
export function classDifferences(dataset: Dataset, { perClass }: PublishedCounts): readonly string[] {
  if (perClass === undefined) return [];
  const sides = [
    ['training', dataset.train, perClass.train],
    ['test', testOf(dataset), perClass.test],
  ] as const;
  return sides.flatMap(([side, split, bounds]) => {
    const odd = bounds === undefined ? [] : oddClasses(dataset, split, bounds);
    if (bounds === undefined || odd.length === 0) return [];
    const due = bounds[0] === bounds[1] ? `${bounds[0]}` : `${bounds[0]} to ${bounds[1]}`;
    const more = odd.length > SHOWN ? `, and ${odd.length - SHOWN} more classes` : '';
    return [`${due} ${side} images a class are due, but ${odd.slice(0, SHOWN).join(', ')}${more}`];
  });
}

/** Counts in words; `labelled`: no test labels are published, so that `train` counts every image that has one. */
const shown = ([classes, train, test]: readonly [number, number, number], labelled: boolean): string =>
  labelled
    ? `${classes} classes, ${train} labelled images`
    : `${classes} classes, ${train} training and ${test} test images`;

/**
 * Compares a dataset with the published set that its layout, its folder (or name) or its counts say it is. A sentence for people: equal, different
 * (an incomplete download, or another split: results are then not comparable; which classes, where that can be told), or undefined where it is
 * no published set.
 */
export function countsNote(dataset: Dataset): string | undefined {
  const match = matchOf(dataset);
  if (match === undefined) return undefined;
  const { known, by } = match;
  const labelled = known.test === 0;
  const published = shown([known.classes, known.train, known.test], labelled);
  const odd = classDifferences(dataset, known);
  if (isEqual(dataset, known) && odd.length === 0)
    return `${by === 'name' ? 'as published for' : 'the counts are those of'} ${known.title}: ${published}`;
  const here = shown(countsOf(dataset, known), labelled);
  const which = odd.length === 0 ? '' : `; ${odd.join('; ')}`;
  return `differs from ${known.title}: ${here} here, ${published} published${which}; results are not comparable`;
}
