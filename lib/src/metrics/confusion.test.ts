import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confusionCounts, denseConfusion, mostConfused, sparseConfusion } from './confusion';

const labels = [0, 0, 0, 1, 1, 2, 2, 2];
const predictions = [0, 1, 1, 1, 0, 2, 1, 0];
const counts = [
  [1, 2, 0],
  [1, 1, 0],
  [1, 1, 1],
];

describe('confusion', () => {
  it('has the truth in rows', () => {
    expect(confusionCounts(predictions, labels, 3)).toEqual(counts);
  });

  it('keeps its non-zero cells and comes back from them', () => {
    expect(sparseConfusion(counts)).toHaveLength(7);
    const matrix = fc.array(fc.array(fc.nat(3), { minLength: 5, maxLength: 5 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(matrix, (m) => {
        expect(denseConfusion(sparseConfusion(m), 5)).toEqual(m);
      }),
    );
  });

  it('has the accuracy on its diagonal and the class sizes in its rows', () => {
    const pair = fc.tuple(fc.nat(3), fc.nat(3));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        const [p, l] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const m = confusionCounts(p, l, 4);
        expect(m.reduce((sum, row, c) => sum + row[c]!, 0)).toBe(pairs.filter(([x, y]) => x === y).length);
        m.forEach((row, c) => expect(row.reduce((a, b) => a + b)).toBe(l.filter((y) => y === c).length));
      }),
    );
  });

  it('names the pairs that are mixed up most, ties by rate and then by class', () => {
    expect(mostConfused(counts, 3)).toEqual([
      { trueClass: 0, predicted: 1, count: 2, rate: 2 / 3 },
      { trueClass: 1, predicted: 0, count: 1, rate: 1 / 2 },
      { trueClass: 2, predicted: 0, count: 1, rate: 1 / 3 },
    ]);
    expect(mostConfused(counts, 0)).toEqual([]);
  });

  it('refuses classes that do not exist', () => {
    expect(() => confusionCounts([3], [0], 3)).toThrow('entry 0 is 3');
    expect(() => confusionCounts([0], [-1], 3)).toThrow('from 0 to 2');
    expect(() => denseConfusion([[0, 9, 1]], 3)).toThrow('entry 1 is 9');
    expect(() => mostConfused(counts, -1)).toThrow('n is -1');
  });
});
