/** How well features keep the classes apart, measured with the cosine distance 1 - cos(f_i, f_j), in 0..2. */
import { checkLabels, type Numbers } from './accuracy';
import { vote } from './vote';

/** Features of n images: `values` is [n * dim] row-major, `labels` are their classes. */
export interface Features {
  readonly values: Numbers;
  readonly labels: Numbers;
  readonly dim: number;
}

/** Mean cosine distances within and between classes, and their ratio (null where there is nothing to divide). */
export interface Separation {
  readonly within: number | null;
  readonly between: number | null;
  readonly ratio: number | null;
}

/** Throws unless `values` holds one row of `dim` numbers a label. */
function checkFeatures(features: Features, what: string): void {
  const { values, labels, dim } = features;
  if (labels.length === 0 || !Number.isInteger(dim) || dim < 1 || values.length !== labels.length * dim)
    throw new RangeError(`${what}: ${values.length} values are not ${labels.length} rows of ${dim}`);
  checkLabels(labels, Infinity, `${what} labels`);
}

/** The rows scaled to length 1; a row of zeros stays zero (cosine 0, distance 1 to everything). */
function unitRows({ values, labels, dim }: Features): Float64Array {
  const out = Float64Array.from(values);
  for (let i = 0; i < labels.length; i++) {
    let squares = 0;
    for (let d = 0; d < dim; d++) squares += out[i * dim + d]! ** 2;
    if (!Number.isFinite(squares)) throw new RangeError(`features: row ${i} is not finite`);
    const norm = Math.sqrt(squares) || 1;
    for (let d = 0; d < dim; d++) out[i * dim + d]! /= norm;
  }
  return out;
}

/** A distance below this is what rounding leaves of zero. */
const NOTHING = 1e-12;

/** Cosine distance of row i of `a` and row j of `b`; what rounding leaves of zero is zero. */
function distance(a: Float64Array, b: Float64Array, [i, j, dim]: readonly [number, number, number]): number {
  let dot = 0;
  for (let d = 0; d < dim; d++) dot += a[i * dim + d]! * b[j * dim + d]!;
  return 1 - dot < NOTHING ? 0 : 1 - dot;
}

/**
 * Mean distance between images of one class (within) and of two classes (between), and ratio = between / within.
 *
 * Every unordered pair counts once. A ratio of 1 means that classes are not apart at all; larger is better.
 * Null where there is no such pair (one image a class, or one class), and for the ratio also where within is 0.
 * Errors: RangeError where sizes do not fit or a value is not finite. Work: n^2 * dim / 2.
 */
export function classSeparation(features: Features): Separation {
  checkFeatures(features, 'classSeparation');
  const unit = unitRows(features);
  const { labels, dim } = features;
  const sums = { within: 0, between: 0 };
  const pairs = { within: 0, between: 0 };
  for (let i = 0; i < labels.length; i++)
    for (let j = 0; j < i; j++) {
      const side = labels[i] === labels[j] ? 'within' : 'between';
      sums[side] += distance(unit, unit, [i, j, dim]);
      pairs[side]++;
    }
  const within = pairs.within === 0 ? null : sums.within / pairs.within;
  const between = pairs.between === 0 ? null : sums.between / pairs.between;
  return { within, between, ratio: within && between !== null ? between / within : null };
}

/** The silhouette of one image from its summed distances to each class. */
function silhouetteOf(own: number, sums: readonly number[], sizes: readonly number[]): number {
  if (sizes[own]! < 2) return 0;
  const a = sums[own]! / (sizes[own]! - 1);
  let b = Infinity;
  sizes.forEach((size, c) => {
    if (c !== own && size > 0) b = Math.min(b, sums[c]! / size);
  });
  const larger = Math.max(a, b);
  return larger > 0 ? (b - a) / larger : 0;
}

/**
 * Mean silhouette with the cosine distance, in -1..1: 1 is tight and apart, 0 overlaps, below 0 is nearer to another class.
 *
 * s_i = (b_i - a_i) / max(a_i, b_i), a_i the mean distance to the other images of its class, b_i the smallest mean
 * distance to another class; s_i = 0 for a class of one image (scikit-learn's rule).
 * Errors: RangeError where sizes do not fit or there are fewer than 2 classes. Work: n^2 * dim.
 */
export function silhouette(features: Features): number {
  checkFeatures(features, 'silhouette');
  const unit = unitRows(features);
  const classes = [...new Set(Array.from(features.labels))];
  if (classes.length < 2) throw new RangeError('silhouette: it needs at least 2 classes');
  const own = Array.from(features.labels, (label) => classes.indexOf(label));
  const sizes = classes.map((_, c) => own.filter((o) => o === c).length);
  let total = 0;
  own.forEach((mine, i) => {
    const sums = sizes.map(() => 0);
    own.forEach((other, j) => {
      if (i !== j) sums[other]! += distance(unit, unit, [i, j, features.dim]);
    });
    total += silhouetteOf(mine, sums, sizes);
  });
  return total / own.length;
}

/**
 * Accuracy of "take the class of the k nearest features", in 0..1: how good the features are without a trained head.
 *
 * With a `gallery` each query looks there (train features); without one it looks among the other queries (leave one out).
 * Errors: RangeError where sizes or dims do not fit, or k is not in 1..neighbours.
 */
export function knnAccuracy(queries: Features, k: number, gallery?: Features): number {
  checkFeatures(queries, 'knnAccuracy queries');
  const target = gallery ?? queries;
  checkFeatures(target, 'knnAccuracy gallery');
  if (target.dim !== queries.dim) throw new RangeError(`knnAccuracy: dim ${queries.dim} against ${target.dim}`);
  const available = target.labels.length - (gallery ? 0 : 1);
  if (!Number.isInteger(k) || k < 1 || k > available)
    throw new RangeError(`knnAccuracy: k is ${k}, there are ${available} neighbours`);
  const [from, to] = [unitRows(queries), unitRows(target)];
  let right = 0;
  for (let i = 0; i < queries.labels.length; i++) {
    const near = Array.from({ length: target.labels.length }, (_, j) => ({ j, label: target.labels[j]! }))
      .filter(({ j }) => gallery !== undefined || j !== i)
      .map((row) => ({ ...row, d: distance(from, to, [i, row.j, queries.dim]) }))
      .sort((a, b) => a.d - b.d || a.j - b.j);
    if (vote(near.slice(0, k).map(({ label }) => label)) === queries.labels[i]) right++;
  }
  return right / queries.labels.length;
}
