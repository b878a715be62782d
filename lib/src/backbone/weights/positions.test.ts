import { describe, expect, it } from 'vitest';
import { expectClose } from '../../testing/close';
import { resizePositions } from './positions';
import { WeightsError } from './state-dict';
import type { RawTensor } from './state-dict';
import { at } from './testing';

/** Positions of width 1: the class token's, then the grid's. */
const line = (...values: number[]): RawTensor => ({ shape: [1, values.length, 1], data: Float32Array.from(values) });

describe('resizePositions', () => {
  it('puts corners on corners and the mean of neighbours between them, by hand: 2 x 2 to 3 x 3', () => {
    const found = resizePositions(line(7, 0, 2, 4, 10), 3);
    expect(found.shape).toEqual([1, 10, 1]);
    expect([...found.data]).toEqual([7, 0, 1, 2, 2, 4, 6, 4, 7, 10]);
  });

  it('makes a grid smaller: 3 x 3 to 2 x 2 keeps the corners', () => {
    expect([...resizePositions(line(7, 1, 2, 3, 4, 5, 6, 7, 8, 9), 2).data]).toEqual([7, 1, 3, 7, 9]);
  });

  it('interpolates at thirds, as scipy.ndimage.zoom does with order 1: 2 x 2 to 4 x 4', () => {
    const found = resizePositions(line(0, 0, 3, 6, 9), 4).data.subarray(1);
    expectClose(found, [0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9], { relative: 1e-6 });
  });

  it('does each column of the width for itself, and keeps a plane a plane for any two grids', () => {
    // Position (y, x) of a grid of n holds y / (n - 1), x / (n - 1) and 1.
    const plane = (n: number): RawTensor => {
      const cells = Array.from({ length: n * n }, (_, i) => [Math.floor(i / n) / (n - 1), (i % n) / (n - 1), 1]);
      return { shape: [1, 1 + n * n, 3], data: Float32Array.from([9, 8, 7, ...cells.flat()]) };
    };
    for (const [from, to] of [
      [14, 24],
      [14, 7],
      [2, 9],
      [5, 4],
    ] as const) {
      const found = resizePositions(plane(from), to);
      expect(found.shape).toEqual([1, 1 + to * to, 3]);
      expectClose(found.data, [...plane(to).data], { absolute: 1e-6 });
      expect([at(found, 0, 0, 0), at(found, 0, 0, 1), at(found, 0, 0, 2)]).toEqual([9, 8, 7]);
    }
  });

  it('knows what to do with a single cell', () => {
    expect([...resizePositions(line(7, 5), 2).data]).toEqual([7, 5, 5, 5, 5]);
    expect([...resizePositions(line(7, 1, 2, 3, 4), 1).data]).toEqual([7, 1]);
  });

  it('gives the argument back where the grid is the same', () => {
    const same = line(7, 1, 2, 3, 4);
    expect(resizePositions(same, 2)).toBe(same);
  });

  it.each([
    ['no square', line(1, 2, 3)],
    ['no class token', line(1, 2, 3, 4)],
    ['a class token alone', line(1)],
    ['nothing', { shape: [1, 0, 4], data: new Float32Array(0) }],
    ['another rank', { shape: [5, 1], data: new Float32Array(5) }],
  ])('refuses %s', (_name, positions) => {
    expect(() => resizePositions(positions, 3)).toThrow(WeightsError);
    expect(() => resizePositions(positions, 3)).toThrow(/no class token and a square grid/);
  });
});
