/** Rows as this folder computes with them: checked, in float64, about their mean. */

/** [n * size] numbers, row by row. */
export interface Rows {
  readonly values: Float32Array | Float64Array;
  readonly size: number;
}

/** `euclidean` is |a - b|; `cosine` is 1 - cos(a, b), in 0..2. */
export type Metric = 'euclidean' | 'cosine';

export interface PreparedRows {
  /** [n * size]: the rows as given; unit rows under cosine. */
  readonly values: Float64Array;
  /** [size]: their mean. */
  readonly mean: Float64Array;
  /** How a squared distance of `values` becomes the metric: 0 is sqrt(d^2), 0.5 is d^2 / 2 = 1 - cos. */
  readonly scale: number;
}

/** Throws unless the rows have a size and finite numbers; gives their number. */
export function checkRows({ values, size }: Rows, what: string): number {
  if (!Number.isInteger(size) || size < 1 || values.length === 0 || values.length % size !== 0)
    throw new RangeError(
      `${what}: ${values.length} numbers are not rows of ${size}; give n * size numbers, row by row`,
    );
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]))
      throw new RangeError(
        `${what}: row ${Math.floor(i / size)} holds ${values[i]}; leave out rows that are not finite`,
      );
  return values.length / size;
}

/** Each row divided by its length, in place. */
function toUnit(values: Float64Array, size: number, what: string): void {
  for (let at = 0; at < values.length; at += size) {
    let largest = 0;
    for (let d = at; d < at + size; d++) largest = Math.max(largest, Math.abs(values[d]!));
    if (largest === 0)
      throw new RangeError(
        `${what}: row ${at / size} is all zeros and has no direction; leave it out or use euclidean`,
      );
    // Divided by the largest number first: squares of very large or small numbers would leave the range of float64.
    let squares = 0;
    for (let d = at; d < at + size; d++) squares += (values[d]! / largest) ** 2;
    const norm = Math.sqrt(squares);
    for (let d = at; d < at + size; d++) values[d] = values[d]! / largest / norm;
  }
}

function meanRow(values: Float64Array, size: number): Float64Array {
  const mean = new Float64Array(size);
  const n = values.length / size;
  for (let at = 0; at < values.length; at += size) for (let d = 0; d < size; d++) mean[d]! += values[at + d]! / n;
  return mean;
}

/**
 * Rows ready for distances.
 *
 * @throws RangeError where rows do not fit the size, are not finite, or are zero under cosine
 */
export function prepareRows(rows: Rows, metric: Metric, what: string): PreparedRows {
  checkRows(rows, what);
  const values = new Float64Array(rows.values);
  if (metric === 'cosine') toUnit(values, rows.size, what);
  return { values, mean: meanRow(values, rows.size), scale: metric === 'cosine' ? 0.5 : 0 };
}

/**
 * The rows less a centre, in float32, for matrix products: it changes no difference of rows but for rounding, and keeps |a|^2 + |b|^2 - 2ab small where
 * rows lie far from 0.
 */
export function centred({ values }: PreparedRows, centre: Float64Array): Float32Array {
  const out = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += centre.length)
    for (let d = 0; d < centre.length; d++) out[at + d] = values[at + d]! - centre[d]!;
  return out;
}
