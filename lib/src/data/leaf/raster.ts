import { clamp } from './exact';

/** Small drawing primitives on square single-channel maps (row-major, size * size values). */

/** Corners of a closed polygon: x0, y0, x1, y1, ... in pixels. */
export type Polygon = readonly number[];

/** A stroke from (x0, y0) with radius r0 to (x1, y1) with radius r1, in pixels. A disc is a stroke of length 0. */
export interface Capsule {
  readonly x0: number;
  readonly y0: number;
  readonly r0: number;
  readonly x1: number;
  readonly y1: number;
  readonly r1: number;
}

/** A disc as a stroke. */
export function disc(x: number, y: number, radius: number): Capsule {
  return { x0: x, y0: y, r0: radius, x1: x, y1: y, r1: radius };
}

// Adds the signed area to the right of one edge within row y (exact area coverage, as font rasterisers do).
function addRow(sums: Float32Array, row: number, size: number, span: readonly [number, number, number]): void {
  const [xa, xb, dy] = span;
  const left = clamp(Math.min(xa, xb), 0, size - 1);
  const right = clamp(Math.max(xa, xb), 0, size - 1);
  const first = Math.floor(left);
  const last = Math.floor(right);
  if (first === last) {
    const middle = (left + right) / 2 - first;
    sums[row + first]! += dy * (1 - middle);
    sums[row + first + 1]! += dy * middle;
    return;
  }
  const slope = dy / (right - left);
  let before = 0;
  for (let x = first; x <= last; x++) {
    const from = Math.max(left, x);
    const to = Math.min(right, x + 1);
    const part = (to - from) * slope;
    const covered = part * (x + 1 - (from + to) / 2);
    sums[row + x]! += covered + before;
    before = part - covered;
  }
  sums[row + last + 1]! += before;
}

function accumulate(sums: Float32Array, width: number, size: number): Float32Array {
  const out = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    let sum = 0;
    for (let x = 0; x < size; x++) {
      sum += sums[y * width + x]!;
      out[y * size + x] = Math.min(1, Math.abs(sum));
    }
  }
  return out;
}

/** Exact area coverage (0..1) of a simple polygon on a size x size map. */
export function fillPolygon(polygon: Polygon, size: number): Float32Array {
  const width = size + 2;
  const sums = new Float32Array(width * size);
  const n = polygon.length / 2;
  for (let i = 0; i < n; i++) {
    const j = i + 1 === n ? 0 : i + 1;
    const down = polygon[2 * i + 1]! < polygon[2 * j + 1]!;
    const [a, b] = down ? [i, j] : [j, i];
    const x0 = polygon[2 * a]!;
    const y0 = polygon[2 * a + 1]!;
    const y1 = polygon[2 * b + 1]!;
    if (y0 === y1) continue;
    const slope = (polygon[2 * b]! - x0) / (y1 - y0);
    for (let y = Math.max(0, Math.floor(y0)); y < Math.min(size, y1); y++) {
      const top = Math.max(y, y0);
      const bottom = Math.min(y + 1, y1);
      const height = (bottom - top) * (down ? 1 : -1);
      addRow(sums, y * width, size, [x0 + (top - y0) * slope, x0 + (bottom - y0) * slope, height]);
    }
  }
  return accumulate(sums, width, size);
}

/** Draws a stroke into a map, keeping the larger value; its edge fades over `soft` pixels outside the radius. */
export function stamp(map: Float32Array, size: number, stroke: Capsule, { value = 1, soft = 1 } = {}): void {
  const { x0, y0, r0, x1, y1, r1 } = stroke;
  const reach = Math.max(r0, r1) + soft;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const inverse = 1 / Math.max(1e-9, dx * dx + dy * dy);
  const right = Math.min(size - 1, Math.ceil(Math.max(x0, x1) + reach));
  const bottom = Math.min(size - 1, Math.ceil(Math.max(y0, y1) + reach));
  for (let y = Math.max(0, Math.floor(Math.min(y0, y1) - reach)); y <= bottom; y++) {
    for (let x = Math.max(0, Math.floor(Math.min(x0, x1) - reach)); x <= right; x++) {
      const px = x + 0.5 - x0;
      const py = y + 0.5 - y0;
      const t = clamp((px * dx + py * dy) * inverse, 0, 1);
      const ex = px - t * dx;
      const ey = py - t * dy;
      const distance = Math.sqrt(ex * ex + ey * ey) - (r0 + (r1 - r0) * t);
      const drawn = value * clamp(1 - distance / soft, 0, 1);
      if (drawn > map[y * size + x]!) map[y * size + x] = drawn;
    }
  }
}

/** Distance in pixels from each covered pixel to the outside (two-pass chamfer; about 4 % exact), 0 outside. */
export function insideDistance(coverage: Float32Array, size: number): Float32Array {
  const out = new Float32Array(size * size);
  const diagonal = Math.SQRT2;
  for (let i = 0; i < out.length; i++) out[i] = coverage[i]! > 0.5 ? 1e6 : 0;
  const relax = (at: number, side: number, up: number): void => {
    const straight = Math.min(out[at + side]!, out[at + up]!) + 1;
    const slant = Math.min(out[at + up - 1]!, out[at + up + 1]!) + diagonal;
    const best = Math.min(straight, slant);
    if (best < out[at]!) out[at] = best;
  };
  for (let y = 1; y < size - 1; y++) for (let x = 1; x < size - 1; x++) relax(y * size + x, -1, -size);
  for (let y = size - 2; y > 0; y--) for (let x = size - 2; x > 0; x--) relax(y * size + x, 1, size);
  for (let i = 0; i < size; i++) out[i] = out[out.length - 1 - i] = out[i * size] = out[i * size + size - 1] = 0;
  return out;
}

/** Box blur of the given radius, `passes` times (three come close to a Gaussian). Returns a new map. */
export function blurred(map: Float32Array, size: number, radius: number, passes = 2): Float32Array {
  let current = map;
  for (let pass = 0; pass < 2 * passes; pass++) {
    const next = new Float32Array(map.length);
    const [along, across] = pass % 2 === 0 ? [1, size] : [size, 1];
    for (let line = 0; line < size; line++) boxLine(current, next, { start: line * across, along, size, radius });
    current = next;
  }
  return current;
}

interface Line {
  readonly start: number;
  readonly along: number;
  readonly size: number;
  readonly radius: number;
}

function boxLine(from: Float32Array, to: Float32Array, { start, along, size, radius }: Line): void {
  const weight = 1 / (2 * radius + 1);
  const last = size - 1;
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += from[start + along * clamp(i, 0, last)]!;
  for (let i = 0; i < size; i++) {
    to[start + along * i] = sum * weight;
    sum += from[start + along * Math.min(last, i + radius + 1)]! - from[start + along * Math.max(0, i - radius)]!;
  }
}

/** Bilinear look-up at (x, y) in pixel units (pixel centres at .5); 0 outside the map. */
export function sample(map: Float32Array, size: number, x: number, y: number): number {
  const gx = x - 0.5;
  const gy = y - 0.5;
  const ix = Math.floor(gx);
  const iy = Math.floor(gy);
  if (ix < 0 || iy < 0 || ix >= size - 1 || iy >= size - 1) return 0;
  const fx = gx - ix;
  const at = iy * size + ix;
  const top = map[at]! + (map[at + 1]! - map[at]!) * fx;
  const bottom = map[at + size]! + (map[at + size + 1]! - map[at + size]!) * fx;
  return top + (bottom - top) * (gy - iy);
}
