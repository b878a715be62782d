/** How far a map can be trusted: whether points that lie together in it are neighbours in the features too. */
import type { Numbers } from './accuracy';

/** n rows of features and their places in a map. */
export interface MappedRows {
  /** [n * size], row by row. */
  readonly rows: Numbers;
  readonly size: number;
  /** [n * dimensions]: where each row lies in the map. */
  readonly coordinates: Numbers;
  /** 2 where left out. */
  readonly dimensions?: number;
}

/**
 * The squared distances of the rows from..to-1 to all rows, [(to - from) * n]; any other measure in the same order does as well.
 * Given by the caller where something faster than a loop is at hand.
 */
export type DistanceBlock = (from: number, to: number) => Numbers;

/** Rows whose distances are made at a time. */
const BLOCK = 64;

/** |all[p] - all[y]|^2 for two neighbouring rows p, p + size and two neighbouring rows y, y + size: each number that is read is used twice. */
function pairDistances(all: Float64Array, [p, y, size]: readonly [number, number, number], out: Float64Array): void {
  let s00 = 0.0;
  let s01 = 0.0;
  let s10 = 0.0;
  let s11 = 0.0;
  for (let d = 0; d < size; d++) {
    const a = all[p + d]!;
    const b = all[p + size + d]!;
    const u = all[y + d]!;
    const v = all[y + size + d]!;
    s00 += (a - u) * (a - u);
    s01 += (a - v) * (a - v);
    s10 += (b - u) * (b - u);
    s11 += (b - v) * (b - v);
  }
  out[0] = s00;
  out[1] = s01;
  out[2] = s10;
  out[3] = s11;
}

/** Squared distances in float64, one block of rows against all. */
function loopDistances(rows: Numbers, size: number): DistanceBlock {
  const n = rows.length / size;
  // One row of zeros more, so that the rows come in pairs.
  const all = new Float64Array(rows.length + size);
  all.set(rows);
  const four = new Float64Array(4);
  return (from, to) => {
    const out = new Float64Array((to - from) * n);
    for (let i = from; i < to; i += 2)
      for (let j = 0; j < n; j += 2) {
        pairDistances(all, [i * size, j * size, size], four);
        for (let c = 0; c < 4; c++) {
          const [row, column] = [i + (c >> 1), j + (c & 1)];
          if (row < to && column < n) out[(row - from) * n + column] = four[c]!;
        }
      }
    return out;
  };
}

/** The k rows of smallest value, ascending, without row i; equal values by row number. */
function smallest(values: (j: number) => number, [n, i, k]: readonly [number, number, number]): Int32Array {
  const indices = new Int32Array(k);
  const found = new Float64Array(k).fill(Infinity);
  let filled = 0;
  for (let j = 0; j < n; j++) {
    if (j === i) continue;
    const value = values(j);
    if (filled === k && value >= found[k - 1]!) continue;
    let at = filled < k ? filled++ : k - 1;
    for (; at > 0 && found[at - 1]! > value; at--) {
      found[at] = found[at - 1]!;
      indices[at] = indices[at - 1]!;
    }
    found[at] = value;
    indices[at] = j;
  }
  return indices;
}

/** The sum over a row's neighbours in the map of how far beyond k they rank among its distances; nothing is sorted but the neighbours. */
function excessRanks(
  distances: Numbers,
  start: number,
  { n, i, near }: { n: number; i: number; near: Int32Array },
): number {
  const order = Array.from(near, (j) => ({ j, distance: distances[start + j]! }));
  order.sort((a, b) => a.distance - b.distance || a.j - b.j);
  const k = order.length;
  const limits = Float64Array.from(order, ({ distance }) => distance);
  const nearer = new Int32Array(k + 1);
  const last = limits[k - 1]!;
  for (let l = 0; l < n; l++) {
    const distance = distances[start + l]!;
    if (distance > last || l === i) continue;
    let place = 0;
    while (place < k && (distance > limits[place]! || (distance === limits[place]! && l >= order[place]!.j))) place++;
    nearer[place]!++;
  }
  let rank = 1;
  let excess = 0;
  for (let place = 0; place < k; place++) {
    rank += nearer[place]!;
    excess += Math.max(0, rank - k);
  }
  return excess;
}

function check({ rows, size, coordinates }: MappedRows, dimensions: number, k: number): number {
  const n = coordinates.length / dimensions;
  if (!Number.isInteger(size) || size < 1 || !Number.isInteger(n) || n < 1 || rows.length !== n * size)
    throw new RangeError(
      `trustworthiness: ${rows.length} numbers are not rows of ${size} for ${coordinates.length} coordinates in ${dimensions} dimensions`,
    );
  if (!Number.isInteger(k) || k < 1 || k >= n / 2)
    throw new RangeError(`trustworthiness: k is ${k}; choose a whole number from 1 to below half the ${n} rows`);
  for (const [what, values] of Object.entries({ rows, coordinates }))
    for (let at = 0; at < values.length; at++)
      if (!Number.isFinite(values[at])) throw new RangeError(`trustworthiness: ${what} hold ${values[at]} at ${at}`);
  return n;
}

/**
 * T(k) = 1 - 2 / (n k (2n - 3k - 1)) sum_i sum_{j in U_i} (r(i, j) - k), in 0..1; 1 means that all neighbours in the map are neighbours.
 *
 * U_i: those of the k nearest of i in the map that are not among its k nearest by the rows; r(i, j): the rank of j by the distance of the rows from i,
 * 1 the nearest; equal distances by row number. Source: Venna and Kaski 2001; scikit-learn's `trustworthiness`.
 * Work: n^2 size, 15 s for 5,000 x 768; with `distances` from a matrix product (`mapTrustworthiness`) about one second.
 * Errors: RangeError where sizes do not fit, a number is not finite, or k is not in 1..n/2.
 */
export function trustworthiness(mapped: MappedRows, k: number, distances?: DistanceBlock): number {
  const { rows, size, coordinates, dimensions = 2 } = mapped;
  const n = check(mapped, dimensions, k);
  const places = Float64Array.from(coordinates);
  const block = distances ?? loopDistances(rows, size);
  const between = (i: number, j: number): number => {
    let sum = 0;
    for (let d = 0; d < dimensions; d++) sum += (places[i * dimensions + d]! - places[j * dimensions + d]!) ** 2;
    return sum;
  };
  let excess = 0;
  for (let from = 0; from < n; from += BLOCK) {
    const to = Math.min(n, from + BLOCK);
    const values = block(from, to);
    for (let i = from; i < to; i++) {
      const near = smallest((j) => between(i, j), [n, i, k]);
      excess += excessRanks(values, (i - from) * n, { n, i, near });
    }
  }
  return 1 - (2 * excess) / (n * k * (2 * n - 3 * k - 1));
}
