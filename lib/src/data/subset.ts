import { groupBy } from '../core/group';
import { createRng, shuffled } from '../core/rng';
import { sha256 } from './fingerprint';
import type { Dataset, Sample, Split } from './types';

/** One honest way to select: train on `train`, choose on `validation`, never on the test split. */
export interface Fold {
  readonly train: Split;
  readonly validation: Split;
}

/** Positions of the samples of each class, the classes in rising order. */
function positionsByClass({ samples }: Split): ReadonlyMap<number, readonly number[]> {
  const groups = groupBy(samples.keys(), (index) => samples[index]!.label);
  return new Map([...groups].sort(([a], [b]) => a - b));
}

const countOf = (images: number): string => `${images} image${images === 1 ? '' : 's'}`;

/**
 * Checks that `n` is a whole number from `least` to the size of the smallest class minus `keep`.
 *
 * @param at the function and its argument, such as `folds: k`
 * @throws RangeError that says what was given, what is allowed and what to do
 */
function checkCount(
  at: string,
  n: number,
  groups: ReadonlyMap<number, readonly number[]>,
  { least, keep }: { readonly least: number; readonly keep: number },
): void {
  const smallest = groups.size === 0 ? 0 : Math.min(...[...groups.values()].map((group) => group.length));
  const most = smallest - keep;
  if (Number.isInteger(n) && n >= least && n <= most) return;
  const size = groups.size === 0 ? 'the split is empty' : `the smallest class has ${countOf(smallest)}`;
  const tooMany = Number.isInteger(n) && n > most;
  const more = `give every class ${countOf((tooMany ? Math.max(n, least) : least) + keep)} to train on`;
  const [allowed, fix] =
    most < least
      ? [`none (${size}, and ${countOf(least + keep)} a class are needed)`, more]
      : [
          `whole numbers ${least}..${most} (${size})`,
          tooMany ? `take ${most} or less, or ${more}` : 'take one of these',
        ];
  throw new RangeError(`${at} is ${n}; allowed: ${allowed}; to mend it: ${fix}.`);
}

function keepPositions(split: Split, name: string, keep: (position: number) => boolean): Split {
  return { ...split, name, samples: split.samples.filter((_: Sample, position) => keep(position)) };
}

/** For every class its positions in an order drawn from the seed; classes draw from streams of their own. */
function drawnByClass(split: Split, seed: number, purpose: string): ReadonlyMap<number, readonly number[]> {
  const draw = ([label, group]: [number, readonly number[]]): [number, number[]] => [
    label,
    shuffled(group, createRng(seed, purpose, label)),
  ];
  return new Map([...positionsByClass(split)].map(draw));
}

/**
 * Keeps `n` training images of every class, drawn from the seed; the others are dropped, not moved to a test split.
 * For one seed the images of a smaller `n` are among those of a larger one. The order of the annotation stays.
 *
 * @throws RangeError where `n` is not a whole number from 1 to the size of the smallest class.
 */
export function takePerClass(dataset: Dataset, n: number, seed: number): Dataset {
  const drawn = drawnByClass(dataset.train, seed, 'take per class');
  checkCount('takePerClass: n', n, drawn, { least: 1, keep: 0 });
  const chosen = new Set([...drawn.values()].flatMap((group) => group.slice(0, n)));
  if (chosen.size === dataset.train.samples.length) return dataset;
  const train = keepPositions(dataset.train, dataset.train.name, (position) => chosen.has(position));
  return { ...dataset, train, fingerprint: derived(dataset, [train]) };
}

/**
 * Divides a training split into `k` folds in which every class is spread as evenly as its size permits.
 * Fold i validates on part i and trains on the rest; the parts are disjoint and cover the split.
 *
 * @throws RangeError where `k` is not a whole number from 2 to the size of the smallest class.
 */
export function folds(split: Split, k: number, seed: number): readonly Fold[] {
  const drawn = drawnByClass(split, seed, 'folds');
  checkCount('folds: k', k, drawn, { least: 2, keep: 0 });
  const part = new Int32Array(split.samples.length);
  let next = 0; // runs on from class to class, so that the parts are even in total as well
  for (const group of drawn.values()) for (const position of group) part[position] = next++ % k;
  return Array.from({ length: k }, (_, index) => ({
    train: keepPositions(split, split.name, (position) => part[position] !== index),
    validation: keepPositions(split, 'validation', (position) => part[position] === index),
  }));
}

/**
 * Sets `perClass` training images of every class aside for validation, drawn from the seed.
 *
 * @throws RangeError where a class would keep no training image.
 */
export function holdout(split: Split, perClass: number, seed: number): Fold {
  const drawn = drawnByClass(split, seed, 'holdout');
  checkCount('holdout: perClass', perClass, drawn, { least: 1, keep: 1 });
  const held = new Set([...drawn.values()].flatMap((group) => group.slice(0, perClass)));
  return {
    train: keepPositions(split, split.name, (position) => !held.has(position)),
    validation: keepPositions(split, 'validation', (position) => held.has(position)),
  };
}

/**
 * The dataset as a selection may see it: the fold's training images, its validation images as the only test split
 * ('validation'), and no test image at all.
 */
export function forSelection(dataset: Dataset, fold: Fold): Dataset {
  const tests = { validation: fold.validation };
  return { ...dataset, train: fold.train, tests, fingerprint: derived(dataset, [fold.train, fold.validation]) };
}

function derived({ fingerprint }: Dataset, splits: readonly Split[]): string {
  const rows = splits.flatMap(({ name, samples }) => [name, samples.length, ...samples.map((sample) => sample.name)]);
  return sha256(['csdnet subset 1', fingerprint, ...rows]);
}
