import * as tf from '../tf';
import type { Tensor1D, Tensor2D, Tensor3D } from '../tf';

/** 1 where A is above its mean, else 0: [n, h, w] -> [n, h, w]. */
export function meanMask(saliency: Tensor3D): Tensor3D {
  return tf.tidy(() => tf.cast(tf.greater(saliency, tf.mean(saliency, [1, 2], true)), 'float32') as Tensor3D);
}

/** 1 where A > theta_i max A_i, else 0: [n, h, w] and [n] -> [n, h, w]. */
export function fractionMask(saliency: Tensor3D, theta: Tensor1D): Tensor3D {
  return tf.tidy(() => {
    const threshold = tf.mul(tf.max(saliency, [1, 2], true), tf.reshape(theta, [-1, 1, 1]));
    return tf.cast(tf.greater(saliency, threshold), 'float32') as Tensor3D;
  });
}

/** First and last index (plus one) at which a row of flags is set, as shares of its length: [n, m] -> two [n]. */
function extent(flags: Tensor2D): { readonly from: Tensor1D; readonly to: Tensor1D } {
  const length = flags.shape[1];
  const first = tf.cast(tf.argMax(flags, 1), 'float32');
  const lastFromEnd = tf.cast(tf.argMax(tf.reverse(flags, 1), 1), 'float32');
  return { from: tf.div(first, length), to: tf.div(tf.sub(length, lastFromEnd), length) };
}

/**
 * The bounding box of each mask, widened by a margin on each side and clipped to the view.
 *
 * @param mask [n, h, w] of 0 and 1; an empty mask gives the whole view
 * @param margin as a share of the box's sides
 * @returns boxes (y1, x1, y2, x2) relative to the view, [n, 4]
 */
export function boundingBoxes(mask: Tensor3D, margin: number): Tensor2D {
  return tf.tidy(() => {
    const y = extent(tf.max(mask, 2) as Tensor2D);
    const x = extent(tf.max(mask, 1) as Tensor2D);
    const [dy, dx] = [tf.mul(tf.sub(y.to, y.from), margin), tf.mul(tf.sub(x.to, x.from), margin)];
    const box = tf.stack([tf.sub(y.from, dy), tf.sub(x.from, dx), tf.add(y.to, dy), tf.add(x.to, dx)], 1);
    return tf.clipByValue(box, 0, 1) as Tensor2D;
  });
}
