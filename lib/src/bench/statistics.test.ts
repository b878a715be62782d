import { median } from '../core/median';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankInterval, ratioOf } from './statistics';

describe('median', () => {
  it('is the middle, or the mean of the two middle ones', () => {
    expect([median([3]), median([5, 1, 3]), median([4, 1, 3, 2])]).toEqual([3, 3, 2.5]);
    expect(() => median([])).toThrow(/at least one/);
  });
});

describe('rankInterval', () => {
  /** The ranks of the tables for a confidence of at least 95 % (Conover, Practical Nonparametric Statistics). */
  it.each([
    [6, 1, 0.96875],
    [8, 1, 0.9921875],
    [9, 2, 0.9609375],
    [11, 2, 0.98828125],
    [12, 3, 0.96142578125],
    [20, 6, 0.9586105346679688],
  ])('of %i values is from the %i-th smallest to the largest but as many', (n, rank, confidence) => {
    const values = Array.from({ length: n }, (_, i) => ((i * 7) % n) + 1);
    const distinct = new Set(values).size === n ? values : values.map((_, i) => i + 1);
    const found = rankInterval(distinct);
    expect([found.low, found.high]).toEqual([rank, n + 1 - rank]);
    expect(found.confidence).toBeCloseTo(confidence, 12);
  });

  it('is the whole range with an honest confidence where values are few', () => {
    expect(rankInterval([2, 1, 3])).toEqual({ low: 1, high: 3, confidence: 0.75 });
    expect(rankInterval([5])).toEqual({ low: 5, high: 5, confidence: 0 });
  });

  it('holds the median', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (values) => {
          const { low, high } = rankInterval(values);
          expect(low).toBeLessThanOrEqual(median(values));
          expect(high).toBeGreaterThanOrEqual(median(values));
        },
      ),
    );
  });
});

describe('ratioOf', () => {
  it('is the ratio of medians, with the interval of what each round gives', () => {
    const ratio = ratioOf([2, 20, 4, 6, 8, 10], [1, 10, 2, 3, 4, 5]);
    expect(ratio).toEqual({ value: 2, low: 2, high: 2, confidence: 0.96875 });
    expect(() => ratioOf([1, 2], [1])).toThrow('2 rounds against 1');
  });
});
