/** Which features the contrast compares: of the last depth alone, or of three depths. */
import * as tf from '../tf';
import type { Tensor2D } from '../tf';
import type { Architecture, Features } from '../backbone';
import type { ContrastTerm } from '../config';
import { normalizeRows } from '../core/similarity';

type Depths = ContrastTerm['features'];

/**
 * Unit features, one for each queue of a view: [f]; or those of three depths side by side, scaled so that a dot product is the mean of
 * their cosines; or those of three depths apart.
 */
export function featureLevels({ feature, stages }: Pick<Features, 'feature' | 'stages'>, depths: Depths): Tensor2D[] {
  if (depths === 'final') return [normalizeRows(feature)];
  if (depths === 'separate') return stages.map(normalizeRows);
  return [tf.tidy(() => tf.mul(tf.concat(stages.map(normalizeRows), 1), 1 / Math.sqrt(stages.length)) as Tensor2D)];
}

/** Length of the rows of each of a view's queues. */
export function levelSizes(
  { featureSize, stageSizes }: Pick<Architecture, 'featureSize' | 'stageSizes'>,
  depths: Depths,
): readonly number[] {
  if (depths === 'final') return [featureSize];
  return depths === 'separate' ? stageSizes : [stageSizes.reduce((sum, size) => sum + size, 0)];
}
