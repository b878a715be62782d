import * as tf from '../tf';
import type { Tensor2D } from '../tf';

/** Smallest squared norm that is divided by: x / |x| has no gradient at 0, x / sqrt(EPSILON) has. */
const EPSILON = 1e-12;

/**
 * Rows scaled to unit length: x_i / sqrt(max(|x_i|^2, 1e-12)).
 *
 * @param rows [n, d]
 * @returns [n, d]; a zero row stays zero and has a finite gradient
 */
export function normalizeRows(rows: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const squared = tf.maximum(tf.sum(tf.square(rows), 1, true), EPSILON);
    return tf.mul(rows, tf.rsqrt(squared)) as Tensor2D;
  });
}

/** Dot products of all pairs of rows: [n, d] and [m, d] give [n, m]; cosines where the rows have unit length. */
export function similarities(a: Tensor2D, b: Tensor2D): Tensor2D {
  return tf.matMul(a, b, false, true) as Tensor2D;
}
