/**
 * A picture that any program can draw, and what a model makes of it: whoever loads an export elsewhere can see that it gives the same numbers.
 */
import * as tf from '../tf';
import type { Tensor4D } from '../tf';
import { applyModel, disposeModel, modelFrom } from '../backbone';
import type { TrainedModel } from '../train/source';
import { architectureOfModel } from './model-file';

/** The probe in words, for the file beside an export. */
const FORMULA = 'pixel (y, x, c) = (7 * (x // 2) + 5 * (y // 3) + 40 * c) mod 256, RGB';

/** The probe, [size, size, 3] in [0, 255]. */
export function probeImage(size: number): Float32Array {
  return Float32Array.from({ length: size * size * 3 }, (_, at) => {
    const [c, x, y] = [at % 3, Math.floor(at / 3) % size, Math.floor(at / (3 * size))];
    return (7 * Math.floor(x / 2) + 5 * Math.floor(y / 3) + 40 * c) % 256;
  });
}

/** What an export says of its own numbers: the content of check.json. */
export interface Check {
  readonly image: string;
  /** Side of the image in pixels. */
  readonly size: number;
  /** [classes] */
  readonly logits: readonly number[];
}

/** The logits of the probe as this library computes them. */
export function checkOf(model: TrainedModel): Check {
  const size = model.config.input.imageSize;
  const built = modelFrom(architectureOfModel(model), model.classes, model.values);
  try {
    const logits = tf.tidy(() => {
      const image = tf.tensor(probeImage(size), [1, size, size, 3]) as Tensor4D;
      return Array.from(applyModel(built, image).logits.dataSync()) as unknown as tf.TensorContainer;
    }) as unknown as number[];
    return { image: FORMULA, size, logits };
  } finally {
    disposeModel(built);
  }
}
