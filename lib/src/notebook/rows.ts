/** Rows of plain numbers: as a cell writes them, and back from tensors. */
import * as tf from '../tf';

export type Rows = readonly (readonly number[])[];

/** The rows as a tensor, [rows][columns]. */
export const matrix = (rows: Rows): tf.Tensor2D => tf.tensor2d(rows.map((row) => [...row]));

/** Flat values, one row behind the other, as rows of so many columns. */
export const rowsOf = (values: ArrayLike<number>, columns: number): number[][] =>
  Array.from({ length: values.length / columns }, (_, i) =>
    Array.from({ length: columns }, (__, c) => values[i * columns + c]!),
  );

/** a . b */
export const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, k) => sum + v * b[k]!, 0);
