/**
 * Gradients against central differences along random directions:
 *
 *   (f(x + eps u) - f(x - eps u)) / (2 eps)  =  grad f(x) . u  + O(eps^2),   |u| = 1
 *
 * f is computed in float32, so its rounding (6e-8 |f|) is divided by eps: an eps of 1e-2 leaves about 1e-5 of noise for |f| about 1.
 */
import * as tf from '../tf';
import type { Scalar, Tensor } from '../tf';
import type { Rng } from '../core/rng';

export interface GradientCheck {
  readonly rng: Rng;
  readonly eps?: number;
  readonly directions?: number;
  /** Largest error, as a share of the gradient's norm (or of 1, where that is smaller than 1). */
  readonly tolerance?: number;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);

/** @throws where the tape's gradient and the central difference disagree along any direction, or are not finite */
export function checkGradient(f: (x: Tensor) => Scalar, x: Tensor, options: GradientCheck): void {
  const { rng, eps = 1e-2, directions = 4, tolerance = 2e-3 } = options;
  const gradient = tf.tidy(() => tf.grad(f)(x).dataSync());
  const at = (direction: readonly number[], step: number): number =>
    tf.tidy(() => f(tf.add(x, tf.mul(tf.tensor(Float32Array.from(direction), x.shape), step))).dataSync()[0]!);
  for (let i = 0; i < directions; i++) {
    const raw = Array.from(gradient, () => rng.normal());
    const direction = raw.map((value) => value / Math.sqrt(dot(raw, raw)));
    const numeric = (at(direction, eps) - at(direction, -eps)) / (2 * eps);
    const exact = dot(gradient, direction);
    const allowed = tolerance * Math.max(1, Math.sqrt(dot(gradient, gradient)));
    if (!(Math.abs(numeric - exact) <= allowed)) {
      throw new Error(`direction ${i}: the tape says ${exact}, differences say ${numeric} (allowed error ${allowed})`);
    }
  }
}

/** Uniform numbers in [low, high) as a tensor. */
export function randomTensor<T extends Tensor>(shape: readonly number[], rng: Rng, [low, high] = [-1, 1]): T {
  const values = Float32Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    () => low! + (high! - low!) * rng.uniform(),
  );
  return tf.tensor(values, [...shape]) as T;
}
