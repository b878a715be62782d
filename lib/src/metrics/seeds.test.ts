import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { pooledDifference } from './groups';
import { halfWidth, pairedDifference, tInterval } from './interval';
import { seedsFor } from './seeds';

describe('halfWidth', () => {
  it('is that of the t interval', () => {
    const found = tInterval([0.51, 0.54, 0.49, 0.55, 0.52]);
    expect(halfWidth(found.sd!, 5)).toBeCloseTo(found.high! - found.mean, 14);
    expect(halfWidth(2, 5, 0.99)).toBeGreaterThan(halfWidth(2, 5));
    expect(() => halfWidth(1, 1)).toThrow('at least 2');
    expect(() => halfWidth(NaN, 5)).toThrow('standard deviation');
  });
});

describe('seedsFor', () => {
  it('is the first number of seeds at which the half-width is no larger than the effect', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        (s, d) => {
          const n = seedsFor({ spread: s, effect: d });
          expect(halfWidth(s, n)).toBeLessThanOrEqual(d);
          if (n > 2) expect(halfWidth(s, n - 1)).toBeGreaterThan(d);
        },
      ),
    );
  });

  it('gives the power that was asked for', () => {
    const rng = createRng(3);
    const shown = (n: number): number => {
      const times = 4000;
      let found = 0;
      for (let i = 0; i < times; i++) {
        const { low } = tInterval(Array.from({ length: n }, () => 1 + 2 * rng.normal()));
        if (low! > 0) found++;
      }
      return found / times;
    };
    // Four standard errors of a share of 4000 draws, and the step between two whole numbers of seeds.
    expect(shown(seedsFor({ spread: 2, effect: 1 }))).toBeCloseTo(0.5, 1);
    const n = seedsFor({ spread: 2, effect: 1, power: 0.8 });
    expect(shown(n)).toBeGreaterThan(0.77);
    expect(shown(n)).toBeLessThan(0.84);
  });

  it('says so where no number is enough, and refuses what is no question', () => {
    expect(seedsFor({ spread: 1, effect: 1e-6 })).toBe(Infinity);
    expect(seedsFor({ spread: 0, effect: 1 })).toBe(2);
    expect(() => seedsFor({ spread: 1, effect: 0 })).toThrow('larger than 0');
    expect(() => seedsFor({ spread: 1, effect: 1, power: 1 })).toThrow('between 0 and 1');
  });
});

describe('pooledDifference', () => {
  it('equals SciPy', () => {
    // r = scipy.stats.ttest_ind(a, b); r.pvalue, r.confidence_interval(.95)
    const a = [0.51, 0.54, 0.49, 0.55, 0.52];
    const b = [0.5, 0.51, 0.5, 0.52, 0.49];
    const found = pooledDifference(a, b);
    expect(found.mean).toBeCloseTo(0.018, 12);
    expect(found.p).toBeCloseTo(0.1666835894897916, 9);
    expect(found.low).toBeCloseTo(-0.009285008888051081, 10);
    expect(found.high).toBeCloseTo(0.04528500888805089, 10);
  });

  it('has the mean of the paired one, and more width where the seeds are shared', () => {
    const luck = [3, -8, 5, 0, -2];
    const a = luck.map((x, i) => x + 1 + 0.1 * i);
    const paired = pairedDifference(a, luck);
    const apart = pooledDifference(a, luck);
    expect(apart.mean).toBeCloseTo(paired.mean, 12);
    expect(apart.high! - apart.mean).toBeGreaterThan(10 * (paired.high! - paired.mean));
    expect(pooledDifference([1, 1], [1, 1]).p).toBe(1);
    expect(() => pooledDifference([1, 2], [1])).toThrow('the same number');
  });
});
