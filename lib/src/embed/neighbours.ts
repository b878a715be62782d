/** The exact nearest neighbours of rows: candidates by blocked matrix products, distances again from the rows in float64. */
import { inScope } from '../core/scope';
import * as tf from '../tf';
import type { Tensor2D } from '../tf';
import { centred, prepareRows, type Metric, type PreparedRows, type Rows } from './rows';
import { candidates, nearest, roundingOf } from './select';

export interface NeighbourOptions {
  /** How many neighbours a row gets; where rows look among themselves, the row itself is the first of them. */
  readonly k: number;
  readonly metric?: Metric;
  /** How many numbers of the matrix of products are in memory at once; 4 million (16 MB) where left out. */
  readonly blockSize?: number;
}

/** `indices` and `distances` are [n * k], nearest first; equal distances in the order of the row numbers. */
export interface Neighbours {
  readonly k: number;
  readonly indices: Int32Array;
  readonly distances: Float32Array;
}

const BLOCK = 4_000_000;

/** What the loops over blocks need: `queries` and `targets` are one object where rows look among themselves. */
interface Search {
  readonly k: number;
  readonly queries: PreparedRows;
  readonly targets: PreparedRows;
  readonly size: number;
  readonly blockSize: number;
}

/** |row|^2 of float32 rows, summed in float64. */
function squaredNorms(rows: Float32Array, size: number): Float64Array {
  const out = new Float64Array(rows.length / size);
  for (let i = 0, at = 0; i < out.length; i++) {
    let sum = 0;
    for (const end = at + size; at < end; at++) sum += rows[at]! * rows[at]!;
    out[i] = sum;
  }
  return out;
}

/** The products of one block of queries with all targets, [rows of the block * targets]. */
function products(queries: Tensor2D, targets: Tensor2D, [from, to]: readonly [number, number]): Float32Array {
  return inScope(() => {
    const block = tf.slice2d(queries, [from, 0], [to - from, queries.shape[1]]);
    return tf.matMul(block, targets, false, true).dataSync() as Float32Array;
  });
}

function search({ k, queries, targets, size, blockSize }: Search): Neighbours {
  const same = queries === targets;
  const [n, m] = [queries.values.length / size, targets.values.length / size];
  const near = centred(targets, targets.mean);
  const far = same ? near : centred(queries, targets.mean);
  const [targetSquares, querySquares] = [squaredNorms(near, size), squaredNorms(far, size)];
  const rounding = roundingOf(size, tf.deviceInfo().device);
  const largest = Math.sqrt(targetSquares.reduce((a, b) => Math.max(a, b), 0));
  const out = { k, indices: new Int32Array(n * k), distances: new Float32Array(n * k) };
  const pair = { queries: queries.values, targets: targets.values, size };
  const step = Math.max(1, Math.floor(blockSize / m));
  inScope(() => {
    const right = tf.tensor2d(near, [m, size]);
    const left = same ? right : tf.tensor2d(far, [n, size]);
    for (let from = 0; from < n; from += step) {
      const to = Math.min(n, from + step);
      const dots = products(left, right, [from, to]);
      for (let i = from; i < to; i++) {
        const found = candidates(dots.subarray((i - from) * m, (i - from + 1) * m), targetSquares, {
          k,
          slack: rounding * Math.max(Math.sqrt(querySquares[i]!), largest) * largest,
          self: same ? i : -1,
        });
        nearest(pair, i, { found, same, scale: targets.scale, out });
      }
    }
  });
  return out;
}

function checkK(k: number, available: number, what: string): void {
  if (!Number.isInteger(k) || k < 1 || k > available)
    throw new RangeError(`${what}: k is ${k}; choose a whole number from 1 to ${available}, the number of rows`);
}

/**
 * The k nearest of the rows to each row, the row itself first (at distance 0), then by distance.
 *
 * euclidean: |a - b|; cosine: 1 - cos(a, b), in 0..2. A float32 product |a|^2 + |b|^2 - 2ab only picks the candidates, with all that could be
 * nearer within its own rounding; their distances are summed again as (a - b)^2 in float64, so the neighbours are exact. Of rows that are
 * equally far the lower number comes first. Memory: `blockSize` products at a time, never [n, n].
 *
 * @throws RangeError where rows do not fit the size, are not finite, are zero under cosine, or k is not in 1..n
 */
export function nearestNeighbours(
  rows: Rows,
  { k, metric = 'euclidean', blockSize = BLOCK }: NeighbourOptions,
): Neighbours {
  const prepared = prepareRows(rows, metric, 'nearestNeighbours');
  checkK(k, prepared.values.length / rows.size, 'nearestNeighbours');
  return search({ k, queries: prepared, targets: prepared, size: rows.size, blockSize });
}

/**
 * The k nearest of `targets` to each of `queries`, which are other rows; otherwise as `nearestNeighbours`.
 *
 * @throws RangeError as `nearestNeighbours`, and where the two have different sizes
 */
export function nearestAmong(queries: Rows, targets: Rows, options: NeighbourOptions): Neighbours {
  const { k, metric = 'euclidean', blockSize = BLOCK } = options;
  if (queries.size !== targets.size)
    throw new RangeError(`nearestAmong: rows of ${queries.size} among rows of ${targets.size}; give rows of one size`);
  const near = prepareRows(targets, metric, 'nearestAmong targets');
  const far = prepareRows(queries, metric, 'nearestAmong queries');
  checkK(k, near.values.length / targets.size, 'nearestAmong');
  return search({ k, queries: far, targets: near, size: targets.size, blockSize });
}
