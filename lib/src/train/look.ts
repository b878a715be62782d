/** SSDP on whole images, unaugmented: one pass of the backbone, and from it the spotlights of any number of view configs. */
import * as tf from '../tf';
import type { Tensor4D } from '../tf';
import { noAugmentation, spotlight } from '../augment';
import type { Spotlight } from '../augment';
import { applyModel } from '../backbone';
import type { AttentionWanted, Features, Model } from '../backbone';
import { isAdaptive } from '../config';
import type { ViewConfig } from '../config';
import { configOf, kernelOf } from './source';
import type { ModelSource } from './source';
import { attentionWanted, evidenceOf, rawView } from './views';

/** A view config to follow, with the threshold of its `fraction` mask as a share of the maximum. */
export interface ViewToFollow {
  readonly view: ViewConfig;
  readonly theta: number;
}

export interface Look {
  /** The raw view, [n, size, size, 3]. */
  readonly raw: Tensor4D;
  /** What the backbone sees in it. */
  readonly seen: Features;
  /** One for each of the view configs, in their order. */
  readonly spots: readonly Spotlight[];
}

/** A config whose second view is not adaptive is shown the crop that its mask would give; one that reads the truth, what the activation finds. */
export const adaptiveOf = (view: ViewConfig): ViewConfig => ({
  ...view,
  ...(!isAdaptive(view) && { kind: 'crop' }),
  ...(view.saliency === 'truth' && { saliency: 'activation' }),
});

/** The least attention that serves all views: that of every block holds that of the last one. */
function attentionForAll(views: readonly ViewToFollow[]): AttentionWanted {
  const wanted = views.map(({ view }) => attentionWanted(view));
  return (['all', 'last'] as const).find((one) => wanted.includes(one)) ?? 'none';
}

/**
 * Follows whole images through SSDP. Borrow in, own out; synchronous.
 *
 * @param source of the model: its weights of a learnt saliency, where a view config asks for them
 * @param images [n, s, s, 3], RGB in [0, 255]
 * @param views adaptive ones
 */
export function lookAt(source: ModelSource, model: Model, images: Tensor4D, views: readonly ViewToFollow[]): Look {
  const n = images.shape[0];
  const look = (): Look => {
    const raw = rawView(images, noAugmentation(n), configOf(source).input.imageSize);
    const seen = applyModel(model, raw, { batchStatistics: false, attention: attentionForAll(views) });
    const spots = views.map(({ view, theta }) => {
      const evidence = evidenceOf(seen, view);
      const weights = view.saliency === 'kernel' ? kernelOf(source, evidence.map.shape[3]) : undefined;
      return spotlight(evidence, view, tf.fill([n], theta), weights);
    });
    return { raw, seen, spots };
  };
  return tf.tidy(() => look() as unknown as tf.TensorContainer) as unknown as Look;
}
