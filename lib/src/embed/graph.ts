/** The fuzzy simplicial set of nearest neighbours: who is how much a neighbour of whom, as a sparse symmetric matrix. */
import type { Neighbours } from './neighbours';

/** A sparse matrix by rows: row i has the columns `columns[starts[i] .. starts[i + 1]]`, ascending, with `weights` beside them. */
export interface Graph {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float64Array;
}

/** sigma_i and rho_i of each row's neighbourhood. */
export interface Smoothing {
  readonly sigmas: Float64Array;
  readonly rhos: Float64Array;
}

/** How near sum_j exp(...) must come to log2(k), and the most halvings of the search. */
const TOLERANCE = 1e-5;
const HALVINGS = 64;
/** sigma is never below this share of the mean distance, so that duplicates do not make it 0. */
const SMALLEST_SHARE = 1e-3;

function meanOf(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let j = from; j < to; j++) sum += values[j]!;
  return sum / (to - from);
}

/** The sigma with sum_{j > 0} exp(-max(0, d_j - rho) / sigma) = target, by halving. */
function sigmaOf(distances: Float32Array, rho: number, target: number): number {
  let [low, high, middle] = [0, Infinity, 1];
  for (let n = 0; n < HALVINGS; n++) {
    let sum = 0;
    for (let j = 1; j < distances.length; j++) {
      const beyond = distances[j]! - rho;
      sum += beyond > 0 ? Math.exp(-beyond / middle) : 1;
    }
    if (Math.abs(sum - target) < TOLERANCE) break;
    if (sum > target) high = middle;
    else low = middle;
    middle = high === Infinity ? middle * 2 : (low + high) / 2;
  }
  return middle;
}

/**
 * rho_i, the distance to the nearest neighbour that is not 0, and sigma_i, with sum_j exp(-max(0, d_ij - rho_i) / sigma_i) = log2(k), the sum over
 * the neighbours after the first, which is the row itself.
 *
 * `ownFirst`: whether the first neighbour is the row itself. Rows that are looked up in another set (a transform) have rho = 0, as in umap-learn.
 * Source: McInnes, Healy and Melville, UMAP (2018), algorithm 3; `smooth_knn_dist` of umap-learn, whose numbers these are.
 */
export function smoothDistances({ k, distances }: Neighbours, ownFirst = true): Smoothing {
  const n = distances.length / k;
  const sigmas = new Float64Array(n);
  const rhos = new Float64Array(n);
  const overall = meanOf(distances, 0, distances.length);
  for (let i = 0; i < n; i++) {
    const own = distances.subarray(i * k, (i + 1) * k);
    const rho = ownFirst ? (own.find((d) => d > 0) ?? 0) : 0;
    const mean = rho > 0 ? meanOf(own, 0, k) : overall;
    rhos[i] = rho;
    sigmas[i] = Math.max(sigmaOf(own, rho, Math.log2(k)), SMALLEST_SHARE * mean);
  }
  return { sigmas, rhos };
}

/**
 * The membership strengths exp(-max(0, d_ij - rho_i) / sigma_i) in 0..1, [n * k] in the order of the neighbours; 0 for a row with itself.
 *
 * `ownFirst` as in `smoothDistances`; without it no neighbour is the row itself.
 */
export function memberships(neighbours: Neighbours, { sigmas, rhos }: Smoothing, ownFirst = true): Float64Array {
  const { k, indices, distances } = neighbours;
  return Float64Array.from(indices, (j, at) => {
    const i = Math.floor(at / k);
    if (ownFirst && j === i) return 0;
    const beyond = distances[at]! - rhos[i]!;
    // In float32, so that what is nothing there is nothing here and makes no edge.
    return beyond <= 0 || sigmas[i] === 0 ? 1 : Math.fround(Math.exp(-beyond / sigmas[i]!));
  });
}

/** The transpose; its columns ascend in each row, since the rows are visited in order. */
function transpose({ starts, columns, weights }: Graph): Graph {
  const n = starts.length - 1;
  const ends = new Int32Array(n + 1);
  for (const j of columns) ends[j + 1]!++;
  for (let i = 0; i < n; i++) ends[i + 1]! += ends[i]!;
  const out = {
    starts: ends.slice(),
    columns: new Int32Array(columns.length),
    weights: new Float64Array(columns.length),
  };
  for (let i = 0; i < n; i++)
    for (let at = starts[i]!; at < starts[i + 1]!; at++) {
      const place = ends[columns[at]!]!++;
      out.columns[place] = i;
      out.weights[place] = weights[at]!;
    }
  return out;
}

/** a + b - ab for each entry of two matrices of one size, without what is 0. */
function probabilisticSum(a: Graph, b: Graph): Graph {
  const n = a.starts.length - 1;
  const starts = new Int32Array(n + 1);
  const columns = new Int32Array(a.columns.length + b.columns.length);
  const weights = new Float64Array(columns.length);
  let count = 0;
  for (let i = 0; i < n; i++) {
    let [p, q] = [a.starts[i]!, b.starts[i]!];
    const [endP, endQ] = [a.starts[i + 1]!, b.starts[i + 1]!];
    while (p < endP || q < endQ) {
      const left = p < endP ? a.columns[p]! : n;
      const right = q < endQ ? b.columns[q]! : n;
      const u = left <= right ? a.weights[p++]! : 0;
      const v = right <= left ? b.weights[q++]! : 0;
      if (u === 0 && v === 0) continue;
      columns[count] = Math.min(left, right);
      weights[count++] = u + v - u * v;
    }
    starts[i + 1] = count;
  }
  return { starts, columns: columns.slice(0, count), weights: weights.slice(0, count) };
}

/** The rows of neighbours as a sparse matrix, columns ascending. */
function directed({ k, indices }: Neighbours, strengths: Float64Array): Graph {
  const starts = Int32Array.from({ length: indices.length / k + 1 }, (_, i) => i * k);
  // Twice transposed: a sort by column.
  return transpose(transpose({ starts, columns: indices, weights: strengths }));
}

/**
 * The fuzzy union A + A' - A * A' (elementwise) of the membership strengths A: symmetric, weights in (0, 1].
 *
 * @param neighbours of rows among themselves, as `nearestNeighbours` gives them
 */
export function fuzzyGraph(neighbours: Neighbours): Graph {
  const one = directed(neighbours, memberships(neighbours, smoothDistances(neighbours)));
  return probabilisticSum(one, transpose(one));
}
