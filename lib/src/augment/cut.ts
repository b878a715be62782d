/**
 * A view is a box: four numbers (y1, x1, y2, x2) as shares of the source's sides. Cutting, zooming and mirroring are all
 * one crop-and-resize from the full-resolution source, so a zoomed view shows detail that the raw view has lost. A box with
 * x1 > x2 is mirrored.
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D, Tensor4D } from '../tf';

/**
 * Views of images: each box cut out, resized to size x size.
 *
 * Where the source is at least 1.5 times as large as the view it is sampled twice as densely and averaged, which keeps fine
 * veins from turning into aliasing. No gradient flows through a view (images need none).
 *
 * @param source [n, s, s, 3], RGB in [0, 255]
 * @param boxes [n, 4]
 * @returns [n, size, size, 3]
 */
export function cutViews(source: Tensor4D, boxes: Tensor2D, size: number): Tensor4D {
  return tf.tidy(() => {
    const [n, side] = source.shape;
    const density = side >= 1.5 * size ? 2 : 1;
    const dense = tf.image.cropAndResize(source, boxes, tf.range(0, n, 1, 'int32') as Tensor1D, [
      density * size,
      density * size,
    ]);
    return density === 1 ? dense : tf.avgPool(dense, 2, 2, 'valid');
  });
}

/** A gain for each image, clipped to the range of pixels: [n, s, s, 3] and [n]. */
export function brighten(images: Tensor4D, gains: Tensor1D): Tensor4D {
  return tf.tidy(() => tf.clipByValue(tf.mul(images, tf.reshape(gains, [-1, 1, 1, 1])), 0, 255) as Tensor4D);
}

/**
 * A box inside a view, as a box of the source: both [n, 4], `inner` relative to the view that `outer` cuts.
 *
 *   y = outer.y1 + inner.y (outer.y2 - outer.y1), and x likewise; a mirrored outer box mirrors the inner one.
 */
export function composeBoxes(outer: Tensor2D, inner: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const start = tf.slice(outer, [0, 0], [-1, 2]);
    const span = tf.sub(tf.slice(outer, [0, 2], [-1, 2]), start);
    const corner = (from: number) => tf.add(start, tf.mul(tf.slice(inner, [0, from], [-1, 2]), span));
    return tf.concat([corner(0), corner(2)], 1) as Tensor2D;
  });
}
