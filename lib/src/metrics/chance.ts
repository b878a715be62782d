/**
 * What somebody scores who does not look at the image: a mask of the same area at a random place, and one in the middle.
 *
 * Both are boxes of the image's own shape (squares in a square image). Cells scattered at random would be too easy to beat: they meet
 * the truth in proportion to their area, never more, while a saliency and its mask hang together, and so does the truth. In the middle
 * is the stricter opponent: photographers centre what they show.
 */
import type { Numbers } from './accuracy';
import { boxIou, type Box, type MapSize } from './localisation';
import type { Truth } from './truth';

/** How well the truth is found on one image, each in 0..1. */
export interface LocalisationScores {
  /** The pointing game: the most salient pixel lies in the truth. */
  readonly pointing: number;
  /** Intersection over union of mask and truth. */
  readonly mask: number;
  /** Intersection over union of the mask's box and the truth's box. */
  readonly box: number;
  /** Share of the saliency inside the truth. */
  readonly energy: number;
}

/** Areas as shares of the image, in 0..1. */
export interface LocalisationAreas {
  readonly mask: number;
  readonly box: number;
}

/** Rows and columns of places of a random box: evenly spread from edge to edge, so no seed decides. */
const PLACES = 32;

/** A box of the image's shape and `share` of its area, at (y, x) in 0..1 of the places it can take: (1/2, 1/2) is the middle. */
export function placedBox(share: number, [height, width]: MapSize, y: number, x: number): Box {
  const side = Math.sqrt(share);
  const [tall, wide] = [side * height, side * width];
  return { top: y * (height - tall), left: x * (width - wide), height: tall, width: wide };
}

/** Intersection over union of a box, filled, and the truth itself. */
function filledIou(box: Box, { area, inside }: Truth): number {
  const both = inside(box);
  return both / (box.height * box.width + area - both);
}

/** A value's mean over the places of a box of some area. */
function overPlaces(share: number, size: MapSize, value: (box: Box) => number): number {
  let sum = 0;
  for (let i = 0; i < PLACES; i++)
    for (let j = 0; j < PLACES; j++) sum += value(placedBox(share, size, (i + 0.5) / PLACES, (j + 0.5) / PLACES));
  return sum / PLACES ** 2;
}

/**
 * Expected scores at random places.
 *
 *   mask = E_p iou(box of the mask's area at p, truth),   box = E_p iou(box of the box's area at p, truth's box),
 *   pointing = energy = |truth| / (h w)
 *
 * p is uniform over the places where the box lies within the image; the mean over 32 x 32 evenly spread ones stands for the expectation.
 */
export function randomScores({ mask, box }: LocalisationAreas, truth: Truth): LocalisationScores {
  const { size, share } = truth;
  return {
    pointing: share,
    energy: share,
    mask: overPlaces(mask, size, (placed) => filledIou(placed, truth)),
    box: overPlaces(box, size, (placed) => boxIou(placed, truth.box)),
  };
}

/**
 * Scores of looking at the middle.
 *
 *   mask, box: as `randomScores`, with the box in the middle;   pointing: the share of the middle pixels inside the truth;
 *   energy: that of the saliency's own values, the highest laid in the middle and the others around it in falling order
 *
 * So the opponent is as concentrated as the saliency is, and knows nothing of the image.
 *
 * @param saliency A, [h * w], not negative
 */
export function centreScores(saliency: Numbers, { mask, box }: LocalisationAreas, truth: Truth): LocalisationScores {
  const { all, inside } = truth.rings;
  const values = Float64Array.from(saliency).sort();
  let [next, total, found] = [values.length, 0, 0];
  all.forEach((pixels, ring) => {
    let sum = 0;
    for (let k = 0; k < pixels; k++) sum += values[--next]!;
    total += sum;
    found += (sum * inside[ring]!) / pixels;
  });
  return {
    pointing: inside[0]! / all[0]!,
    energy: total === 0 ? truth.share : found / total,
    mask: filledIou(placedBox(mask, truth.size, 0.5, 0.5), truth),
    box: boxIou(placedBox(box, truth.size, 0.5, 0.5), truth.box),
  };
}
