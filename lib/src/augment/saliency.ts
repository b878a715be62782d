import * as tf from '../tf';
import type { Tensor3D, Tensor4D } from '../tf';

/**
 * Activation saliency: where the backbone's feature map is active.
 *
 *   A = mean over channels of relu(F), then (A - min A) / (max A - min A) for each image
 *
 * It has no parameters and is detached by its caller. An image whose map is constant gets A = 0 everywhere.
 *
 * @param map F, [n, h, w, c]
 * @returns A, [n, h, w] in [0, 1]
 */
export function activationSaliency(map: Tensor4D): Tensor3D {
  return tf.tidy(() => {
    const mean = tf.mean(tf.relu(map), 3);
    const low = tf.min(mean, [1, 2], true);
    const span = tf.sub(tf.max(mean, [1, 2], true), low);
    return tf.div(tf.sub(mean, low), tf.maximum(span, 1e-12)) as Tensor3D;
  });
}
