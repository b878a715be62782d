/** A buffer of rows that changes in place, on our own kernels alone. */
import * as tf from '../../tf';
import type { Tensor2D } from '../../tf';
import { hasCustom, runCustom } from './custom';

/** Whether `writeRows` can run. */
export const canWriteRows = hasCustom;

/** A buffer in memory of its own that begins with `rows` and has `extra` rows of zeros behind them. */
export const bufferOf = (rows: Tensor2D, extra: number): Tensor2D =>
  tf.pad2d(rows, [
    [0, extra],
    [0, 0],
  ]);

export interface Places {
  /** Rows from .. from + count go to the front first. */
  readonly from: number;
  readonly count: number;
  /** Then the new rows are written from this one on. */
  readonly at: number;
}

/**
 * Change a buffer in place.
 *
 * @param buffer of `bufferOf`; whatever shares its memory (a slice over whole rows does) changes with it
 * @throws where a place is not inside the buffer, or the rows have another length
 */
export function writeRows(buffer: Tensor2D, rows: Tensor2D, { from, count, at }: Places): void {
  tf.tidy(() => void runCustom('PushRows', [], [buffer, rows, tf.tensor1d([from, count, at])], 0));
}
