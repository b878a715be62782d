import * as tf from '../../tf';
import type { Tensor, Tensor1D, Tensor2D } from '../../tf';
import { release } from '../scope';
import { attribute, isNative, runKernels } from './native';

/** One kernel gives the loss and its gradient by the logits, softmax(z) - t, which is all that is kept. */
const native = (target: Tensor2D) =>
  tf.customGrad((logits, save) => {
    const inputs = [logits as Tensor, target];
    const [value, slope] = runKernels('SoftmaxCrossEntropyWithLogits', [attribute.float32()], inputs, 2) as [
      Tensor,
      Tensor,
    ];
    (save as tf.GradSaveFunc)([slope]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const gradient = tf.tidy(() => tf.mul(tf.expandDims(dy, 1), saved[0]!));
      release(dy, saved);
      return gradient;
    };
    return { value, gradFunc };
  });

/** The same on plain tfjs operations: for other backends, and as the reference in tests. */
export function plainSoftmaxCrossEntropy(logits: Tensor2D, target: Tensor2D): Tensor1D {
  return tf.tidy(() => tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1)) as Tensor1D);
}

/**
 *   loss_i = - sum over c of t_ic log softmax(z_i)_c
 *
 * @param logits z, [n, C]
 * @param target t, rows that sum to 1, [n, C]; no gradient flows to them
 * @returns [n], in nats
 */
export function softmaxCrossEntropy(logits: Tensor2D, target: Tensor2D): Tensor1D {
  return isNative() ? (native(target)(logits) as Tensor1D) : plainSoftmaxCrossEntropy(logits, target);
}
