/**
 * DDL's memory: a queue of past features, first in, first out.
 *
 * The queue is state, and it moves: `enqueue` consumes the queue it is given and returns the new one. A consumed queue throws when it is
 * used again. Losses read it and never touch it.
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import { EMPTY } from '../core/kernels';
import { createBuffer, disposeBuffer, pushRows } from './buffer';
import type { RowBuffer } from './buffer';

export { EMPTY };

/** The sample of a row that came in without one. */
export const UNKNOWN = -1;

export interface Queue {
  /** Unit rows, oldest first, [length, size]; empty rows are zero. */
  readonly features: Tensor2D;
  /** int32 [length]; EMPTY where the row holds nothing yet. */
  readonly labels: Tensor1D;
  /** Rows that hold a feature. */
  readonly filled: number;
  /** Number of the batch that each row came in with, from 1, [length]; 0 where the row holds nothing yet. */
  readonly entered: Int32Array;
  /** Index of the training image that each row came from, [length]; UNKNOWN where it was not told or the row is empty. */
  readonly samples: Int32Array;
  /** Batches that have come in so far; a row's age is `enqueues - entered`. */
  readonly enqueues: number;
}

/** When the rows of a queue came in, and where from: its plain fields. */
export type QueueHistory = Pick<Queue, 'entered' | 'samples' | 'enqueues'>;

interface Rows {
  readonly buffer: RowBuffer;
  readonly labels: Tensor1D;
}

function makeQueue({ buffer, labels }: Rows, { entered, samples, enqueues }: QueueHistory): Queue {
  let consumed = false;
  const filled = entered.reduce((count, batch) => count + (batch > 0 ? 1 : 0), 0);
  const guard = <T>(value: T): T => {
    if (consumed) {
      throw new Error(
        'This queue was consumed by enqueue: go on with the queue that enqueue returned (queue = enqueue(queue, ...)).',
      );
    }
    return value;
  };
  const queue = {
    get features() {
      return guard(buffer.rows);
    },
    get labels() {
      return guard(labels);
    },
    get filled() {
      return guard(filled);
    },
    get entered() {
      return guard(entered);
    },
    get samples() {
      return guard(samples);
    },
    get enqueues() {
      return guard(enqueues);
    },
  };
  consumers.set(queue, () => {
    guard(undefined);
    consumed = true;
    labels.dispose();
    return buffer;
  });
  return queue;
}

/** Ends a queue but for its buffer, which goes on to the next one or is disposed. */
const consumers = new WeakMap<Queue, () => RowBuffer>();

function bufferFrom(make: () => Tensor2D): RowBuffer {
  const rows = make();
  const buffer = createBuffer(rows);
  rows.dispose();
  return buffer;
}

/** An empty queue of `length` rows of `size` numbers. Own out: end it with `disposeQueue`. */
export function createQueue(length: number, size: number): Queue {
  const buffer = bufferFrom(() => tf.zeros([length, size]));
  return makeQueue(
    { buffer, labels: tf.fill([length], EMPTY, 'int32') },
    { entered: new Int32Array(length), samples: unknown(length), enqueues: 0 },
  );
}

const unknown = (length: number): Int32Array => new Int32Array(length).fill(UNKNOWN);

/** What can be said of rows without a history: one batch brought them all, from nobody knows where. */
function plainHistory(labels: Int32Array): QueueHistory {
  const entered = labels.map((label) => (label === EMPTY ? 0 : 1));
  return { entered, samples: unknown(labels.length), enqueues: entered.includes(1) ? 1 : 0 };
}

/** @throws where there is not one entry for each row, or an entry does not fit its row's label */
export function checkHistory({ entered, samples, enqueues }: QueueHistory, labels: Int32Array): void {
  const length = labels.length;
  if (entered.length !== length || samples.length !== length) {
    throw new Error(
      `a queue of ${length} rows needs as many of entered (${entered.length}) and samples (${samples.length})`,
    );
  }
  const wrong = entered.findIndex(
    (batch, i) => batch < 0 || batch > enqueues || (batch === 0) !== (labels[i] === EMPTY),
  );
  if (wrong >= 0) {
    throw new Error(
      `row ${wrong} of a queue with label ${labels[wrong]} entered at ${entered[wrong]} of ${enqueues} batches: ` +
        `expected 1 to ${enqueues}, and 0 for an empty row`,
    );
  }
}

/**
 * A queue from stored rows (a checkpoint).
 *
 * @param history copied; without one all rows count as one batch of unknown images
 * @throws where the shapes do not fit, or the history does not fit the rows
 */
export function restoreQueue(
  features: Float32Array,
  labels: Int32Array,
  size: number,
  history: QueueHistory = plainHistory(labels),
): Queue {
  const length = labels.length;
  if (features.length !== length * size) {
    throw new Error(
      `a queue of ${length} rows of ${size} needs ${length * size} numbers, ${features.length} were given`,
    );
  }
  checkHistory(history, labels);
  const buffer = bufferFrom(() => tf.tensor2d(features, [length, size]));
  const { entered, samples, enqueues } = history;
  return makeQueue(
    { buffer, labels: tf.tensor1d(labels, 'int32') },
    { entered: entered.slice(), samples: samples.slice(), enqueues },
  );
}

/** Of a list followed by others, the last ones: as many as the list has. */
function shifted(list: Int32Array, others: Int32Array): Int32Array {
  const taken = Math.min(others.length, list.length);
  const next = new Int32Array(list.length);
  next.set(list.subarray(taken));
  next.set(others.subarray(others.length - taken), list.length - taken);
  return next;
}

/**
 * Put a batch into the queue; the oldest rows leave. Of a batch longer than the queue the last rows stay.
 *
 * @param queue consumed
 * @param features unit rows, [n, size], detached by the caller; borrowed
 * @param labels int32 [n]; borrowed
 * @param samples index of the training image of each row, [n]; UNKNOWN for all where left out
 * @throws where the batch does not fit the queue, which is then not consumed
 */
export function enqueue(queue: Queue, features: Tensor2D, labels: Tensor1D, samples?: ArrayLike<number>): Queue {
  const length = queue.labels.shape[0];
  const [n, size] = features.shape;
  if (labels.shape[0] !== n)
    throw new Error(`enqueue: ${n} features with ${labels.shape[0]} labels; give each feature its label`);
  if (samples && samples.length !== n)
    throw new Error(
      `enqueue: ${n} features with ${samples.length} samples; give each feature its image's index, or none`,
    );
  if (size !== queue.features.shape[1])
    throw new Error(`enqueue: features of ${size} numbers for a queue of rows of ${queue.features.shape[1]}`);
  const taken = Math.min(n, length);
  const newLabels = tf.tidy(() =>
    tf.concat([tf.slice(queue.labels, [taken], [length - taken]), tf.slice(labels, [n - taken], [taken])]),
  ) as Tensor1D;
  const enqueues = queue.enqueues + 1;
  const history = {
    entered: shifted(queue.entered, new Int32Array(n).fill(enqueues)),
    samples: shifted(queue.samples, samples ? Int32Array.from(samples) : unknown(n)),
    enqueues,
  };
  const buffer = consumers.get(queue)!();
  const last = tf.slice(features, [n - taken, 0], [taken, size]);
  const pushed = pushRows(buffer, last);
  last.dispose();
  return makeQueue({ buffer: pushed, labels: newLabels }, history);
}

/** End a queue's tensors; it cannot be used again. */
export function disposeQueue(queue: Queue): void {
  disposeBuffer(consumers.get(queue)!());
}
