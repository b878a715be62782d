import * as tf from '../../tf';
import type { Tensor } from '../../tf';
import { release } from '../scope';
import { hasCustom, runCustomOne } from './custom';
import { isNative } from './native';

/** Phi(x), the distribution function of the standard normal. */
const distribution = (x: Tensor): Tensor => tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5);

/** phi(x), its density. */
const density = (x: Tensor): Tensor => tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));

/** d gelu / dx = Phi(x) + x phi(x); only x is kept for it. */
const native = tf.customGrad((x, save) => {
  const input = x as Tensor;
  const value = hasCustom() ? runCustomOne('Gelu', [], [input]) : tf.tidy(() => tf.mul(input, distribution(input)));
  (save as tf.GradSaveFunc)([input]);
  const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
    const [at] = saved;
    const dx = hasCustom()
      ? runCustomOne('GeluGrad', [], [dy, at!])
      : tf.tidy(() => tf.mul(dy, tf.add(distribution(at!), tf.mul(at!, density(at!)))));
    release(dy, saved);
    return dx;
  };
  return { value, gradFunc };
});

/** The same on plain tfjs operations: for other backends, and as the reference in tests. */
export function plainGelu<T extends Tensor>(x: T): T {
  return tf.tidy(() => tf.mul(x, distribution(x)) as T);
}

/**
 * The Gaussian error linear unit, x Phi(x), by the error function and not by its tanh approximation (Hendrycks and Gimpel 2016).
 *
 * @param x of any shape
 */
export function gelu<T extends Tensor>(x: T): T {
  return isNative() ? (native(x) as T) : plainGelu(x);
}
