import { describe, expect, it } from 'vitest';
import { majorityVote, mcnemar, pairedOutcomes } from './paired';

/** The same in exact whole numbers. */
function exact(b: number, c: number): number {
  const n = BigInt(b + c);
  let [term, sum] = [1n, 1n];
  for (let k = 1n; k <= BigInt(Math.min(b, c)); k++) {
    term = (term * (n - k + 1n)) / k;
    sum += term;
  }
  const digits = 10n ** 20n;
  return Math.min(1, Number((2n * sum * digits) / 2n ** n) / Number(digits));
}

describe('mcnemar', () => {
  it('equals the sum in exact whole numbers', () => {
    for (let b = 0; b <= 12; b++)
      for (let c = 0; c <= 12; c++) expect(mcnemar(b, c), `${b} ${c}`).toBeCloseTo(exact(b, c), 12);
    expect(mcnemar(180, 240)).toBeCloseTo(exact(180, 240), 10);
  });

  it('by hand: 1 against 7 of 8 coins is 2 (1 + 8) / 256; no coin says nothing', () => {
    expect(mcnemar(1, 7)).toBeCloseTo(18 / 256, 14);
    expect(mcnemar(7, 1)).toBe(mcnemar(1, 7));
    expect(mcnemar(0, 0)).toBe(1);
    expect(mcnemar(4, 4)).toBe(1);
  });

  it('stays finite for many images, and refuses what is no count', () => {
    expect(mcnemar(20_000, 20_000)).toBe(1);
    expect(mcnemar(0, 5000)).toBe(0);
    expect(() => mcnemar(-1, 2)).toThrow('-1 images');
    expect(() => mcnemar(1, 2.5)).toThrow('2.5 images');
  });
});

describe('pairedOutcomes', () => {
  it('counts the four cases', () => {
    const found = pairedOutcomes([1, 1, 0, 0, 1], [true, false, true, false, true]);
    expect(found).toEqual({ bothRight: 2, onlyFirst: 1, onlySecond: 1, bothWrong: 1 });
  });

  it('refuses other lengths and other values', () => {
    expect(() => pairedOutcomes([1], [1, 0])).toThrow('1 against 2');
    expect(() => pairedOutcomes([2], [1])).toThrow('neither 1 nor 0');
  });
});

describe('majorityVote', () => {
  it('is the class most models call, and the earliest one where there is none such', () => {
    expect(
      majorityVote([
        [1, 0, 2, 5],
        [1, 3, 0, 4],
        [0, 3, 1, 4],
      ]),
    ).toEqual([1, 3, 2, 4]);
    expect(majorityVote([[2, 0]])).toEqual([2, 0]);
    expect(
      majorityVote([
        [7, 1],
        [3, 1],
      ]),
    ).toEqual([7, 1]);
  });

  it('refuses no model and lists that do not pair', () => {
    expect(() => majorityVote([])).toThrow('no model');
    expect(() => majorityVote([[1], [1, 2]])).toThrow('2 against 1');
  });
});
