/** What is in a queue, in plain numbers: how long it is for its data set, how old its rows are, which classes they show. */
import { median } from '../core/median';
import type { Queue } from './queue';

/** What the numbers are relative to. */
export interface QueueSetting {
  readonly classes: number;
  /** Images of the training set. */
  readonly trainImages: number;
  /** Batches that one step brings: 1, or 2 where both views share the queue. Default 1. */
  readonly batchesPerStep?: number;
}

export interface QueueStatistics {
  /** iota */
  readonly rows: number;
  /** Rows that hold a feature. */
  readonly filled: number;
  /** iota / training images: above 1 the queue holds several copies of an image, of different ages. */
  readonly lengthInSets: number;
  readonly filledInSets: number;
  /** Age of the filled rows in steps, 0 for the latest; null for an empty queue. */
  readonly age: { readonly mean: number; readonly median: number; readonly max: number } | null;
  /** Classes with at least one row. */
  readonly classesPresent: number;
  /** classesPresent / classes */
  readonly coverage: number;
  /** [classes] */
  readonly rowsPerClass: readonly number[];
  /** Rows of known images / known images; null where no row's image is known. */
  readonly copiesPerImage: number | null;
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Of values from 0. */
const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`${name} is ${value}; allowed: whole numbers from 1`);
}

/** Places of the rows that hold a feature, oldest first. */
export const filledRows = ({ entered }: Pick<Queue, 'entered'>): number[] =>
  Array.from(entered, (_, row) => row).filter((row) => entered[row]! > 0);

/** Steps since each of some rows came in: floor((enqueues - entered) / batchesPerStep). */
export const agesOf = (
  { entered, enqueues }: Pick<Queue, 'entered' | 'enqueues'>,
  rows: readonly number[],
  batchesPerStep = 1,
): number[] => rows.map((row) => Math.floor((enqueues - entered[row]!) / batchesPerStep));

function countClasses(labels: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) {
    if (counts[label] === undefined)
      throw new RangeError(`a row of the queue has class ${label}; allowed: 0..${classes - 1}`);
    counts[label]!++;
  }
  return counts;
}

/**
 * @param queue borrowed; its labels are read back once
 * @throws RangeError where a count is no whole number from 1, or a row's class is not one of `classes`
 */
export function queueStatistics(queue: Queue, setting: QueueSetting): QueueStatistics {
  const { classes, trainImages, batchesPerStep = 1 } = setting;
  Object.entries({ classes, trainImages, batchesPerStep }).forEach(([name, value]) => checkCount(name, value));
  const labels = queue.labels.dataSync();
  const filled = filledRows(queue);
  const ages = agesOf(queue, filled, batchesPerStep);
  const rowsPerClass = countClasses(
    filled.map((row) => labels[row]!),
    classes,
  );
  const classesPresent = rowsPerClass.filter((count) => count > 0).length;
  const known = filled.map((row) => queue.samples[row]!).filter((sample) => sample >= 0);
  return {
    ...{ rows: labels.length, filled: filled.length },
    ...{ lengthInSets: labels.length / trainImages, filledInSets: filled.length / trainImages },
    age: ages.length === 0 ? null : { mean: meanOf(ages), median: median(ages), max: largest(ages) },
    ...{ classesPresent, coverage: classesPresent / classes, rowsPerClass },
    copiesPerImage: known.length === 0 ? null : known.length / new Set(known).size,
  };
}

/**
 * How many rows of its own class each anchor of a batch meets. An anchor that meets none is only pushed away by the contrast, or (`supcon`)
 * learns nothing from it.
 *
 * @param queue borrowed; its labels are read back once
 * @param labels classes of the anchors, 0-based
 * @throws RangeError where a label is no whole number from 0
 */
export function positivesPerAnchor(queue: Queue, labels: ArrayLike<number>): number[] {
  const counts = new Map<number, number>();
  for (const label of queue.labels.dataSync()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Array.from(labels, (label) => {
    if (!Number.isSafeInteger(label) || label < 0)
      throw new RangeError(`an anchor has class ${label}; allowed: whole numbers from 0`);
    return counts.get(label) ?? 0;
  });
}

/** Rows of `size` numbers, row-major. */
export interface StaleRows {
  readonly features: Float32Array;
  readonly size: number;
}

/** How far the rows of one age have drifted, in cosine distance. */
export interface AgeDrift {
  readonly age: number;
  readonly mean: number;
  readonly max: number;
  /** Rows of this age. */
  readonly count: number;
}

/** 1 - cos(a, b) of rows `j`, at least 0: what rounding leaves below it is 0. A row of zeros has cosine 0 to everything. */
function cosineDistance(a: Float32Array, b: Float32Array, size: number, j: number): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let d = j * size; d < (j + 1) * size; d++) {
    dot += a[d]! * b[d]!;
    aa += a[d]! ** 2;
    bb += b[d]! ** 2;
  }
  if (!Number.isFinite(aa + bb)) throw new RangeError(`row ${j} is not finite`);
  return Math.max(0, 1 - dot / (Math.sqrt(aa * bb) || 1));
}

/**
 * How much of a queue's rows is out of date: the distance of each row from what the present weights make of the same view.
 *
 *   drift_j = 1 - cos(stale_j, fresh_j),  its mean and its largest over the rows of each age
 *
 * Source: the slow drift of features that XBM (Wang et al., CVPR 2020) rests on.
 *
 * @param fresh rows in the same order, [rows * size]
 * @param ages of the rows in steps, [rows]
 * @returns by age, youngest first; empty for no rows
 * @throws RangeError where the sizes do not fit or a number is not finite
 */
export function driftByAge(stale: StaleRows, fresh: Float32Array, ages: ArrayLike<number>): readonly AgeDrift[] {
  const { features, size } = stale;
  checkCount('driftByAge: size', size);
  if (features.length !== ages.length * size || fresh.length !== features.length) {
    throw new RangeError(
      `driftByAge: ${features.length} stale and ${fresh.length} fresh numbers for ${ages.length} ages; expected rows of ${size}`,
    );
  }
  const byAge = new Map<number, number[]>();
  Array.from(ages).forEach((age, j) => {
    if (!Number.isSafeInteger(age) || age < 0)
      throw new RangeError(`driftByAge: row ${j} has age ${age}; allowed: whole numbers from 0`);
    const drifts = byAge.get(age) ?? [];
    drifts.push(cosineDistance(features, fresh, size, j));
    byAge.set(age, drifts);
  });
  return [...byAge]
    .sort(([a], [b]) => a - b)
    .map(([age, drifts]) => ({ age, mean: meanOf(drifts), max: largest(drifts), count: drifts.length }));
}
