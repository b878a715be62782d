/** How the numbers of an image enter a network. */
import * as tf from '../tf';
import type { Tensor4D } from '../tf';

/** Mean and deviation of each channel, for pixels in [0, 255]. */
export interface PixelScale {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** The same mean and deviation for every channel. */
export const evenScale = (mean: number, deviation: number): PixelScale => ({
  mean: [mean, mean, mean],
  deviation: [deviation, deviation, deviation],
});

/** Mean and standard deviation of ImageNet's channels: 0.485, 0.456, 0.406 and 0.229, 0.224, 0.225 of the whole range. */
export const IMAGENET_SCALE: PixelScale = {
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
};

/** (p - mean) / deviation for each channel: [n, s, s, 3] -> [n, s, s, 3]. */
export function scalePixels(images: Tensor4D, { mean, deviation }: PixelScale): Tensor4D {
  return tf.tidy(() => tf.div(tf.sub(images, tf.tensor1d([...mean])), tf.tensor1d([...deviation])) as Tensor4D);
}
