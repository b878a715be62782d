import * as tf from '../../tf';
import type { Tensor, Tensor1D, Tensor2D } from '../../tf';
import { release } from '../scope';
import { sumOfRows } from './activation';
import { hasCustom, runCustom } from './custom';
import { attribute, isNative } from './native';

const rowMeans = (x: Tensor): Tensor => tf.mean(x, -1, true);

/**
 * With u = (x - mean) r, r = 1 / sqrt(var + epsilon) and du = gamma dy:
 *
 *   dx = r (du - mean(du) - u mean(u du)),   dgamma = sum over rows of u dy,   dbeta = sum over rows of dy
 */
const native = (epsilon: number) =>
  tf.customGrad((x, gamma, beta, save) => {
    const [y, u, r] = tf.tidy(() => {
      const centred = tf.sub(x as Tensor, rowMeans(x as Tensor));
      const scale = tf.rsqrt(tf.add(rowMeans(tf.square(centred)), epsilon));
      const unit = tf.mul(centred, scale);
      return [tf.add(tf.mul(unit, gamma as Tensor), beta as Tensor), unit, scale];
    }) as [Tensor, Tensor, Tensor];
    (save as tf.GradSaveFunc)([u, r, gamma as Tensor]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [unit, scale, weight] = saved;
      const gradients = tf.tidy(() => {
        const du = tf.mul(dy, weight!);
        const along = tf.mul(unit!, rowMeans(tf.mul(unit!, du)));
        const dx = tf.mul(tf.sub(tf.sub(du, rowMeans(du)), along), scale!);
        return [dx, sumOfRows(tf.mul(dy, unit!)), sumOfRows(dy)];
      });
      release(dy, saved);
      return gradients;
    };
    return { value: y, gradFunc };
  });

/** The same with our own kernels; of the forward pass x, and mean and r of each row are kept. */
const custom = (epsilon: number) =>
  tf.customGrad((x, gamma, beta, save) => {
    const [y, mean, r] = runCustom(
      'LayerNorm',
      [attribute.float('epsilon', epsilon)],
      [x as Tensor, gamma as Tensor, beta as Tensor],
      3,
    ) as [Tensor, Tensor, Tensor];
    (save as tf.GradSaveFunc)([x as Tensor, gamma as Tensor, mean, r]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const gradients = runCustom('LayerNormGrad', [], [dy, ...saved], 3);
      release(dy, saved);
      return gradients;
    };
    return { value: y, gradFunc };
  });

/** The same on plain tfjs operations: for other backends, and as the reference in tests. */
export function plainLayerNorm(x: Tensor2D, gamma: Tensor1D, beta: Tensor1D, epsilon: number): Tensor2D {
  return tf.tidy(() => {
    const centred = tf.sub(x, rowMeans(x));
    const unit = tf.div(centred, tf.sqrt(tf.add(rowMeans(tf.square(centred)), epsilon)));
    return tf.add(tf.mul(unit, gamma), beta) as Tensor2D;
  });
}

/**
 * Layer normalisation of each row by its own mean and variance (Ba, Kiros and Hinton 2016).
 *
 *   y = gamma (x - mean) / sqrt(var + epsilon) + beta
 *
 * @param x [rows, d]
 * @param gamma, beta [d]
 */
export function layerNorm(x: Tensor2D, gamma: Tensor1D, beta: Tensor1D, epsilon: number): Tensor2D {
  if (!isNative()) return plainLayerNorm(x, gamma, beta, epsilon);
  return (hasCustom() ? custom : native)(epsilon)(x, gamma, beta) as Tensor2D;
}
