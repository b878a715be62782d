import * as tf from '../../tf';
import type { Scalar, Tensor } from '../../tf';
import { hasCustom, runCustomOne } from './custom';
import { attribute, isNative, runKernel } from './native';

/** The sum of squares of a tensor, in one pass over it where a kernel does that. */
const sumOfSquares = (x: Tensor): Tensor =>
  isNative() ? tf.mul(runKernel<Tensor>('L2Loss', [attribute.float32()], [x]), 2) : tf.sum(tf.square(x));

/** The global norm sqrt(sum over all tensors of sum(t^2)), a scalar; not differentiable. */
export function globalNorm(tensors: readonly Tensor[]): Scalar {
  if (hasCustom()) return runCustomOne('GlobalNorm', [attribute.int('count', tensors.length)], tensors);
  return tf.tidy(() => tf.sqrt(tf.addN(tensors.map(sumOfSquares))) as Scalar);
}
