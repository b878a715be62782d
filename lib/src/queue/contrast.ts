/**
 * DDL, the feature level: the contrast of a batch against a queue of past features.
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import { similarities } from '../core/similarity';
import { EMPTY } from './queue';
import type { Queue } from './queue';

/**
 * The margin loss over the queue (family `margin`).
 *
 *   loss_i = 1/|Q| * sum over j of ( [y_i = y_j] (1 - s_ij) + [y_i != y_j] max(0, s_ij - margin) ),   s_ij = f_i . q_j
 *
 * |Q| counts the rows that hold a feature; an empty row costs nothing, and an empty queue costs 0. Rows of the same class are
 * pulled together, others pushed apart until their cosine is below the margin. The margin loss is TransFG's, which takes it
 * within the batch; a queue that holds just this batch gives that one.
 *
 * @param features f, unit rows, [n, d]
 * @param labels int32 [n]
 * @param queue borrowed, not changed
 * @param margin xi in [-1, 1]
 * @returns [n]
 */
export function marginContrast(features: Tensor2D, labels: Tensor1D, queue: Queue, margin: number): Tensor1D {
  return tf.tidy(() => {
    const s = similarities(features, queue.features);
    const rowLabels = tf.expandDims(queue.labels, 0);
    const same = tf.cast(tf.equal(tf.expandDims(labels, 1), rowLabels), 'float32');
    const present = tf.cast(tf.notEqual(rowLabels, EMPTY), 'float32');
    const pull = tf.mul(same, tf.sub(1, s));
    const push = tf.mul(tf.sub(present, same), tf.relu(tf.sub(s, margin)));
    return tf.div(tf.sum(tf.add(pull, push), 1), Math.max(queue.filled, 1)) as Tensor1D;
  });
}
