/** From source images and a plan to the two views. */
import * as tf from '../tf';
import type { Tensor2D, Tensor4D } from '../tf';
import { adaptiveBoxes, brighten, cutViews } from '../augment';
import type { Augmentation } from '../augment';
import type { Config } from '../config';
import { stopGradient } from '../core/gradient';
import type { Features } from '../backbone';
import type { StepPlan } from './plan';

/** Pixels of a batch as a tensor: uint8 [n * s * s * 3] -> float [n, s, s, 3]. */
export function sourceTensor(data: Uint8Array, side: number): Tensor4D {
  return tf.tensor4d(new Float32Array(data), [data.length / (side * side * 3), side, side, 3]);
}

const boxTensor = (boxes: Float32Array): Tensor2D => tf.tensor2d(boxes, [boxes.length / 4, 4]);

/** The raw view: the source under ordinary augmentation, [n, size, size, 3]. */
export function rawView(source: Tensor4D, augmentation: Augmentation, size: number): Tensor4D {
  return tf.tidy(() =>
    brighten(cutViews(source, boxTensor(augmentation.boxes), size), tf.tensor1d(augmentation.gains)),
  );
}

/**
 * The second view, or undefined where the config has none: adaptive (SSDP) or a second ordinary augmentation.
 * Nothing of it is on the tape: features steer the view and get no gradient from it.
 */
export function secondView(source: Tensor4D, plan: StepPlan, raw: Features, config: Config): Tensor4D | undefined {
  const { view, input } = config;
  if (view.kind === 'none') return undefined;
  if (view.kind === 'random') return rawView(source, plan.second, input.imageSize);
  return tf.tidy(() => {
    const map = stopGradient(raw.maps[view.saliencyStride]);
    const boxes = adaptiveBoxes(map, boxTensor(plan.raw.boxes), view, tf.tensor1d(plan.theta));
    return brighten(cutViews(source, boxes, input.imageSize), tf.tensor1d(plan.second.gains));
  });
}
