import * as tf from '../../tf';
import type { Scalar, Tensor } from '../../tf';
import { attribute, isNative, runKernel } from './native';

/** The sum of squares of a tensor, in one pass over it; not differentiable. */
export function sumOfSquares(x: Tensor): Scalar {
  return tf.tidy(() =>
    isNative()
      ? (tf.mul(runKernel<Tensor>('L2Loss', [attribute.float32()], [x]), 2) as Scalar)
      : (tf.sum(tf.square(x)) as Scalar),
  );
}
