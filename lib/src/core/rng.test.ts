import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from './rng';
import type { Rng } from './rng';

const draw = (rng: Rng, n: number): number[] => Array.from({ length: n }, () => rng.uniform());
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('createRng', () => {
  it('gives the same numbers for the same seed and names, today and on every machine', () => {
    expect(draw(createRng(7, 'a', 3), 20)).toEqual(draw(createRng(7, 'a', 3), 20));
    // Written down once: records of finished runs rely on them.
    expect(draw(createRng(1), 3)).toMatchInlineSnapshot(`
      [
        0.5967075658910321,
        0.2724897992370542,
        0.08065052089430003,
      ]
    `);
    expect(draw(createRng(1, 'step', 2, 3).fork('theta'), 2)).toMatchInlineSnapshot(`
      [
        0.8945276579538637,
        0.31511730543129335,
      ]
    `);
  });

  it('tells apart seeds, names, their order and their type', () => {
    const streams = [[], ['a'], ['b'], ['a', 'b'], ['b', 'a'], ['ab'], ['1'], [1], [1, 1], ['a', 'a']];
    const firsts = streams.flatMap((names) => [0, 1, 2].map((seed) => createRng(seed, ...names).uniform()));
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('forks without moving, equal to naming the stream at once', () => {
    const rng = createRng(5, 'x');
    const before = draw(createRng(5, 'x'), 4);
    const child = draw(rng.fork('y'), 4);
    expect(draw(rng, 4)).toEqual(before);
    expect(draw(rng.fork('y'), 4)).toEqual(child);
    expect(draw(createRng(5, 'x', 'y'), 4)).toEqual(child);
  });

  it('refuses what is no seed', () => {
    for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53])
      expect(() => createRng(seed)).toThrow(/seed .*expected an integer >= 0/);
  });
});

describe('draws', () => {
  it('fill [0, 1) evenly', () => {
    const values = draw(createRng(2), 20_000);
    expect(values.every((x) => x >= 0 && x < 1)).toBe(true);
    const bins = values.reduce((counts, x) => (counts[Math.floor(x * 10)]!++, counts), new Array<number>(10).fill(0));
    // Chi-squared with 9 degrees of freedom: 27.9 is passed once in a thousand seeds.
    expect(bins.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0)).toBeLessThan(27.9);
  });

  it('are normal: mean 0, variance 1, the right share beyond two deviations, no trend between neighbours', () => {
    const rng = createRng(3);
    const values = Array.from({ length: 20_000 }, () => rng.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.03);
    expect(Math.abs(mean(values.map((x) => x * x)) - 1)).toBeLessThan(0.05);
    expect(Math.abs(values.filter((x) => Math.abs(x) > 2).length / values.length - 0.0455)).toBeLessThan(0.006);
    expect(Math.abs(mean(values.slice(1).map((x, i) => x * values[i]!)))).toBeLessThan(0.03);
  });

  it('of integers reach every value below n and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1000), (n, seed) => {
        const rng = createRng(seed);
        const found = new Set(Array.from({ length: 400 }, () => rng.int(n)));
        expect([...found].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
      { numRuns: 30, seed: 1 },
    );
    for (const n of [0, -1, 1.5, NaN]) expect(() => createRng(1).int(n)).toThrow('expected a positive integer');
  });
});
