import { describe, expect, it } from 'vitest';
import { classScores, macroF1 } from './class-scores';

describe('classScores', () => {
  it('by hand: of class 0 one of two is found, and one of the two that were called 0 is', () => {
    const found = classScores([0, 1, 0, 1], [0, 0, 1, 1], 3);
    expect(found[0]).toEqual({ support: 2, precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(found[2]).toBeNull();
    expect(macroF1([0, 1, 0, 1], [0, 0, 1, 1], 3)).toBe(0.5);
    expect(macroF1([2, 1], [2, 1], 3)).toBe(1);
  });

  it('falls below the accuracy where a small class is forgotten', () => {
    // Nine of ten right: F1 18/19 and 0.
    expect(macroF1(new Array<number>(10).fill(0), [0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 2)).toBeCloseTo(9 / 19, 12);
  });

  it('refuses other lengths and classes that are none', () => {
    expect(() => classScores([0], [0, 1], 2)).toThrow('1 against 2');
    expect(() => classScores([2], [0], 2)).toThrow('entry 0 is 2');
  });
});
