/**
 * SSDP, the instance level: an adaptive second view that spotlights what tells one subcategory from the next.
 *
 *   raw view -> what the backbone saw in it -> saliency A -> mask M -> the second view (view.ts)
 *
 * Stated by the sources: the augmented samples are adaptive. Reconstructed here: all the rest (see the notebook 03).
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '../tf';
import type { ViewConfig } from '../config';
import { stopGradient } from '../core/gradient';
import { kernelSaliency } from './kernel';
import type { KernelWeights } from './kernel';
import { boundingBoxes, maskOf, wholeBoxes } from './mask';
import { resizeMap } from './resize';
import { activationSaliency, attentionSaliency, rolloutSaliency } from './saliency';
import type { Grid } from './saliency';

/** What the saliency is read from: the backbone's pass over the raw view. It steers the second view and gets no gradient from it. */
export interface Evidence {
  /** F at the stride that the config names, [n, h, w, c]. */
  readonly map: Tensor4D;
  /** A transformer's attention by block, [n, heads, 1 + h * w, 1 + h * w], class token first; the last one suffices for `attention`. */
  readonly attention: readonly Tensor4D[];
  /** The dataset's own mask of what tells the class, cut as the raw view is, on the grid of stride 8: [n, h, w] in [0, 1]. Read by `truth` alone. */
  readonly truth?: Tensor3D | undefined;
}

export interface Spotlight {
  /** A on the grid of stride 8, [n, h, w] in [0, 1]. */
  readonly saliency: Tensor3D;
  /** M on the same grid, [n, h, w]: of 0 and 1, or in [0, 1] where it is soft. */
  readonly mask: Tensor3D;
  /** Boxes relative to the raw view, [n, 4]; a soft mask has no edge, and its box is the whole view. */
  readonly boxes: Tensor2D;
}

/** Stride in pixels of the grid that masks are drawn on. */
const MASK_STRIDE = 8;

/** A coarse saliency, bilinearly on the grid of masks: at 96 px the 6 x 6 map of stride 16 becomes 12 x 12. */
function refine(saliency: Tensor3D, stride: number): Tensor3D {
  const [, h, w] = saliency.shape;
  const scale = stride / MASK_STRIDE;
  return resizeMap(saliency, [h * scale, w * scale]);
}

export const maskGrid = (imageSize: number): number => imageSize / MASK_STRIDE;

const gridOf = ({ map }: Evidence): Grid => [map.shape[1], map.shape[2]];

/** The saliency of each kind on the grid of the feature map. */
const SALIENCIES: Readonly<
  Record<ViewConfig['saliency'], (evidence: Evidence, weights: KernelWeights | undefined) => Tensor3D>
> = {
  activation: ({ map }) => activationSaliency(map),
  attention: (evidence) => {
    const last = evidence.attention.at(-1);
    if (last) return attentionSaliency(last, gridOf(evidence));
    throw new Error(
      'view.saliency "attention" reads the attention of the last block, but the pass gave none: ask it for "last"',
    );
  },
  rollout: (evidence) => {
    if (evidence.attention.length > 0) return rolloutSaliency(evidence.attention, gridOf(evidence));
    throw new Error(
      'view.saliency "rollout" reads the attention of every block, but the pass gave none: ask it for "all"',
    );
  },
  kernel: ({ map }, weights) => {
    if (weights) return kernelSaliency(map, weights);
    throw new Error('view.saliency "kernel" has weights of its own: give those of kernelParameters');
  },
  truth: ({ truth }) => {
    if (truth) return tf.clone(truth);
    throw new Error('view.saliency "truth" reads the masks of the training images: none were given');
  },
};

/**
 * The saliency that the config names, on the grid of stride 8.
 *
 * @param weights of `kernelParameters`, for the kind `kernel`; the only path that a gradient can take
 * @returns A, [n, h * stride / 8, w * stride / 8] in [0, 1]
 * @throws where the evidence lacks what the kind reads
 */
export function saliencyOf({ map, attention, truth }: Evidence, view: ViewConfig, weights?: KernelWeights): Tensor3D {
  return tf.tidy(() => {
    const detached = { map: stopGradient(map), attention: attention.map(stopGradient), truth };
    const saliency = SALIENCIES[view.saliency](detached, weights);
    // The truth is drawn on the grid of masks already.
    return view.saliency === 'truth' ? saliency : refine(saliency, view.saliencyStride);
  });
}

/**
 * From what the backbone saw to the place that the second view shows.
 *
 * @param theta threshold of the `fraction` mask, [n]; the other masks do not read it
 * @param weights of `kernelParameters`, for the saliency `kernel`
 */
export function spotlight(evidence: Evidence, view: ViewConfig, theta: Tensor1D, weights?: KernelWeights): Spotlight {
  return tf.tidy(() => {
    const saliency = saliencyOf(evidence, view, weights);
    const mask = maskOf(saliency, view, theta);
    const boxes = view.mask === 'soft' ? wholeBoxes(mask.shape[0]) : boundingBoxes(mask, view.margin);
    return { saliency, mask, boxes };
  });
}
