/** SSDP again, in slow float64 loops straight from its equations. One image at a time. */
import { logSoftmax, rowsOf } from './reference';
import type { Matrix } from './reference';

/** [h][w][c] */
export type Volume = readonly Matrix[];

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Rows of rows: [h * w * c] numbers as [h][w][c]. */
export function volumeOf(values: ArrayLike<number>, w: number, c: number): number[][][] {
  return rowsOf(values, w * c).map((row) => rowsOf(row, c));
}

/** (A - min A) / (max A - min A); 0 for a constant map. */
export function scaleToUnit(map: Matrix): number[][] {
  const flat = map.flat();
  const [low, high] = [Math.min(...flat), Math.max(...flat)];
  return map.map((row) => row.map((a) => (high === low ? 0 : (a - low) / (high - low))));
}

/** Channel mean of relu(F). */
export const activity = (map: Volume): number[][] =>
  map.map((row) => row.map((channels) => mean(channels.map((f) => Math.max(f, 0)))));

/** The mean of matrices, entry by entry. */
const meanOf = (matrices: readonly Matrix[]): number[][] =>
  matrices[0]!.map((row, i) => row.map((_, j) => mean(matrices.map((one) => one[i]![j]!))));

/** Row 0 of a matrix of tokens over the patches, as [h][w]. */
const patches = (tokens: Matrix, w: number): number[][] => rowsOf(tokens[0]!.slice(1), w);

/** Mean over heads of the class token's row over the patches, scaled; attention is [heads][tokens][tokens]. */
export const attentionSaliency = (attention: readonly Matrix[], w: number): number[][] =>
  scaleToUnit(patches(meanOf(attention), w));

/** Row 0 of R_B ... R_1 over the patches, R_b = (mean over heads + I) / 2 with rows of sum 1, scaled; blocks of [heads][tokens][tokens]. */
export function rolloutSaliency(blocks: readonly (readonly Matrix[])[], w: number): number[][] {
  const product = (a: Matrix, b: Matrix): number[][] =>
    a.map((row) => b[0]!.map((_, j) => sum(row.map((x, k) => x * b[k]![j]!))));
  const rolled = blocks.map((heads) =>
    meanOf(heads).map((row, i) => {
      const half = row.map((a, j) => 0.5 * a + (i === j ? 0.5 : 0));
      return half.map((a) => a / sum(half));
    }),
  );
  return scaleToUnit(
    patches(
      rolled.slice(1).reduce<Matrix>((before, one) => product(one, before), rolled[0]!),
      w,
    ),
  );
}

/** Kernels row-major in tfjs' layouts: compress [1, 1, c, d], taps [3, 3, d, k * k]. */
export interface KernelValues {
  readonly compress: ArrayLike<number>;
  readonly compressBias: ArrayLike<number>;
  readonly taps: ArrayLike<number>;
  readonly tapsBias: ArrayLike<number>;
}

/** K_l = softmax(conv3x3(conv1x1(F))_l); A_l = sum over the k x k neighbours of K_l,n s_(l + n); scaled. What lies beyond the edge is 0. */
export function kernelSaliency(map: Volume, { compress, compressBias, taps, tapsBias }: KernelValues): number[][] {
  const [h, w, d, count] = [map.length, map[0]!.length, compressBias.length, tapsBias.length];
  const k = Math.sqrt(count);
  const strength = activity(map);
  const inside = (y: number, x: number): boolean => y >= 0 && y < h && x >= 0 && x < w;
  const compressed = map.map((row) =>
    row.map((f) => range(d).map((o) => compressBias[o]! + sum(f.map((value, c) => value * compress[c * d + o]!)))),
  );
  const logit = (y: number, x: number, tap: number): number => {
    let total = tapsBias[tap]!;
    for (let i = 0; i < 9; i++) {
      const [yy, xx] = [y + Math.floor(i / 3) - 1, x + (i % 3) - 1];
      if (!inside(yy, xx)) continue;
      compressed[yy]![xx]!.forEach((g, o) => (total += g * taps[(i * d + o) * count + tap]!));
    }
    return total;
  };
  const reach = (k - 1) / 2;
  const at = (y: number, x: number): number => {
    const weights = logSoftmax(range(count).map((tap) => logit(y, x, tap))).map(Math.exp);
    return sum(
      weights.map((weight, tap) => {
        const [yy, xx] = [y + Math.floor(tap / k) - reach, x + (tap % k) - reach];
        return inside(yy, xx) ? weight * strength[yy]![xx]! : 0;
      }),
    );
  };
  return scaleToUnit(map.map((row, y) => row.map((_, x) => at(y, x))));
}

/** 1 for the `count` highest cells; of equal ones the first, row by row. */
export function topMask(saliency: Matrix, count: number): number[][] {
  const flat = saliency.flat();
  const order = range(flat.length).sort((a, b) => flat[b]! - flat[a]! || a - b);
  const top = new Set(order.slice(0, count));
  return rowsOf(
    flat.map((_, i) => (top.has(i) ? 1 : 0)),
    saliency[0]!.length,
  );
}

/** Bilinear with half-pixel centres. */
export function resizeMap(map: Matrix, height: number, width: number): number[][] {
  const clamp = (i: number, n: number): number => Math.min(Math.max(i, 0), n - 1);
  const along = (values: readonly number[], to: number): number[] =>
    range(to).map((i) => {
      const at = ((i + 0.5) * values.length) / to - 0.5;
      const [low, part] = [Math.floor(at), at - Math.floor(at)];
      return (1 - part) * values[clamp(low, values.length)]! + part * values[clamp(low + 1, values.length)]!;
    });
  const wide = map.map((row) => along(row, width));
  const columns = range(width).map((x) => along(wide.map((row) => row[x]!), height)); // prettier-ignore
  return range(height).map((y) => columns.map((column) => column[y]!));
}

/** A box cut out and resized: `size` samples a side from corner to corner of the box, bilinear between pixels; mirrored where x1 > x2. */
export function cutView(image: Volume, [y1, x1, y2, x2]: readonly number[], size: number): number[][][] {
  const [h, w] = [image.length, image[0]!.length];
  const places = (from: number, to: number, pixels: number): number[] =>
    range(size).map((i) => (from + ((to - from) * i) / (size - 1)) * (pixels - 1));
  const sample = (y: number, x: number): number[] => {
    const [top, left] = [Math.min(Math.floor(y), h - 2), Math.min(Math.floor(x), w - 2)];
    const [dy, dx] = [y - top, x - left];
    return image[top]![left]!.map((value, c) => {
      const [right, below] = [image[top]![left + 1]![c]!, image[top + 1]![left]![c]!];
      const upper = (1 - dx) * value + dx * right;
      return (1 - dy) * upper + dy * ((1 - dx) * below + dx * image[top + 1]![left + 1]![c]!);
    });
  };
  return places(y1!, y2!, h).map((y) => places(x1!, x2!, w).map((x) => sample(y, x)));
}

/** Mean of each 2 x 2 pixels. */
export function halve(image: Volume): number[][][] {
  return range(image.length / 2).map((y) =>
    range(image[0]!.length / 2).map((x) =>
      image[0]![0]!.map((_, c) => mean([0, 1, 2, 3].map((i) => image[2 * y + (i >> 1)]![2 * x + (i & 1)]![c]!))),
    ),
  );
}
