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
  /** A, [n, h, w] in [0, 1]. */
  readonly saliency: Tensor3D;
  /** M, [n, h, w] of 0 and 1. */
  readonly mask: Tensor3D;
  /** Boxes relative to the raw view, [n, 4]. */
  readonly boxes: Tensor2D;
}

/**
 * From features to the box that the second view shows.
 *
 * @param map F of the raw view at the stride that the config names, [n, h, w, c], detached
 * @param theta threshold of the `fraction` mask, [n]; the `mean` mask does not read it
 */
export function spotlight(map: Tensor4D, view: ViewConfig, theta: Tensor1D): Spotlight {
  return tf.tidy(() => {
    const saliency = activationSaliency(map);
    const mask = view.mask === 'mean' ? meanMask(saliency) : fractionMask(saliency, theta);
    return { saliency, mask, boxes: boundingBoxes(mask, view.margin) };
  });
}

/** Boxes of the adaptive view in the source, [n, 4]; `rawBoxes` [n, 4] cut the raw view from the source. */
export function adaptiveBoxes(map: Tensor4D, rawBoxes: Tensor2D, view: ViewConfig, theta: Tensor1D): Tensor2D {
  return tf.tidy(() => composeBoxes(rawBoxes, spotlight(map, view, theta).boxes));
}
