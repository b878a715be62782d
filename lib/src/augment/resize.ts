import * as tf from '../tf';
import type { Tensor2D, Tensor3D } from '../tf';

/**
 * The weights of bilinear interpolation from one length to another, [to, from].
 *
 * Cells are areas with their value in the middle, so cell i of the result looks at (i + 1/2) from / to - 1/2; beyond the outer
 * middles the outer values go on.
 */
function interpolation(from: number, to: number): Tensor2D {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const at = ((i + 0.5) * from) / to - 0.5;
    const low = Math.floor(at);
    const add = (cell: number, weight: number): void => {
      weights[i * from + Math.min(Math.max(cell, 0), from - 1)]! += weight;
    };
    add(low, 1 - (at - low));
    add(low + 1, at - low);
  }
  return tf.tensor2d(weights, [to, from]);
}

/**
 * Maps resized bilinearly with half-pixel centres: B = R_h A R_w^T for each map A.
 *
 * Two matrix products instead of `tf.image.resizeBilinear`, whose gradient forgets the half-pixel centres: the values are the same, and the
 * gradient is the one that belongs to them.
 *
 * @param map [n, h, w]
 * @returns [n, height, width]
 */
export function resizeMap(map: Tensor3D, [height, width]: readonly [number, number]): Tensor3D {
  const [, h, w] = map.shape;
  if (h === height && w === width) return tf.clone(map);
  return tf.tidy(() => {
    const wide = tf.matMul(map, interpolation(w, width), false, true);
    return tf.matMul(interpolation(h, height), wide);
  });
}
