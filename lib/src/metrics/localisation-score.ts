/** Everything that is asked of a saliency, its mask and its box on one image, beside the same of a look that is blind. */
import { checkPaired, type Numbers } from './accuracy';
import { centreScores, randomScores, type LocalisationAreas, type LocalisationScores } from './chance';
import { boxIou, energyInside, INSIDE, iou, pointingGame, type Box } from './localisation';
import type { Truth } from './truth';

/** What SSDP makes of one image, at the size of the truth. */
export interface LocalisationLook {
  /** A, [h * w], not negative. */
  readonly saliency: Numbers;
  /** M, [h * w]; inside from 0.5 on. */
  readonly mask: Numbers;
  /** Its box in pixels. */
  readonly box: Box;
}

export interface LocalisationOnImage {
  readonly found: LocalisationScores;
  /** The same areas, in the middle of the image. */
  readonly centre: LocalisationScores;
  /** The same areas, at a random place. */
  readonly random: LocalisationScores;
  readonly areas: LocalisationAreas;
}

/**
 * Scores one image, and the blind looks of the same areas on it.
 *
 * A saliency that is 0 everywhere has no energy to share out; it scores what a flat map does, the truth's area.
 * Errors: RangeError where saliency or mask have another size than the truth, or the saliency is negative or NaN.
 */
export function scoreLocalisation({ saliency, mask, box }: LocalisationLook, truth: Truth): LocalisationOnImage {
  checkPaired(saliency, truth.mask, 'scoreLocalisation');
  const pixels = truth.size[0] * truth.size[1];
  let marked = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i]! >= INSIDE) marked++;
  const areas = { mask: marked / pixels, box: (box.height * box.width) / pixels };
  return {
    found: {
      pointing: pointingGame(saliency, truth.mask),
      mask: iou(mask, truth.mask),
      box: boxIou(box, truth.box),
      energy: energyInside(saliency, truth.mask) ?? truth.share,
    },
    centre: centreScores(saliency, areas, truth),
    random: randomScores(areas, truth),
    areas,
  };
}
