/**
 * SSDP, the instance level: an adaptive second view that spotlights what tells one subcategory from the next.
 *
 *   raw view -> features F -> saliency A -> mask M -> bounding box -> the same place, cut from the full-resolution source
 *
 * Stated by the sources: the augmented samples are adaptive. Reconstructed here: all the rest (see the notebook 03).
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '../tf';
import type { ViewConfig } from '../config';
import { composeBoxes } from './cut';
import { activationSaliency } from './saliency';
import { boundingBoxes, fractionMask, meanMask } from './mask';

export interface Spotlight {
  /** A on the grid of stride 8, [n, h, w] in [0, 1]. */
  readonly saliency: Tensor3D;
  /** M, [n, h, w] of 0 and 1. */
  readonly mask: Tensor3D;
  /** Boxes relative to the raw view, [n, 4]. */
  readonly boxes: Tensor2D;
}

/** Stride in pixels of the grid that masks are drawn on. */
const MASK_STRIDE = 8;

/** A coarse saliency, bilinearly on the grid of masks: at 96 px the 6 x 6 map of stride 16 becomes 12 x 12. */
function refine(saliency: Tensor3D, stride: number): Tensor3D {
  const [, h, w] = saliency.shape;
  const scale = stride / MASK_STRIDE;
  if (scale === 1) return saliency;
  const fine = tf.image.resizeBilinear(tf.expandDims(saliency, 3) as Tensor4D, [h * scale, w * scale], false, true);
  return tf.squeeze(fine, [3]);
}

/**
 * From features to the box that the second view shows.
 *
 * @param map F of the raw view at the stride that the config names, [n, h, w, c], detached
 * @param theta threshold of the `fraction` mask, [n]; the `mean` mask does not read it
 */
export function spotlight(map: Tensor4D, view: ViewConfig, theta: Tensor1D): Spotlight {
  return tf.tidy(() => {
    const saliency = refine(activationSaliency(map), view.saliencyStride);
    const mask = view.mask === 'mean' ? meanMask(saliency) : fractionMask(saliency, theta);
    return { saliency, mask, boxes: boundingBoxes(mask, view.margin) };
  });
}

/** Boxes of the adaptive view in the source, [n, 4]; `rawBoxes` [n, 4] cut the raw view from the source. */
export function adaptiveBoxes(map: Tensor4D, rawBoxes: Tensor2D, view: ViewConfig, theta: Tensor1D): Tensor2D {
  return tf.tidy(() => composeBoxes(rawBoxes, spotlight(map, view, theta).boxes));
}
