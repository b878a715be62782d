import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { knnAccuracy } from '../metrics';
import { principalPlane, randomPlane } from './plane';
import { voteAccuracy } from './vote';

/** n rows of independent normal numbers. */
function normals(n: number, size: number, seed: number): Float64Array {
  const rng = createRng(seed, 'rows');
  return Float64Array.from({ length: n * size }, () => rng.normal());
}

describe('principalPlane', () => {
  it('keeps the two axes that the rows spread along, scaled to 10', () => {
    const [n, size] = [60, 5];
    // A wave and its quarter turn, which do not correlate, and a little noise.
    const turn = (at: number): number => (2 * Math.PI * Math.floor(at / size)) / n;
    const wave = (at: number): number => [0, 5 * Math.sin(turn(at)), 0, 2 * Math.cos(turn(at)), 0][at % size]!;
    const values = normals(n, size, 1).map((v, at) => 0.01 * v + wave(at));
    const plane = principalPlane({ values, size });
    const column = (from: ArrayLike<number>, width: number, c: number) => Array.from({ length: n }, (_, i) => from[i * width + c]!); // prettier-ignore
    const correlation = (a: number[], b: number[]): number => {
      const [ma, mb] = [a, b].map((v) => v.reduce((x, y) => x + y, 0) / n) as [number, number];
      const sum = (f: (i: number) => number) => a.reduce((total, _, i) => total + f(i), 0);
      return sum((i) => (a[i]! - ma) * (b[i]! - mb)) / Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2)); // prettier-ignore
    };
    expect(Math.abs(correlation(column(plane, 2, 0), column(values, size, 1)))).toBeGreaterThan(0.98);
    expect(Math.abs(correlation(column(plane, 2, 1), column(values, size, 3)))).toBeGreaterThan(0.98);
    expect(Math.max(...plane.map(Math.abs))).toBeCloseTo(10, 2);
  });
});

describe('randomPlane', () => {
  it('is linear, and its own for each seed', () => {
    const [a, b] = [normals(1, 7, 2), normals(1, 7, 3)];
    const sum = a.map((v, d) => v + b[d]!);
    const [pa, pb, ps] = [a, b, sum].map((values) => randomPlane({ values, size: 7 }));
    ps!.forEach((v, c) => expect(v).toBeCloseTo(pa![c]! + pb![c]!, 5));
    expect(randomPlane({ values: a, size: 7 }, 2)).not.toEqual(pa);
  });

  it('refuses rows that are not finite', () => {
    expect(() => randomPlane({ values: new Float64Array([1, NaN]), size: 2 })).toThrow(/row 0 holds NaN/);
    expect(() => principalPlane({ values: new Float64Array([1, 2, 3]), size: 2 })).toThrow(/not rows of 2/);
  });
});

describe('voteAccuracy', () => {
  it('is knnAccuracy under cosine', () => {
    const [n, m, size] = [40, 30, 6];
    const labels = (count: number) => Array.from({ length: count }, (_, i) => i % 4);
    const [queries, gallery] = [normals(n, size, 4), normals(m, size, 5)];
    for (const k of [1, 3, 5])
      expect(
        voteAccuracy({ values: queries, size, labels: labels(n) }, { values: gallery, size, labels: labels(m) }, { k, metric: 'cosine' }), // prettier-ignore
      ).toBe(
        knnAccuracy({ values: queries, labels: labels(n), dim: size }, k, { values: gallery, labels: labels(m), dim: size }), // prettier-ignore
      );
  });

  it('gives a tie to the nearer class, by hand in the plane', () => {
    const gallery = { values: new Float64Array([1, 0, 2, 0, 0, 3]), size: 2, labels: [7, 8, 8] };
    const query = (label: number) => ({ values: new Float64Array([0, 0]), size: 2, labels: [label] });
    expect(voteAccuracy(query(7), gallery, { k: 2, metric: 'euclidean' })).toBe(1);
    expect(voteAccuracy(query(8), gallery, { k: 3, metric: 'euclidean' })).toBe(1);
  });

  it('refuses labels that do not fit', () => {
    const rows = { values: new Float64Array([1, 0, 2, 0]), size: 2, labels: [0] };
    expect(() => voteAccuracy(rows, rows, { k: 1, metric: 'euclidean' })).toThrow(/2 queries with 1 labels/);
  });
});
