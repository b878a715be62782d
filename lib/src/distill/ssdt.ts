/**
 * SSDT, the logit level: one view's prediction teaches the other's.
 *
 * The sources state self-distillation between the raw and the augmented sample at the logit level; who teaches whom, what the teacher is,
 * whether it is held fixed and which divergence is taken are switches of this reconstruction.
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import type { DistillTerm } from '../config';
import { decoupledKl, softenedKl } from '../core/divergence';
import { stopGradient } from '../core/gradient';

/** What two views of the same samples gave. */
export interface DistillPair {
  /** z, logits of the raw view, [n, classes] */
  readonly raw: Tensor2D;
  /** z', logits of the second view, [n, classes] */
  readonly second: Tensor2D;
  /** y, int32 [n], 0-based; only the decoupled divergence reads them */
  readonly labels: Tensor1D;
}

export type DistillOptions = Pick<
  DistillTerm,
  'temperature' | 'direction' | 'teacher' | 'stopGradient' | 'divergence' | 'targetWeight' | 'othersWeight'
>;

/** What one view's logits cost under the lessons of the other's. */
function lesson(student: Tensor2D, other: Tensor2D, labels: Tensor1D, options: DistillOptions): Tensor1D {
  const mixed = options.teacher === 'ensemble' ? (tf.mul(tf.add(student, other), 0.5) as Tensor2D) : other;
  const teacher = options.stopGradient ? stopGradient(mixed) : mixed;
  const divergence =
    options.divergence === 'decoupled'
      ? decoupledKl(teacher, student, labels, options)
      : softenedKl(teacher, student, options.temperature);
  return tf.mul(divergence, options.temperature ** 2) as Tensor1D;
}

function checkShapes({ raw, second, labels }: DistillPair): void {
  const [n, classes] = raw.shape;
  if (second.shape[0] === n && second.shape[1] === classes && labels.shape[0] === n) return;
  throw new Error(
    `selfDistillation: logits [${raw.shape.join(', ')}] and [${second.shape.join(', ')}] with ${labels.shape[0]} labels; ` +
      'give both views of the same samples, and a label for each',
  );
}

/**
 * Self-distillation between two views of the same samples.
 *
 *   loss_i = T^2 D( softmax(t_i / T) || softmax(s_i / T) )
 *
 * direction: `augToRaw` s = z, `rawToAug` s = z', `symmetric` the mean of both. teacher: `view` t = the other view's logits, `ensemble`
 * t = (z + z') / 2. divergence: `kl`, or `decoupled` into a target and an other part with their own weights (`decoupledKl`).
 *
 * T^2 keeps the size of the gradient as T grows (Hinton, Vinyals, Dean 2015); T = 4 and the stop-gradient follow CS-KD. With
 * `stopGradient` the teacher is held fixed, the ensemble as well, and only the student moves; without it gradients flow to both views.
 *
 * @param pair borrowed
 * @returns [n], in nats
 * @throws where the views or the labels are not of the same samples
 */
export function selfDistillation(pair: DistillPair, options: DistillOptions): Tensor1D {
  checkShapes(pair);
  const { raw, second, labels } = pair;
  return tf.tidy(() => {
    const toRaw = () => lesson(raw, second, labels, options);
    const toSecond = () => lesson(second, raw, labels, options);
    if (options.direction === 'augToRaw') return toRaw();
    if (options.direction === 'rawToAug') return toSecond();
    return tf.mul(tf.add(toRaw(), toSecond()), 0.5) as Tensor1D;
  });
}
