/** SSDP's saliency and masks on hand-made numbers. */
import { activationSaliency, fractionMask, meanMask, softMask, topMask } from '../augment';
import type { ViewConfig } from '../config';
import { inScope } from '../core/scope';
import * as tf from '../tf';
import type { Tensor3D } from '../tf';
import { matrix, rowsOf } from './rows';
import type { Rows } from './rows';

/** The activation saliency of one feature map F: [h][w][c] -> A, [h][w] in [0, 1]. */
export function mapSaliency(map: readonly Rows[]): number[][] {
  const shape: [number, number, number, number] = [1, map.length, map[0]!.length, map[0]![0]!.length];
  const values = inScope(() => activationSaliency(tf.tensor4d(map.flat(2), shape)).dataSync());
  return rowsOf(values, map[0]!.length);
}

/** Every kind of mask of one saliency, [h][w] -> each [h][w]. */
export function masksOf(
  saliency: Rows,
  { theta = 0.5, topShare = 0.25 }: { readonly theta?: number; readonly topShare?: number } = {},
): Readonly<Record<ViewConfig['mask'], number[][]>> {
  return inScope(() => {
    const map = tf.expandDims<Tensor3D>(matrix(saliency), 0);
    const read = (mask: Tensor3D) => rowsOf(mask.dataSync(), saliency[0]!.length);
    return {
      mean: read(meanMask(map)),
      fraction: read(fractionMask(map, tf.tensor1d([theta]))),
      topk: read(topMask(map, topShare)),
      soft: read(softMask(map)),
    };
  });
}
