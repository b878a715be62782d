import { describe, expect, it } from 'vitest';
import { bell, below, between, shuffled, stream, subSeed } from './rng';

const take = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

describe('seeded randomness', () => {
  it('gives the same stream for the same seed and purpose, another for another', () => {
    expect(take(5, stream(1, 'pose'))).toEqual(take(5, stream(1, 'pose')));
    expect(take(5, stream(1, 'pose'))).not.toEqual(take(5, stream(2, 'pose')));
    expect(take(5, stream(1, 'pose'))).not.toEqual(take(5, stream(1, 'light')));
    expect(subSeed(1, 'a', 2)).not.toBe(subSeed(1, 2, 'a'));
  });

  it('pins the first draws, which may never change', () => {
    expect(take(4, stream(1, 'pinned')).map((x) => x * 4294967296)).toMatchInlineSnapshot(`
      [
        2469297291,
        857042130,
        811682855,
        3001232296,
      ]
    `);
  });

  it('is uniform, and bell is standardised', () => {
    const rng = stream(7, 'moments');
    const values = take(20_000, rng);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const bells = take(20_000, () => bell(rng));
    const second = bells.reduce((a, b) => a + b * b, 0) / bells.length;
    expect(Math.abs(second - 1)).toBeLessThan(0.03);
  });

  it('draws within the asked range', () => {
    const rng = stream(3, 'range');
    for (let i = 0; i < 500; i++) {
      expect(below(rng, 6)).toBeLessThan(6);
      const x = between(rng, -2, 3);
      expect(x >= -2 && x < 3).toBe(true);
    }
    expect([...shuffled(rng, [1, 2, 3, 4])].sort()).toEqual([1, 2, 3, 4]);
  });
});
