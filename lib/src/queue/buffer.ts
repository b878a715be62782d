/**
 * Where a queue's rows lie. New rows come behind the old ones, and the queue is the last so many rows.
 *
 * With our kernels they are written in place into a buffer that is a quarter longer than the queue, which is a window of it without a copy of
 * its own; where the buffer ends, the window moves to the front. A step then touches a few rows more than it brings. Elsewhere all rows are copied
 * each time.
 */
import * as tf from '../tf';
import type { Tensor2D } from '../tf';
import { bufferOf, canWriteRows, writeRows } from '../core/kernels';

export interface RowBuffer {
  /** The queue's rows, oldest first, [length, size]. */
  readonly rows: Tensor2D;
  /** What `rows` is a window of, and the row behind it. */
  readonly store?: { readonly buffer: Tensor2D; readonly end: number };
}

/** Rows behind the queue's own, for each that it has. */
const SLACK = 0.25;

const windowOf = (buffer: Tensor2D, length: number, end: number): RowBuffer => ({
  rows: tf.slice(buffer, [end - length, 0], [length, buffer.shape[1]]),
  store: { buffer, end },
});

/** A buffer that begins with these rows, which are borrowed. Own out: end it with `disposeBuffer`. */
export function createBuffer(rows: Tensor2D): RowBuffer {
  if (!canWriteRows()) return { rows: tf.clone(rows) };
  const [length] = rows.shape;
  return windowOf(bufferOf(rows, Math.ceil(SLACK * length)), length, length);
}

/**
 * Put rows behind the others; as many of the oldest leave.
 *
 * @param buffer consumed
 * @param rows at most as many as the queue has; borrowed
 */
export function pushRows({ rows: old, store }: RowBuffer, rows: Tensor2D): RowBuffer {
  const [length, n] = [old.shape[0], rows.shape[0]];
  const stay = length - n;
  const pushed = (): RowBuffer => {
    if (!store) return { rows: tf.tidy(() => tf.concat([tf.slice(old, [n, 0], [stay, -1]), rows])) };
    const { buffer, end } = store;
    const full = end + n > buffer.shape[0];
    writeRows(buffer, rows, { from: end - stay, count: full ? stay : 0, at: full ? stay : end });
    return windowOf(buffer, length, (full ? stay : end) + n);
  };
  const next = pushed();
  old.dispose();
  return next;
}

export function disposeBuffer({ rows, store }: RowBuffer): void {
  tf.dispose([rows, ...(store ? [store.buffer] : [])]);
}
