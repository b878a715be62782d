/** A queue in which only classes matter: rows without a feature, for counting and for watching. */
import * as tf from '../tf';
import type { Tensor1D } from '../tf';
import { enqueue } from '../queue';
import type { Queue } from '../queue';

/** Width of the rows of such a queue. */
export const NO_FEATURE = 1;

/** The queue after a batch of these classes. @param queue consumed */
export function pushLabels(queue: Queue, labels: readonly number[]): Queue {
  const rows = tf.tidy(() => ({
    features: tf.zeros<tf.Rank.R2>([labels.length, NO_FEATURE]),
    labels: tf.tensor1d([...labels], 'int32') as Tensor1D,
  }));
  try {
    return enqueue(queue, rows.features, rows.labels);
  } finally {
    tf.dispose(rows);
  }
}
