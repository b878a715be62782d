/** From source images and a plan to the two views. */
import * as tf from '../tf';
import type { Tensor2D, Tensor3D, Tensor4D } from '../tf';
import { adaptiveView, brighten, cutViews, maskGrid, noAugmentation, spotlight } from '../augment';
import type { Augmentation, Evidence, KernelWeights } from '../augment';
import { isAdaptive } from '../config';
import type { Config, ViewConfig } from '../config';
import { offTape, stopGradient } from '../core/gradient';
import { fromBytes } from '../core/kernels';
import type { AttentionWanted, Features } from '../backbone';
import type { StepPlan } from './plan';

/** Pixels of a batch as a tensor: uint8 [n * s * s * 3] -> float [n, s, s, 3]. */
export function sourceTensor(data: Uint8Array, side: number): Tensor4D {
  return fromBytes(data, [data.length / (side * side * 3), side, side, 3]);
}

const boxTensor = (boxes: Float32Array): Tensor2D => tf.tensor2d(boxes, [boxes.length / 4, 4]);

/** The raw view: the source under ordinary augmentation, [n, size, size, 3]. */
export function rawView(source: Tensor4D, augmentation: Augmentation, size: number): Tensor4D {
  return tf.tidy(() =>
    brighten(cutViews(source, boxTensor(augmentation.boxes), size), tf.tensor1d(augmentation.gains)),
  );
}

/** The view that every evaluation sees: the images unaugmented, or their centre square where `testCrop` is below 1. */
export const wholeView = (images: Tensor4D, { testCrop, imageSize }: Config['input']): Tensor4D =>
  rawView(images, noAugmentation(images.shape[0], testCrop), imageSize);

/** Whether the saliency has weights of its own, which learn through the mask. */
export const learnsSaliency = (view: ViewConfig): boolean => isAdaptive(view) && view.saliency === 'kernel';

/** The masks of a batch as the raw views cut them, on the grid of masks: [n * side * side] of 0..255 -> [n, h, w] in [0, 1]. */
function cutTruth(truth: Uint8Array, boxes: Float32Array, imageSize: number): Tensor3D {
  const n = boxes.length / 4;
  const side = Math.sqrt(truth.length / n);
  return tf.tidy(() => {
    const masks = tf.div(fromBytes(truth, [n, side, side, 1]), 255) as Tensor4D;
    return tf.squeeze(cutViews(masks, boxTensor(boxes), maskGrid(imageSize)), [3]) as Tensor3D;
  });
}

/** Whose attention the raw pass must give. */
export function attentionWanted(view: ViewConfig): AttentionWanted {
  if (!isAdaptive(view)) return 'none';
  return view.saliency === 'attention' ? 'last' : view.saliency === 'rollout' ? 'all' : 'none';
}

/** What SSDP reads of a raw pass, detached: features steer the view and get no gradient from it. */
export function evidenceOf(raw: Features, view: ViewConfig): Evidence {
  const map = raw.maps[view.saliencyStride];
  if (!map) throw new Error(`the backbone gives no map of stride ${view.saliencyStride} for the saliency`);
  return { map: stopGradient(map), attention: raw.attention.map(stopGradient) };
}

/** What an adaptive view is made with, beside the plan. */
export interface ViewMakings {
  readonly raw: Features;
  /** Of the learnt saliency, where the config has one. */
  readonly weights?: KernelWeights | undefined;
  /** Masks of the images, 0..255, [n * side * side], where the saliency is the truth. */
  readonly truth?: Uint8Array | undefined;
}

/**
 * The second view, or undefined where the config has none: adaptive (SSDP) or a second ordinary augmentation.
 *
 * Nothing of it is on the tape, but for the path from the weights of a learnt saliency through the mask to the view's pixels.
 */
export function secondView(
  source: Tensor4D,
  plan: StepPlan,
  { raw, weights, truth }: ViewMakings,
  { view, input }: Config,
): Tensor4D | undefined {
  if (view.kind === 'none') return undefined;
  if (view.kind === 'random') return offTape(() => rawView(source, plan.second, input.imageSize));
  const make = (): Tensor4D =>
    tf.tidy(() => {
      const evidence = {
        ...evidenceOf(raw, view),
        ...(truth && { truth: cutTruth(truth, plan.raw.boxes, input.imageSize) }),
      };
      const spot = spotlight(evidence, view, tf.tensor1d(plan.theta), weights);
      const gains = tf.tensor1d(plan.second.gains);
      const frame = { boxes: boxTensor(plan.raw.boxes), gains, tiles: plan.tiles, size: input.imageSize };
      return adaptiveView(source, spot, frame, view);
    });
  return learnsSaliency(view) ? make() : offTape(make);
}
