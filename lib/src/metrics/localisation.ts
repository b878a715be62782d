/** Does the saliency look at what it should? All maps and masks are row-major [h, w]. */
import { checkPaired, type Numbers } from './accuracy';

/** A box in pixels: rows top..top+height-1, columns left..left+width-1. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Height and width of a map, in pixels. */
export type MapSize = readonly [height: number, width: number];

/** A box given by its edges (y1, x1, y2, x2) as shares of a map's sides, in the map's pixels. */
export function pixelBox(shares: Numbers, [height, width]: MapSize): Box {
  const [top, left] = [shares[0]! * height, shares[1]! * width];
  return { top, left, height: shares[2]! * height - top, width: shares[3]! * width - left };
}

/** A mask counts a pixel as inside from this value on. */
export const INSIDE = 0.5;

/**
 * The pointing game: does the most salient pixel lie in the mask? 1 or 0; where several pixels share the maximum, the
 * share of them inside, so that a flat map earns the mask's area (chance) and not a lucky 1.
 *
 * `saliency` and `mask` are [h * w] and equally long; a mask value from 0.5 on is inside.
 * Errors: RangeError where the sizes differ, are 0, or the saliency holds a NaN.
 */
export function pointingGame(saliency: Numbers, mask: Numbers): number {
  checkPaired(saliency, mask, 'pointingGame');
  let top = -Infinity;
  let [maxima, inside] = [0, 0];
  for (let i = 0; i < saliency.length; i++) {
    const value = saliency[i]!;
    if (Number.isNaN(value)) throw new RangeError(`pointingGame: saliency ${i} is NaN`);
    if (value > top) [top, maxima, inside] = [value, 0, 0];
    if (value !== top) continue;
    maxima++;
    if (mask[i]! >= INSIDE) inside++;
  }
  return inside / maxima;
}

/**
 * The share of the (non-negative) saliency that falls inside the mask, in 0..1; null where the saliency is all zero.
 *
 * energy = sum_{i in mask} A_i / sum_i A_i. Compare it with the mask's area, which a flat map gets.
 * Errors: RangeError where the sizes differ or a saliency is negative or NaN.
 */
export function energyInside(saliency: Numbers, mask: Numbers): number | null {
  checkPaired(saliency, mask, 'energyInside');
  let [total, inside] = [0, 0];
  for (let i = 0; i < saliency.length; i++) {
    if (!(saliency[i]! >= 0)) throw new RangeError(`energyInside: saliency ${i} is ${saliency[i]}, it must be >= 0`);
    total += saliency[i]!;
    if (mask[i]! >= INSIDE) inside += saliency[i]!;
  }
  return total === 0 ? null : inside / total;
}

/** A box drawn as a mask [h * w] of zeros and ones; what lies outside the map is cut off. */
export function boxMask(box: Box, [height, width]: MapSize): Float32Array {
  const out = new Float32Array(height * width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (y >= box.top && y < box.top + box.height && x >= box.left && x < box.left + box.width) out[y * width + x] = 1;
  return out;
}

/** The smallest box around a mask's inside pixels; null where the mask is empty. Errors: RangeError where sizes differ. */
export function maskBox(mask: Numbers, [height, width]: MapSize): Box | null {
  if (mask.length !== height * width)
    throw new RangeError(`maskBox: ${mask.length} values are not ${height} x ${width}`);
  let [top, left, bottom, right] = [height, width, -1, -1];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i]! < INSIDE) continue;
    const [y, x] = [Math.floor(i / width), i % width];
    [top, left, bottom, right] = [Math.min(top, y), Math.min(left, x), Math.max(bottom, y), Math.max(right, x)];
  }
  return bottom < 0 ? null : { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/**
 * Intersection over union of two masks, in 0..1; two empty masks agree (1).
 *
 * iou = |A and B| / |A or B|. For a box give `boxMask(box, [h, w])`, or `iou(box, mask, [h, w])` which does so.
 * Errors: RangeError where the sizes differ, TypeError where a box comes without the size of the map.
 */
export function iou(a: Numbers | Box, mask: Numbers, size?: MapSize): number {
  if ('top' in a && !size) throw new TypeError('iou: a box needs the size of the map: iou(box, mask, [height, width])');
  const first = 'top' in a ? boxMask(a, size!) : a;
  checkPaired(first, mask, 'iou');
  let [both, either] = [0, 0];
  for (let i = 0; i < mask.length; i++) {
    const [p, q] = [first[i]! >= INSIDE, mask[i]! >= INSIDE];
    if (p && q) both++;
    if (p || q) either++;
  }
  return either === 0 ? 1 : both / either;
}

/**
 * Intersection over union of two boxes by their areas, in 0..1; sides need not be whole pixels. Two boxes without area agree (1).
 *
 * iou = |A and B| / |A or B|
 */
export function boxIou(a: Box, b: Box): number {
  const overlap = (from: number, long: number, other: number, otherLong: number): number =>
    Math.max(0, Math.min(from + long, other + otherLong) - Math.max(from, other));
  const both = overlap(a.top, a.height, b.top, b.height) * overlap(a.left, a.width, b.left, b.width);
  const either = a.height * a.width + b.height * b.width - both;
  return either === 0 ? 1 : both / either;
}
