/** A ground-truth mask prepared for being compared with many saliencies, masks and boxes. */
import type { Numbers } from './accuracy';
import { INSIDE, maskBox, type Box, type MapSize } from './localisation';

/** Pixels of each ring around the middle (ring 0 holds the 1 to 4 middle pixels), and how many of them are inside the truth. */
interface Rings {
  readonly all: Int32Array;
  readonly inside: Int32Array;
}

/** Where a class really differs, row-major [h, w]. */
export interface Truth {
  readonly size: MapSize;
  readonly mask: Numbers;
  /** The smallest box around it. */
  readonly box: Box;
  /** Its pixels. */
  readonly area: number;
  /** Its area as a share of the map, in (0, 1]: what a flat map scores. */
  readonly share: number;
  /** Its area inside a box, in pixels; a pixel that the box's edge cuts counts by its part. */
  readonly inside: (box: Box) => number;
  readonly rings: Rings;
}

/** Pixels inside above and left of each corner of the pixel grid, [(h + 1) * (w + 1)]. */
function summedAreas(mask: Numbers, [height, width]: MapSize): Float64Array {
  const sums = new Float64Array((height + 1) * (width + 1));
  const row = width + 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const own = mask[y * width + x]! >= INSIDE ? 1 : 0;
      const at = (y + 1) * row + x + 1;
      sums[at] = own + sums[at - 1]! + sums[at - row]! - sums[at - row - 1]!;
    }
  return sums;
}

/** Area inside the mask above and left of a point. Within a pixel the mask is constant, so the sums are bilinear there: this is exact. */
function areaTo(sums: Float64Array, [height, width]: MapSize, y: number, x: number): number {
  const [cy, cx] = [Math.min(Math.max(y, 0), height), Math.min(Math.max(x, 0), width)];
  const [top, left] = [Math.min(Math.floor(cy), height - 1), Math.min(Math.floor(cx), width - 1)];
  const [dy, dx] = [cy - top, cx - left];
  const at = top * (width + 1) + left;
  const above = (1 - dx) * sums[at]! + dx * sums[at + 1]!;
  const below = (1 - dx) * sums[at + width + 1]! + dx * sums[at + width + 2]!;
  return (1 - dy) * above + dy * below;
}

/** The number of each pixel's ring, [h * w]: rings have the image's own shape. */
function ringsOf([height, width]: MapSize): Int32Array {
  const long = Math.max(height, width);
  const from = (at: number, length: number): number => (Math.abs(2 * at + 1 - length) * long) / length;
  return Int32Array.from({ length: height * width }, (_, i) =>
    Math.floor(Math.max(from(Math.floor(i / width), height), from(i % width, width)) / 2),
  );
}

function countRings(mask: Numbers, size: MapSize): Rings {
  const rings = ringsOf(size);
  const count = rings.reduce((most, ring) => Math.max(most, ring), 0) + 1;
  const [all, inside] = [new Int32Array(count), new Int32Array(count)];
  rings.forEach((ring, i) => {
    all[ring]!++;
    if (mask[i]! >= INSIDE) inside[ring]!++;
  });
  return { all, inside };
}

/**
 * Prepares a ground-truth mask [h * w]; undefined where it is empty: then nothing can be found.
 *
 * Errors: RangeError where the mask has another size.
 */
export function readTruth(mask: Numbers, size: MapSize): Truth | undefined {
  const box = maskBox(mask, size);
  if (!box) return undefined;
  const sums = summedAreas(mask, size);
  const area = sums[sums.length - 1]!;
  const to = (y: number, x: number): number => areaTo(sums, size, y, x);
  const inside = ({ top, left, height, width }: Box): number =>
    to(top + height, left + width) - to(top, left + width) - to(top + height, left) + to(top, left);
  return { size, mask, box, area, share: area / (size[0] * size[1]), inside, rings: countRings(mask, size) };
}
