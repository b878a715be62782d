/** Lattice noise, fast and exact: integer hashes and polynomials only. */

/** A scalar field over the plane. */
export type Field = (x: number, y: number) => number;

function hash(ix: number, iy: number, seed: number): number {
  let h = Math.imul(ix, 0x27d4eb2d) ^ Math.imul(iy, 0x165667b1) ^ seed;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Value noise in [-1, 1] with a lattice of spacing 1. */
export function valueNoise(seed: number): Field {
  return (x, y) => {
    const ix = Math.floor(x);
    const iy = Math.floor(y);
    const fx = x - ix;
    const fy = y - iy;
    const u = fx * fx * (3 - 2 * fx);
    const v = fy * fy * (3 - 2 * fy);
    const a = hash(ix, iy, seed);
    const b = hash(ix + 1, iy, seed);
    const c = hash(ix, iy + 1, seed);
    const d = hash(ix + 1, iy + 1, seed);
    const top = a + (b - a) * u;
    const bottom = c + (d - c) * u;
    return (top + (bottom - top) * v) * (2 / 4294967295) - 1;
  };
}

/** Several octaves of value noise, each half as strong and twice as fine; about [-1, 1]. */
export function fractalNoise(seed: number, octaves: number): Field {
  const layers = Array.from({ length: octaves }, (_, i) => valueNoise((seed + i * 0x3c6ef372) | 0));
  const total = layers.reduce((sum, _, i) => sum + 1 / (1 << i), 0);
  return (x, y) => {
    let sum = 0;
    let gain = 1;
    let zoom = 1;
    for (const layer of layers) {
      sum += gain * layer(x * zoom, y * zoom);
      gain *= 0.5;
      zoom *= 2;
    }
    return sum / total;
  };
}

/** Distance to the border of the nearest Voronoi cell (second minus first distance), cells of size about 1; 0 on borders. */
export function cellBorder(seed: number): Field {
  return (x, y) => {
    const ix = Math.floor(x);
    const iy = Math.floor(y);
    let first = 9;
    let second = 9;
    for (let j = -1; j <= 1; j++) {
      for (let i = -1; i <= 1; i++) {
        const h = hash(ix + i, iy + j, seed);
        const dx = ix + i + 0.1 + ((h & 0xffff) / 65536) * 0.8 - x;
        const dy = iy + j + 0.1 + ((h >>> 16) / 65536) * 0.8 - y;
        const d = dx * dx + dy * dy;
        if (d < first) {
          second = first;
          first = d;
        } else if (d < second) second = d;
      }
    }
    return Math.sqrt(second) - Math.sqrt(first);
  };
}

/** Fills a size x size map from a field sampled on a coarse lattice of `step` pixels, bilinear between: cheap soft noise. */
export function coarseMap(size: number, step: number, field: Field): Float32Array {
  const cells = Math.ceil(size / step) + 2;
  const grid = new Float32Array(cells * cells);
  for (let j = 0; j < cells; j++) for (let i = 0; i < cells; i++) grid[j * cells + i] = field(i * step, j * step);
  const out = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    const gy = Math.floor(y / step);
    const fy = y / step - gy;
    for (let x = 0; x < size; x++) {
      const gx = Math.floor(x / step);
      const fx = x / step - gx;
      const at = gy * cells + gx;
      const top = grid[at]! * (1 - fx) + grid[at + 1]! * fx;
      const bottom = grid[at + cells]! * (1 - fx) + grid[at + cells + 1]! * fx;
      out[y * size + x] = top * (1 - fy) + bottom * fy;
    }
  }
  return out;
}
