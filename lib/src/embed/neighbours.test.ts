import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { expectClose } from '../testing/close';
import { expectNoLeak } from '../testing/leak';
import { cosineDistance, euclidean, rowsOf, slowNeighbours } from '../testing/reference-map';
import { nearestAmong, nearestNeighbours } from './neighbours';
import { candidates, roundingOf } from './select';

/** n rows about a point at `offset` in every direction. */
function randomRows(n: number, size: number, offset = 0, seed = 1): Float32Array {
  const rng = createRng(seed, 'rows');
  return Float32Array.from({ length: n * size }, () => offset + rng.normal());
}

describe('nearestNeighbours', () => {
  it.each([
    ['euclidean', euclidean, 0],
    ['cosine', cosineDistance, 0],
    ['euclidean', euclidean, 3000],
  ] as const)('%s: is what slow loops find, in blocks of any size (%#)', (metric, distance, offset) => {
    const [n, size, k] = [61, 19, 7];
    const values = randomRows(n, size, offset);
    const expected = slowNeighbours(rowsOf(values, size), k, distance).flat();
    for (const blockSize of [1, 61 * 4, 1e6]) {
      const { indices, distances } = nearestNeighbours({ values, size }, { k, metric, blockSize });
      expect(Array.from(indices)).toEqual(expected.map(({ j }) => j));
      expectClose(
        distances,
        expected.map(({ d }) => d),
        { absolute: 1e-9, relative: 1e-6 },
      );
    }
  });

  it('keeps the row itself first and equal rows in the order of their numbers', () => {
    const values = Float32Array.from({ length: 12 }, (_, at) => (at < 10 ? 1000.1 : 1000.2));
    const { indices, distances } = nearestNeighbours({ values, size: 2 }, { k: 4 });
    expect(rowsOf(indices, 4)).toEqual([
      [0, 1, 2, 3],
      [1, 0, 2, 3],
      [2, 0, 1, 3],
      [3, 0, 1, 2],
      [4, 0, 1, 2],
      [5, 0, 1, 2],
    ]);
    expect(Array.from(distances.subarray(0, 4))).toEqual([0, 0, 0, 0]);
  });

  it('tells apart distances that float32 products cannot', () => {
    // |a|^2 is 1e10: in float32 its neighbours lie 1024 apart.
    const values = Float64Array.from([1e5, 0, 1e5 + 0.003, 0, 1e5 + 0.002, 0, 1e5 + 0.001, 0, -1e5, 0]);
    const { indices, distances } = nearestNeighbours({ values, size: 2 }, { k: 4 });
    expect(Array.from(indices.subarray(0, 4))).toEqual([0, 3, 2, 1]);
    expectClose(distances.subarray(0, 4), [0, 0.001, 0.002, 0.003], 1e-9);
  });

  it('holds for rows of small whole numbers, where many are equally far', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((size) =>
          fc.record({
            size: fc.constant(size),
            rows: fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: size, maxLength: size }), {
              minLength: 2,
              maxLength: 14,
            }),
            block: fc.integer({ min: 1, max: 60 }),
          }),
        ),
        ({ size, rows, block }) => {
          const k = Math.ceil(rows.length / 2);
          const values = Float32Array.from(rows.flat());
          const { indices } = nearestNeighbours({ values, size }, { k, blockSize: block });
          // Whole numbers: squares tell equal distances exactly, on both sides.
          const squared = (a: readonly number[], b: readonly number[]): number =>
            a.reduce((sum, v, d) => sum + (v - b[d]!) ** 2, 0);
          expect(Array.from(indices)).toEqual(
            slowNeighbours(rows, k, squared)
              .flat()
              .map(({ j }) => j),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves no tensor', () => {
    const values = randomRows(30, 5);
    expectNoLeak(() => nearestNeighbours({ values, size: 5 }, { k: 3, blockSize: 100 }));
    expectNoLeak(() => nearestAmong({ values, size: 5 }, { values, size: 5 }, { k: 3 }));
  });

  it('refuses what has no neighbours', () => {
    const values = Float32Array.from([1, 2, 3, 4]);
    expect(() => nearestNeighbours({ values, size: 3 }, { k: 1 })).toThrow('4 numbers are not rows of 3');
    expect(() => nearestNeighbours({ values, size: 2 }, { k: 3 })).toThrow('from 1 to 2');
    expect(() => nearestNeighbours({ values: Float32Array.from([1, NaN]), size: 1 }, { k: 1 })).toThrow(
      'row 1 holds NaN',
    );
    const zero = { values: Float32Array.from([1, 0, 0, 0]), size: 2 };
    expect(() => nearestNeighbours(zero, { k: 1, metric: 'cosine' })).toThrow('row 1 is all zeros');
    expect(() => nearestAmong({ values, size: 1 }, { values, size: 2 }, { k: 1 })).toThrow('rows of 1 among rows of 2');
  });
});

describe('nearestAmong', () => {
  it('looks up other rows, each by itself', () => {
    const targets = { values: randomRows(40, 6), size: 6 };
    const queries = { values: randomRows(9, 6, 0, 2), size: 6 };
    const { indices, distances } = nearestAmong(queries, targets, { k: 5 });
    rowsOf(queries.values, 6).forEach((query, i) => {
      const expected = rowsOf(targets.values, 6)
        .map((row, j) => ({ j, d: euclidean(query, row) }))
        .sort((a, b) => a.d - b.d)
        .slice(0, 5);
      expect(Array.from(indices.subarray(5 * i, 5 * i + 5))).toEqual(expected.map(({ j }) => j));
      expectClose(
        distances.subarray(5 * i, 5 * i + 5),
        expected.map(({ d }) => d),
        1e-6,
      );
    });
  });
});

describe('candidates', () => {
  it('keeps all that rounding can have put behind the k nearest', () => {
    const dots = Float32Array.from([0, -0.05, -0.09, -1]);
    const found = candidates(dots, new Float64Array(4), { k: 1, slack: 0.1, self: 3 });
    expect(Array.from(found.indices.subarray(0, found.count))).toEqual([0, 1, 2, 3]);
    const exact = candidates(dots, new Float64Array(4), { k: 1, slack: 0, self: -1 });
    expect(exact.count).toBe(1);
  });

  it('expects a GPU to round its factors', () => {
    expect(roundingOf(768, 'GPU')).toBeGreaterThan(roundingOf(768, 'CPU') + 2 ** -10);
  });
});
