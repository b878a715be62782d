import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallestP, wilcoxonSignedRank } from './wilcoxon';

describe('wilcoxonSignedRank', () => {
  it('by hand: five seeds that all gain have 2 of the 32 signs, and no less is possible', () => {
    const found = wilcoxonSignedRank([5, 6, 7, 8, 9], [4, 4, 4, 4, 4]);
    expect(found).toEqual({ statistic: 15, p: 0.0625, n: 5, smallest: 0.0625 });
    expect([1, 2, 3, 6].map(smallestP)).toEqual([1, 0.5, 0.25, 0.03125]);
  });

  it('takes differences of equal accuracies for ties, whatever their last digit', () => {
    // 0.52 - 0.51 and 0.51 - 0.50 are not the same double.
    const near = wilcoxonSignedRank([0.52, 0.51, 0.5, 0.4], [0.51, 0.5, 0.51, 0.41]);
    expect(near).toEqual(wilcoxonSignedRank([52, 51, 50, 40], [51, 50, 51, 41]));
    expect(near.p).toBe(1);
  });

  it('does not change with the order, nor with the side but for its statistic, and stays in (0, 1]', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 60 }), (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const [found, back] = [wilcoxonSignedRank(a, b), wilcoxonSignedRank(b, a)];
        expect(back.p).toBeCloseTo(found.p, 12);
        expect(back.statistic + found.statistic).toBe((found.n * (found.n + 1)) / 2);
        expect(wilcoxonSignedRank([...a].reverse(), [...b].reverse()).p).toBeCloseTo(found.p, 12);
        expect(found.p).toBeGreaterThan(0);
        expect(found.p).toBeLessThanOrEqual(1);
        if (found.n <= 50) expect(found.p).toBeGreaterThanOrEqual(found.smallest * (1 - 1e-9));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('says nothing of differences that are all zero, and refuses what does not pair', () => {
    expect(wilcoxonSignedRank([1, 2], [1, 2])).toEqual({ statistic: 0, p: 1, n: 0, smallest: 1 });
    expect(() => wilcoxonSignedRank([1], [1, 2])).toThrow('1 against 2');
    expect(() => wilcoxonSignedRank([1, NaN], [1, 2])).toThrow('pair 1 is NaN and 2');
  });
});
