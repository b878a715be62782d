/**
 * DDL's memory: a queue of past features, first in, first out.
 *
 * The queue is state, and it moves: `enqueue` consumes the queue it is given and returns the new one. A consumed queue throws when it is
 * used again. Losses read it and never touch it.
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';

/** The label of a row that holds nothing yet. */
export const EMPTY = -1;

export interface Queue {
  /** Unit rows, oldest first, [length, size]; empty rows are zero. */
  readonly features: Tensor2D;
  /** int32 [length]; EMPTY where the row holds nothing yet. */
  readonly labels: Tensor1D;
  /** Rows that hold a feature. */
  readonly filled: number;
}

interface Rows {
  readonly features: Tensor2D;
  readonly labels: Tensor1D;
}

function makeQueue({ features, labels }: Rows, filled: number): Queue {
  let consumed = false;
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
      return guard(features);
    },
    get labels() {
      return guard(labels);
    },
    get filled() {
      return guard(filled);
    },
  };
  consumers.set(queue, () => {
    guard(undefined);
    consumed = true;
    tf.dispose([features, labels]);
  });
  return queue;
}

const consumers = new WeakMap<Queue, () => void>();

/** An empty queue of `length` rows of `size` numbers. Own out: end it with `disposeQueue`. */
export function createQueue(length: number, size: number): Queue {
  return makeQueue({ features: tf.zeros([length, size]), labels: tf.fill([length], EMPTY, 'int32') as Tensor1D }, 0);
}

/** A queue from stored rows (a checkpoint). @throws where the shapes do not fit */
export function restoreQueue(features: Float32Array, labels: Int32Array, size: number): Queue {
  const length = labels.length;
  if (features.length !== length * size) {
    throw new Error(
      `a queue of ${length} rows of ${size} needs ${length * size} numbers, ${features.length} were given`,
    );
  }
  const rows = { features: tf.tensor2d(features, [length, size]), labels: tf.tensor1d(labels, 'int32') };
  return makeQueue(rows, labels.filter((label) => label !== EMPTY).length);
}

/**
 * Put a batch into the queue; the oldest rows leave. Of a batch longer than the queue the last rows stay.
 *
 * @param queue consumed
 * @param features unit rows, [n, size], detached by the caller; borrowed
 * @param labels int32 [n]; borrowed
 * @throws where the batch does not fit the queue, which is then not consumed
 */
export function enqueue(queue: Queue, features: Tensor2D, labels: Tensor1D): Queue {
  const length = queue.labels.shape[0];
  const [n, size] = features.shape;
  if (labels.shape[0] !== n)
    throw new Error(`enqueue: ${n} features with ${labels.shape[0]} labels; give each feature its label`);
  const taken = Math.min(n, length);
  const stay = length - taken;
  const rows = tf.tidy(() => ({
    features: tf.concat([
      tf.slice(queue.features, [taken, 0], [stay, size]),
      tf.slice(features, [n - taken, 0], [taken, size]),
    ]),
    labels: tf.concat([tf.slice(queue.labels, [taken], [stay]), tf.slice(labels, [n - taken], [taken])]),
  }));
  const filled = Math.min(queue.filled + taken, length);
  disposeQueue(queue);
  return makeQueue(rows as Rows, filled);
}

/** End a queue's tensors; it cannot be used again. */
export function disposeQueue(queue: Queue): void {
  consumers.get(queue)!();
}
