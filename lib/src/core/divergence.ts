import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';

/**
 * Cross-entropy with label smoothing, in log space.
 *
 *   t_ic = (1 - smoothing) [c = y_i] + smoothing / C,   loss_i = - sum over c of t_ic log softmax(z_i)_c
 *
 * @param logits z, [n, C]
 * @param labels y, int32 [n], 0-based
 * @param smoothing in [0, 1)
 * @returns [n], in nats
 */
export function crossEntropy(logits: Tensor2D, labels: Tensor1D, smoothing: number): Tensor1D {
  return tf.tidy(() => {
    const classes = logits.shape[1];
    const logProbabilities = tf.logSoftmax(logits) as Tensor2D;
    const target = tf.oneHot(labels, classes, 1 - smoothing + smoothing / classes, smoothing / classes, 'float32');
    return tf.neg(tf.sum(tf.mul(target, logProbabilities), 1)) as Tensor1D;
  });
}

/**
 * Kullback-Leibler divergence of softened distributions, in log space (a probability of 1e-35 is no zero there).
 *
 *   p_i = softmax(teacher_i / T),  q_i = softmax(student_i / T),  loss_i = sum over c of p_ic (log p_ic - log q_ic)
 *
 * Gradients flow to both; wrap the teacher in `stopGradient` to hold it fixed.
 *
 * @param teacher, student logits, [n, C]
 * @param temperature T > 0
 * @returns [n], in nats, >= 0
 */
export function softenedKl(teacher: Tensor2D, student: Tensor2D, temperature: number): Tensor1D {
  return tf.tidy(() => {
    const logP = tf.logSoftmax(tf.div(teacher, temperature));
    const logQ = tf.logSoftmax(tf.div(student, temperature));
    return tf.sum(tf.mul(tf.exp(logP), tf.sub(logP, logQ)), 1) as Tensor1D;
  });
}
