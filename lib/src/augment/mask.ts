import * as tf from '../tf';
import type { Tensor1D, Tensor2D, Tensor3D } from '../tf';
import type { ViewConfig } from '../config';

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

/**
 * 1 for the ceil(share h w) highest cells of each map, else 0: [n, h, w] -> [n, h, w]. Exactly that many, even where cells are equal: of
 * those that share the last place the first ones are taken, row by row.
 *
 * @param share in (0, 1]
 * @throws RangeError where the share lies outside
 */
export function topMask(saliency: Tensor3D, share: number): Tensor3D {
  if (!(share > 0 && share <= 1)) throw new RangeError(`topMask: share ${share}; allowed: above 0, up to 1`);
  return tf.tidy(() => {
    const [n, h, w] = saliency.shape;
    const cells = tf.reshape(saliency, [n, h * w]);
    // A share such as 0.07 of 100 cells is 7.000000000000001 in floating point and means 7.
    const wanted = Math.ceil(share * h * w - 1e-9);
    const last = tf.slice(tf.topk(cells, wanted).values, [0, wanted - 1]);
    const above = tf.cast(tf.greater(cells, last), 'float32');
    const tied = tf.cast(tf.equal(cells, last), 'float32');
    const places = tf.sub(wanted, tf.sum(above, 1, true));
    const admitted = tf.mul(tied, tf.cast(tf.lessEqual(tf.cumsum(tied, 1), places), 'float32'));
    return tf.reshape(tf.add(above, admitted), [n, h, w]);
  });
}

/** The saliency itself as the mask, M = A: [n, h, w] -> [n, h, w]. The only mask that a gradient can pass. */
export function softMask(saliency: Tensor3D): Tensor3D {
  return tf.clone(saliency);
}

const MASKS: Readonly<Record<ViewConfig['mask'], (saliency: Tensor3D, view: ViewConfig, theta: Tensor1D) => Tensor3D>> =
  {
    mean: (saliency) => meanMask(saliency),
    fraction: (saliency, _, theta) => fractionMask(saliency, theta),
    topk: (saliency, { topShare }) => topMask(saliency, topShare),
    soft: (saliency) => softMask(saliency),
  };

/**
 * The mask that the config names.
 *
 * @param saliency A, [n, h, w]
 * @param theta threshold of the `fraction` mask, [n]; the other masks do not read it
 * @returns M, [n, h, w]: of 0 and 1, or in [0, 1] where it is soft
 */
export function maskOf(saliency: Tensor3D, view: ViewConfig, theta: Tensor1D): Tensor3D {
  return MASKS[view.mask](saliency, view, theta);
}

/** The whole view for each of n images, [n, 4]. */
export function wholeBoxes(n: number): Tensor2D {
  return tf.tidy(() => tf.tile(tf.tensor2d([[0, 0, 1, 1]]), [n, 1]));
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
