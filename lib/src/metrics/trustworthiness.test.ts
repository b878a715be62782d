import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import fixture from '../testing/fixtures/maps.json';
import { euclidean, rowsOf } from '../testing/reference-map';
import { trustworthiness } from './trustworthiness';

const { rows, coordinates, values } = fixture.trust;
const mapped = { rows, size: fixture.size, coordinates };

/** The definition, with every row sorted. */
function slow(given: typeof mapped, k: number): number {
  const [high, low] = [rowsOf(given.rows, given.size), rowsOf(given.coordinates, 2)];
  const n = high.length;
  const ranking = (points: number[][], i: number): number[] =>
    points
      .map((point, j) => ({ j, d: euclidean(point, points[i]!) }))
      .filter(({ j }) => j !== i)
      .sort((a, b) => a.d - b.d || a.j - b.j)
      .map(({ j }) => j);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const ranks = ranking(high, i);
    for (const j of ranking(low, i).slice(0, k)) sum += Math.max(0, ranks.indexOf(j) + 1 - k);
  }
  return 1 - (2 * sum) / (n * k * (2 * n - 3 * k - 1));
}

describe('trustworthiness', () => {
  it.each(values)("is scikit-learn's at k = %d", (k, expected) => {
    expect(trustworthiness(mapped, k!)).toBeCloseTo(expected!, 12);
  });

  it('is the definition for an odd number of rows with equal distances', () => {
    const rng = createRng(1);
    const whole = (n: number, most: number): number[] => Array.from({ length: n }, () => rng.int(most));
    const odd = { rows: whole(63 * 3, 4), size: 3, coordinates: whole(63 * 2, 6) };
    for (const k of [1, 4, 31]) expect(trustworthiness(odd, k)).toBeCloseTo(slow(odd, k), 12);
  });

  it('is 1 for a map that is the rows themselves, and less for a shuffled one', () => {
    const same = { rows: coordinates, size: 2, coordinates };
    expect(trustworthiness(same, 5)).toBe(1);
    const turned = rowsOf(coordinates, 2).reverse().flat();
    expect(trustworthiness({ ...same, coordinates: turned }, 5)).toBeLessThan(0.8);
  });

  it('takes distances from outside, in any measure of the same order', () => {
    const all = rowsOf(rows, fixture.size);
    const plain = (from: number, to: number): number[] =>
      all.slice(from, to).flatMap((row) => all.map((other) => euclidean(row, other)));
    expect(trustworthiness(mapped, 5, plain)).toBeCloseTo(trustworthiness(mapped, 5), 12);
  });

  it('refuses what it cannot measure', () => {
    expect(() => trustworthiness(mapped, 20)).toThrow('below half the 40 rows');
    expect(() => trustworthiness({ ...mapped, size: 5 }, 3)).toThrow('240 numbers are not rows of 5');
    expect(() => trustworthiness({ ...mapped, coordinates: coordinates.map(() => NaN) }, 3)).toThrow(
      'coordinates hold NaN',
    );
  });
});
