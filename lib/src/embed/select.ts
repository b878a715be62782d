/** From rounded products to exact neighbours: which rows may be among the nearest, and which of them are. */

/** Row numbers, ascending; the first `count` are valid. */
export interface Candidates {
  readonly indices: Int32Array;
  readonly count: number;
}

/**
 * A bound on the rounding of |b|^2 - 2ab, as a share of |a||b|, for float32 rows rounded from float64 ones.
 *
 * A sum of d float32 products in any order is wrong by at most d * 2^-24 |a||b| (Higham, Accuracy and Stability, section 3.1), and
 * rounding a and b to float32 adds 2^-23. A GPU may round the factors to TF32 (11 bits) first, which adds 2^-10.
 */
export function roundingOf(size: number, device: string): number {
  const product = (size + 4) * 2 ** -24 + (device === 'GPU' ? 2 ** -10 : 0);
  return 2.1 * product + 2 ** -22;
}

export interface CandidateOptions {
  readonly k: number;
  /** How wrong one value |b|^2 - 2ab can be. */
  readonly slack: number;
  /** A row that is always a candidate, whatever its value: the query itself; -1 is none. */
  readonly self: number;
}

/**
 * Every row that can be among the k nearest: its value |b|^2 - 2ab is at most the k-th smallest plus twice the slack.
 *
 * @param dots [m]: the products a b of one query with every row
 * @param squares [m]: |b|^2
 */
export function candidates(
  dots: Float32Array,
  squares: Float64Array,
  { k, slack, self }: CandidateOptions,
): Candidates {
  const m = squares.length;
  const smallest = new Float64Array(k).fill(Infinity);
  let worst = Infinity;
  for (let j = 0; j < m; j++) {
    const value = squares[j]! - 2 * dots[j]!;
    if (value >= worst) continue;
    let at = k - 1;
    for (; at > 0 && smallest[at - 1]! > value; at--) smallest[at] = smallest[at - 1]!;
    smallest[at] = value;
    worst = smallest[k - 1]!;
  }
  const limit = worst + 2 * slack;
  let indices = new Int32Array(2 * k + 8);
  let count = 0;
  for (let j = 0; j < m; j++) {
    if (squares[j]! - 2 * dots[j]! > limit && j !== self) continue;
    if (count === indices.length) {
      const larger = new Int32Array(2 * count);
      larger.set(indices);
      indices = larger;
    }
    indices[count++] = j;
  }
  return { indices, count };
}

/** |a - b|^2 in float64, in four sums, which a processor adds side by side. */
export function squaredDistance(
  a: Float64Array,
  b: Float64Array,
  [p, q, size]: readonly [number, number, number],
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let d = 0;
  for (; d + 3 < size; d += 4) {
    const e0 = a[p + d]! - b[q + d]!;
    const e1 = a[p + d + 1]! - b[q + d + 1]!;
    const e2 = a[p + d + 2]! - b[q + d + 2]!;
    const e3 = a[p + d + 3]! - b[q + d + 3]!;
    s0 += e0 * e0;
    s1 += e1 * e1;
    s2 += e2 * e2;
    s3 += e3 * e3;
  }
  for (; d < size; d++) s0 += (a[p + d]! - b[q + d]!) ** 2;
  return s0 + s1 + (s2 + s3);
}

export interface NearestOptions {
  readonly found: Candidates;
  /** Whether the query is one of the rows: then it is its own first neighbour. */
  readonly same: boolean;
  /** 0: the distance is sqrt(d^2); else it is scale * d^2. */
  readonly scale: number;
  readonly out: { readonly k: number; readonly indices: Int32Array; readonly distances: Float32Array };
}

/** Writes the k nearest of the candidates of query i to `out`, by exact distance and then by row number. */
export function nearest(
  { queries, targets, size }: { readonly queries: Float64Array; readonly targets: Float64Array; readonly size: number },
  i: number,
  { found, same, scale, out }: NearestOptions,
): void {
  const { k, indices, distances } = out;
  const squares = new Float64Array(k).fill(Infinity);
  const base = i * k;
  let filled = 0;
  for (let c = 0; c < found.count; c++) {
    const j = found.indices[c]!;
    // Before every other row, its duplicates included.
    const square = same && j === i ? -1 : squaredDistance(queries, targets, [i * size, j * size, size]);
    if (filled === k && square >= squares[k - 1]!) continue;
    let at = filled < k ? filled++ : k - 1;
    for (; at > 0 && squares[at - 1]! > square; at--) {
      squares[at] = squares[at - 1]!;
      indices[base + at] = indices[base + at - 1]!;
    }
    squares[at] = square;
    indices[base + at] = j;
  }
  for (let at = 0; at < k; at++) {
    const square = Math.max(0, squares[at]!);
    distances[base + at] = scale === 0 ? Math.sqrt(square) : scale * square;
  }
}
