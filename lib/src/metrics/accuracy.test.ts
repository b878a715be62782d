import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { negativeLogLikelihood, perClass, predict, top1, topK } from './accuracy';

const rows = [
  [3, 1, 2],
  [0, 0, 0],
  [1, 5, 4],
  [2, 2, 9],
];

describe('top1 and topK', () => {
  it('count by hand', () => {
    expect(top1([0, 1, 2, 2], [0, 1, 1, 2])).toBe(0.75);
    expect(topK(rows, [2, 0, 0, 1], 1)).toBe(0.25);
    expect(topK(rows, [2, 0, 0, 1], 2)).toBe(0.5);
    expect(topK(rows, [2, 0, 0, 1], 3)).toBe(1);
  });

  it('give a tie to the lower class, so a constant row is right for class 0 alone', () => {
    expect([0, 1, 2].map((label) => topK([[7, 7, 7]], [label], 1))).toEqual([1, 0, 0]);
  });

  it('topK with k = 1 is top1 of predict, and never falls with k', () => {
    const row = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 });
    const cases = fc.array(fc.tuple(row, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(cases, (pairs) => {
        const scores = pairs.map(([r]) => r);
        const labels = pairs.map(([, label]) => label);
        const byK = [1, 2, 3, 4].map((k) => topK(scores, labels, k));
        expect(byK[0]).toBe(top1(predict(scores.flat(), 4), labels));
        expect(byK).toEqual([...byK].sort((a, b) => a - b));
        expect(byK[3]).toBe(1);
      }),
    );
  });

  it('refuse what cannot be measured', () => {
    expect(() => top1([], [])).toThrow('nothing to measure');
    expect(() => top1([1], [1, 2])).toThrow('pair by index');
    expect(() => topK([[1, NaN]], [0], 1)).toThrow('NaN');
    expect(() => topK([[1, 2]], [2], 1)).toThrow('from 0 to 1');
    expect(() => topK([[1, 2]], [0], 0)).toThrow('k is 0');
    expect(() => predict([1, NaN], 2)).toThrow('NaN');
    expect(() => predict([1, 2, 3], 2)).toThrow('whole rows');
  });
});

describe('perClass', () => {
  it('is the recall, and null where a class has no image', () => {
    expect(perClass([0, 1, 1, 1], [0, 0, 1, 1], 3)).toEqual([0.5, 1, null]);
  });

  it('averages to top1 when weighted by the images of each class', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
        const [p, l] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const weighted = perClass(p, l, 5).map((r, c) => (r ?? 0) * l.filter((y) => y === c).length);
        expect(weighted.reduce((a, b) => a + b, 0) / l.length).toBeCloseTo(top1(p, l), 12);
      }),
    );
  });
});

describe('negativeLogLikelihood', () => {
  it('equals SciPy', () => {
    // -scipy.special.log_softmax([[2,1,0],[0,0,3],[1000,0,-1000]], axis=1)[range(3), [0,1,1]].mean()
    const logits = new Float32Array([2, 1, 0, 0, 0, 3, 1000, 0, -1000]);
    expect(negativeLogLikelihood(logits, [0, 1, 1], 3)).toBeCloseTo(334.5008429736218, 9);
  });

  it('is ln(classes) for equal logits, and stays when all logits of a row are shifted', () => {
    expect(negativeLogLikelihood(new Float32Array(8), [0, 3], 4)).toBeCloseTo(Math.log(4), 12);
    const logits = [0.5, -1, 2, 3];
    expect(
      negativeLogLikelihood(
        logits.map((z) => z + 100),
        [1, 0],
        2,
      ),
    ).toBeCloseTo(negativeLogLikelihood(logits, [1, 0], 2), 9);
  });

  it('refuses sizes that do not fit and logits that are not finite', () => {
    expect(() => negativeLogLikelihood([1, 2, 3], [0], 2)).toThrow('3 logits for 1 labels');
    expect(() => negativeLogLikelihood([NaN, 1], [0], 2)).toThrow('not finite');
    expect(() => negativeLogLikelihood([Infinity, 1], [0], 2)).toThrow('not finite');
  });
});
