/** Learned positions of a transformer for another image side than they were learned at. */
import { shapeText, WeightsError } from './state-dict';
import type { RawTensor } from './state-dict';

/** Where each new cell of a line lies among the old ones, ends on ends: the cell before it and the share of the one behind. */
function places(from: number, to: number): readonly (readonly [number, number])[] {
  const spacing = to > 1 ? (from - 1) / (to - 1) : 0;
  return Array.from({ length: to }, (_, i) => {
    const at = Math.min(i * spacing, from - 1);
    const before = Math.min(Math.floor(at), Math.max(from - 2, 0));
    return [before, at - before] as const;
  });
}

/** [from, from, d] -> [to, to, d], bilinear with the corners aligned. */
function resizeGrid(grid: Float32Array, from: number, to: number, d: number): Float32Array {
  const line = places(from, to);
  const result = new Float32Array(to * to * d);
  const corner = (y: number, x: number, c: number): number =>
    grid[(Math.min(y, from - 1) * from + Math.min(x, from - 1)) * d + c]!;
  line.forEach(([y, down], row) =>
    line.forEach(([x, right], column) => {
      for (let c = 0; c < d; c++) {
        const upper = corner(y, x, c) * (1 - right) + corner(y, x + 1, c) * right;
        const lower = corner(y + 1, x, c) * (1 - right) + corner(y + 1, x + 1, c) * right;
        result[(row * to + column) * d + c] = upper * (1 - down) + lower * down;
      }
    }),
  );
  return result;
}

/**
 * Positions for a grid of `grid` x `grid` patches: the class token's own stays, the others are interpolated bilinearly with the corners
 * aligned, as `scipy.ndimage.zoom(order=1)` does it in the code that the public weights and TransFG come with.
 *
 * @param positions [1, 1 + old old, d], the class token first
 * @returns [1, 1 + grid grid, d]; the argument itself where the grid is the same
 * @throws WeightsError where the old positions are no class token and a square
 */
export function resizePositions(positions: RawTensor, grid: number): RawTensor {
  const [one, tokens, d] = positions.shape as [number, number, number];
  const old = Math.round(Math.sqrt(Math.max(tokens - 1, 0)));
  if (positions.shape.length !== 3 || one !== 1 || old < 1 || old * old !== tokens - 1) {
    throw new WeightsError(
      `positions ${shapeText(positions.shape)} are no class token and a square grid of patches, [1, 1 + g g, d]`,
    );
  }
  if (old === grid) return positions;
  const data = new Float32Array((1 + grid * grid) * d);
  data.set(positions.data.subarray(0, d));
  data.set(resizeGrid(positions.data.subarray(d), old, grid, d), d);
  return { shape: [1, 1 + grid * grid, d], data };
}
