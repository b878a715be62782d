/**
 * Saliency without parameters: from what the backbone saw in the raw view to A, one number in [0, 1] for each cell of its grid.
 */
import * as tf from '../tf';
import type { Tensor2D, Tensor3D, Tensor4D } from '../tf';

/** Rows and columns of the cells. */
export type Grid = readonly [height: number, width: number];

/**
 * Each map scaled to [0, 1]: (A - min A) / (max A - min A), [n, h, w]; a constant map becomes 0 everywhere.
 *
 * Minimum and maximum are part of the gradient. A map that is shifted or scaled gives the same A, so no gradient may point in these
 * directions; with both held constant it would, and a learnt saliency would go on raising a peak that is scaled back to 1.
 * Several cells that share the minimum each get its whole gradient. In a learnt saliency these are the cells of value 0, whose
 * neighbourhood holds no activation, and behind them every gradient is 0.
 */
export function scaleToUnit(map: Tensor3D): Tensor3D {
  return tf.tidy(() => {
    const low = tf.min(map, [1, 2], true);
    const span = tf.sub(tf.max(map, [1, 2], true), low);
    return tf.div(tf.sub(map, low), tf.maximum(span, 1e-12)) as Tensor3D;
  });
}

/** How active each cell of a feature map is: the channel mean of relu(F), [n, h, w, c] -> [n, h, w]. */
export function activity(map: Tensor4D): Tensor3D {
  return tf.tidy(() => tf.mean(tf.relu(map), 3) as Tensor3D);
}

/**
 * Activation saliency: where the backbone's feature map is active.
 *
 *   A = mean over channels of relu(F), scaled to [0, 1] for each image
 *
 * An image whose map is constant gets A = 0 everywhere.
 *
 * @param map F, [n, h, w, c]
 * @returns A, [n, h, w] in [0, 1]
 */
export function activationSaliency(map: Tensor4D): Tensor3D {
  return tf.tidy(() => scaleToUnit(activity(map)));
}

/** The class token's row over the patches, [n, 1 + h * w] -> [n, h, w] in [0, 1]. */
function overPatches(row: Tensor2D, [h, w]: Grid): Tensor3D {
  return scaleToUnit(tf.reshape(tf.slice(row, [0, 1]), [-1, h, w]));
}

/** @throws where attention and grid do not belong together */
function checkTokens({ shape }: Tensor4D, [h, w]: Grid): void {
  const [, , queries, keys] = shape;
  if (queries === 1 + h * w && keys === queries) return;
  throw new Error(
    `attention of ${queries} x ${keys} tokens does not belong to a grid of ${h} x ${w}: expected a class token and ${h * w} patches`,
  );
}

/**
 * Attention saliency: where the class token looks in the last block.
 *
 *   A = mean over heads of attention[class token, patches], scaled to [0, 1] for each image
 *
 * @param attention of the last block, [n, heads, 1 + h * w, 1 + h * w], class token first
 * @returns A, [n, h, w] in [0, 1]
 * @throws where the number of tokens does not fit the grid
 */
export function attentionSaliency(attention: Tensor4D, grid: Grid): Tensor3D {
  checkTokens(attention, grid);
  return tf.tidy(() => {
    const own = tf.slice(attention, [0, 0, 0, 0], [-1, -1, 1, -1]);
    return overPatches(tf.squeeze(tf.mean(own, 1), [1]), grid);
  });
}

/**
 * Rollout saliency: where the class token looks through all blocks, the residual paths counted (Abnar and Zuidema 2020, "Quantifying
 * attention flow in transformers"; TransFG multiplies the blocks' attention as well, head by head and without the residual half).
 *
 *   R_b = 1/2 (mean over heads of attention_b) + 1/2 I, rows scaled to sum 1,   R = R_B ... R_1,   A = R[class token, patches]
 *
 * scaled to [0, 1] for each image. Only the class token's row is asked for, so it is carried from the last block to the first as a
 * vector, and no product of matrices is computed.
 *
 * @param attention of every block from first to last, each [n, heads, 1 + h * w, 1 + h * w], class token first
 * @returns A, [n, h, w] in [0, 1]
 * @throws where there is no block, or the number of tokens does not fit the grid
 */
export function rolloutSaliency(attention: readonly Tensor4D[], grid: Grid): Tensor3D {
  const [first] = attention;
  if (!first) throw new Error('rollout needs the attention of every block, and none was given');
  for (const block of attention) checkTokens(block, grid);
  return tf.tidy(() => {
    const [n, , tokens] = first.shape;
    const start = tf.tile(tf.oneHot(tf.tensor1d([0], 'int32'), tokens), [n, 1]);
    const row = attention.reduceRight<Tensor2D>(
      (r, block) => stepBack(r, block),
      tf.cast(start, 'float32') as Tensor2D,
    );
    return overPatches(row, grid);
  });
}

/** r R_b for a row r [n, tokens], with the rows of R_b scaled to sum 1. */
function stepBack(row: Tensor2D, block: Tensor4D): Tensor2D {
  return tf.tidy(() => {
    const heads = tf.mean(block, 1) as Tensor3D;
    const sums = tf.mul(tf.add(tf.sum(heads, 2), 1), 0.5);
    const scaled = tf.div(row, sums) as Tensor2D;
    const attended = tf.squeeze<Tensor2D>(tf.matMul(tf.expandDims<Tensor3D>(scaled, 1), heads), [1]);
    return tf.mul(tf.add(attended, scaled), 0.5);
  });
}
