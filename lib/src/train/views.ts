/** From source images and a plan to the two views. */
import * as tf from '../tf';
import type { Tensor2D, Tensor4D } from '../tf';
import { adaptiveView, brighten, cutViews, noAugmentation, spotlight } from '../augment';
import type { Augmentation, Evidence, KernelWeights } from '../augment';
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

/** Whether the second view is made from what the backbone saw in the raw one. */
export const isAdaptive = ({ kind }: ViewConfig): boolean => kind !== 'none' && kind !== 'random';

/** Whether the saliency has weights of its own, which learn through the mask. */
export const learnsSaliency = (view: ViewConfig): boolean => isAdaptive(view) && view.saliency === 'kernel';

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

/**
 * The second view, or undefined where the config has none: adaptive (SSDP) or a second ordinary augmentation.
 *
 * Nothing of it is on the tape, but for the path from the weights of a learnt saliency through the mask to the view's pixels.
 *
 * @param weights of the learnt saliency, where the config has one
 */
export function secondView(
  source: Tensor4D,
  plan: StepPlan,
  { raw, weights }: { readonly raw: Features; readonly weights?: KernelWeights | undefined },
  { view, input }: Config,
): Tensor4D | undefined {
  if (view.kind === 'none') return undefined;
  if (view.kind === 'random') return offTape(() => rawView(source, plan.second, input.imageSize));
  const make = (): Tensor4D =>
    tf.tidy(() => {
      const spot = spotlight(evidenceOf(raw, view), view, tf.tensor1d(plan.theta), weights);
      const gains = tf.tensor1d(plan.second.gains);
      const frame = { boxes: boxTensor(plan.raw.boxes), gains, tiles: plan.tiles, size: input.imageSize };
      return adaptiveView(source, spot, frame, view);
    });
  return learnsSaliency(view) ? make() : offTape(make);
}
