import type { AugmentConfig } from '../config';
import type { Rng } from '../core/rng';

/** Ordinary augmentation of n images, drawn: plain numbers that `cutViews` and `brighten` apply. */
export interface Augmentation {
  /** [n * 4] */
  readonly boxes: Float32Array;
  /** [n] */
  readonly gains: Float32Array;
}

/** Draw ordinary augmentation for n images: a random square crop, a mirror, a brightness gain. */
export function drawAugmentation(n: number, config: AugmentConfig, rng: Rng): Augmentation {
  const boxes = new Float32Array(n * 4);
  const gains = new Float32Array(n);
  const [low, high] = config.cropArea;
  for (let i = 0; i < n; i++) {
    const side = Math.sqrt(low + (high - low) * rng.uniform());
    const y = (1 - side) * rng.uniform();
    const x = (1 - side) * rng.uniform();
    const mirrored = rng.uniform() < 0.5 && config.flip;
    boxes.set(mirrored ? [y, x + side, y + side, x] : [y, x, y + side, x + side], i * 4);
    gains[i] = 1 + config.brightness * (2 * rng.uniform() - 1);
  }
  return { boxes, gains };
}

/** What evaluation sees: the source unchanged, or its centre square whose side is `crop` of the source's. */
export function noAugmentation(n: number, crop = 1): Augmentation {
  const edge = (1 - crop) / 2;
  return {
    boxes: Float32Array.from({ length: n * 4 }, (_, i) => (i % 4 < 2 ? edge : 1 - edge)),
    gains: new Float32Array(n).fill(1),
  };
}
