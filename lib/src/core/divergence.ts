import * as tf from '../tf';
import type { Tensor, Tensor1D, Tensor2D } from '../tf';
import { softmaxCrossEntropy } from './kernels/cross-entropy';

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
    const target = tf.oneHot(labels, classes, 1 - smoothing + smoothing / classes, smoothing / classes, 'float32');
    return softmaxCrossEntropy(logits, target as Tensor2D);
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

export interface DecoupledOptions {
  /** T > 0 */
  readonly temperature: number;
  /** Weight of the target part, >= 0 */
  readonly targetWeight: number;
  /** Weight of the other part, >= 0 */
  readonly othersWeight: number;
}

/** Taken from the target's logit it leaves a probability of exactly 0, and no infinity that could meet a 0. */
const FAR = 1e9;

/** KL of binary distributions given by their logits log p / (1 - p), [n]. Neither p nor 1 - p is ever rounded to 0 or 1. */
function binaryKl(teacher: Tensor1D, student: Tensor1D): Tensor1D {
  // - log p = softplus(- logit); tfjs' own logSigmoid reads a tensor in its gradient that is gone by then.
  const surprise = (logit: Tensor): Tensor => tf.softplus(tf.neg(logit));
  const part = (of: Tensor1D, against: Tensor1D): Tensor1D =>
    tf.mul(tf.sigmoid(of), tf.sub(surprise(against), surprise(of)));
  return tf.add(part(teacher, student), part(tf.neg(teacher), tf.neg(student)));
}

/**
 * The Kullback-Leibler divergence of softened distributions in two parts with their own weights: how sure of the label y, and how the
 * remaining classes compare.
 *
 *   p = softmax(teacher_i / T),  q = softmax(student_i / T),  p^ and q^ the same over the classes other than y_i, renormalised
 *   TCKD_i = p_y log(p_y / q_y) + (1 - p_y) log((1 - p_y) / (1 - q_y))
 *   NCKD_i = sum over c != y_i of p^_c log(p^_c / q^_c)
 *   loss_i = targetWeight TCKD_i + othersWeight NCKD_i
 *
 * The plain divergence is TCKD + (1 - p_y) NCKD: a teacher that is sure of y hides what it knows of the others, and the weights undo that.
 * With two classes NCKD is 0. All in log space: the logit of p_y is z_y / T - log sum over the others of exp(z_c / T), so
 * that 1 - p_y stays exact where p_y is near 1. Gradients flow to both sides.
 *
 * Source: decoupled knowledge distillation (Zhao et al., CVPR 2022).
 *
 * @param teacher, student logits, [n, C]
 * @param labels y, int32 [n], 0-based
 * @returns [n], in nats, >= 0; not scaled by T^2
 */
export function decoupledKl(
  teacher: Tensor2D,
  student: Tensor2D,
  labels: Tensor1D,
  { temperature, targetWeight, othersWeight }: DecoupledOptions,
): Tensor1D {
  return tf.tidy(() => {
    const target = tf.oneHot(labels, teacher.shape[1], 1, 0, 'float32') as Tensor2D;
    const split = (logits: Tensor2D) => {
      const z = tf.div(logits, temperature);
      const others = tf.sub(z, tf.mul(target, FAR)) as Tensor2D;
      const sure = tf.sub(tf.sum(tf.mul(z, target), 1), tf.logSumExp(others, 1)) as Tensor1D;
      return { sure, others };
    };
    const [t, s] = [split(teacher), split(student)];
    const targetPart = tf.mul(binaryKl(t.sure, s.sure), targetWeight);
    return tf.add(targetPart, tf.mul(softenedKl(t.others, s.others, 1), othersWeight)) as Tensor1D;
  });
}
