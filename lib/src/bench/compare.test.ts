import { describe, expect, it } from 'vitest';
import { gapOf, judge, relativeGap, SAME } from './compare';
import type { Prepared } from './protocol';

const prepared = (first: readonly number[], norm?: number, second = first): Prepared => ({
  first: norm === undefined ? { values: first } : { values: first, norm },
  second: norm === undefined ? { values: second } : { values: second, norm: 99 * norm },
  engine: 'any',
});

describe('the gap between two engines', () => {
  it('of lists is the largest difference as a share of the largest number', () => {
    expect(relativeGap([1, -4], [1.5, -4])).toBeCloseTo(0.125, 12);
    expect([relativeGap([0], [0]), relativeGap([1], [1, 2]), relativeGap([NaN], [1])]).toEqual([0, Infinity, Infinity]);
  });

  it('sees a wrong loss among right ones, a wrong gradient and a wrong update', () => {
    const right = prepared([8, 0.002], 3, [7, 0.001]);
    expect(gapOf(right, prepared([8.0001, 0.002001], 3.0001, [7.0001, 0.001]))).toBeLessThan(SAME);
    for (const wrong of [
      prepared([8, 0.004], 3, [7, 0.001]),
      prepared([8, 0.002], 3.1, [7, 0.001]),
      prepared([8, 0.002], 3, [7.1, 0.001]),
    ])
      expect(gapOf(right, wrong)).toBeGreaterThan(SAME);
  });

  it('of logits is that of the list: a small logit may differ by more of itself', () => {
    expect(gapOf(prepared([5, 1e-6]), prepared([5, 2e-6]))).toBeLessThan(SAME);
    expect(gapOf(prepared([5, 1]), prepared([5, 1.1]))).toBeGreaterThan(SAME);
  });

  it('is infinite where they do not give the same kind of numbers', () => {
    expect(gapOf(prepared([1, 2], 1), prepared([1], 1))).toBe(Infinity);
  });
});

describe('the verdict', () => {
  it('is by the numbers where both have nothing else', () => {
    expect(judge(prepared([1, 2]), prepared([1, 2]))).toEqual({ gap: 0, comparable: true });
    expect(judge(prepared([96]), prepared([95])).comparable).toBe(false);
  });

  it('is by the quality where both have one: ours may be a little less, or any more', () => {
    const map = (quality: number): Prepared => ({ ...prepared([]), quality });
    expect(judge(map(0.99), map(0.9949)).comparable).toBe(true);
    expect(judge(map(0.99), map(0.9949)).gap).toBeCloseTo(0.0049, 10);
    expect(judge(map(0.99), map(0.996)).comparable).toBe(false);
    expect(judge(map(0.99), map(0.9))).toEqual({ gap: 0, comparable: true });
  });
});
