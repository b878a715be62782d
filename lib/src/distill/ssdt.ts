/**
 * SSDT, the logit level: one view's prediction teaches the other's.
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import { softenedKl } from '../core/divergence';
import { stopGradient } from '../core/gradient';

export interface DistillOptions {
  /** T > 0 */
  readonly temperature: number;
  /** Hold the teacher fixed: only the student is moved. */
  readonly stopGradient: boolean;
}

/**
 * Self-distillation between two views of the same sample.
 *
 *   loss_i = T^2 * KL( softmax(teacher_i / T) || softmax(student_i / T) )
 *
 * T^2 keeps the size of the gradient as T grows (Hinton, Vinyals, Dean 2015); T = 4 and the stop-gradient follow CS-KD.
 *
 * @param teacher, student logits, [n, classes]
 * @returns [n], in nats
 */
export function selfDistillation(teacher: Tensor2D, student: Tensor2D, options: DistillOptions): Tensor1D {
  return tf.tidy(() => {
    const fixed = options.stopGradient ? stopGradient(teacher) : teacher;
    return tf.mul(softenedKl(fixed, student, options.temperature), options.temperature ** 2) as Tensor1D;
  });
}
