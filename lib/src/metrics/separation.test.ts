import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classSeparation, knnAccuracy, silhouette, type Features } from './separation';

const features: Features = {
  values: new Float64Array([1, 0, 0, 0.8, 0.6, 0, 0.6, 0.8, 0, 0, 0, 1, 0, 1, 1]),
  labels: [0, 0, 1, 1, 1],
  dim: 3,
};

describe('separation of features', () => {
  it('equals NumPy and scikit-learn', () => {
    // F = [[1,0,0],[.8,.6,0],[.6,.8,0],[0,0,1],[0,1,1]], l = [0,0,1,1,1]; D = 1 - n @ n.T with n the unit rows;
    // the mean of D over pairs i > j of one class, of two classes; sklearn.metrics.silhouette_score(F, l, metric='cosine')
    const found = classSeparation(features);
    expect(found.within).toBeCloseTo(0.4818019484660536, 12);
    expect(found.between).toBeCloseTo(0.6692893218813453, 12);
    expect(found.ratio).toBeCloseTo(1.3891378480560492, 12);
    expect(silhouette(features)).toBeCloseTo(0.31549374459587254, 12);
  });

  it('does not change with the length of a feature or the order of the images', () => {
    const row = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -9, max: 9 }), fc.nat(2));
    fc.assert(
      fc.property(fc.array(row, { minLength: 6, maxLength: 9 }), (rows) => {
        fc.pre(new Set(rows.map((r) => r[2])).size > 1);
        const make = (list: typeof rows, scale: number): Features => ({
          values: list.flatMap(([x, y], i) => [x * (scale + i), y * (scale + i)]),
          labels: list.map((r) => r[2]),
          dim: 2,
        });
        const [plain, other] = [make(rows, 1), make([...rows].reverse(), 5)];
        expect(silhouette(other)).toBeCloseTo(silhouette(plain), 6);
        expect(classSeparation(other).between).toBeCloseTo(classSeparation(plain).between!, 9);
      }),
    );
  });

  it('says null where there is no pair, and takes a row of zeros', () => {
    expect(classSeparation({ values: [1, 0, 0, 1], labels: [0, 1], dim: 2 })).toEqual({
      within: null,
      between: 1,
      ratio: null,
    });
    expect(classSeparation({ values: [1, 0, 2, 0], labels: [0, 0], dim: 2 })).toEqual({
      within: 0,
      between: null,
      ratio: null,
    });
    expect(classSeparation({ values: [0, 0, 2, 0], labels: [0, 1], dim: 2 }).between).toBe(1);
  });

  it('finds the neighbours, leaving the image itself out, and in a gallery', () => {
    const clear: Features = { values: [1, 0, 2, 0.1, 0, 1, 0.1, 3], labels: [0, 0, 1, 1], dim: 2 };
    expect(knnAccuracy(clear, 1)).toBe(1);
    expect(knnAccuracy(clear, 3)).toBe(0);
    expect(knnAccuracy(clear, 1, { values: [1, 0, 0, 1], labels: [0, 1], dim: 2 })).toBe(1);
    expect(knnAccuracy(clear, 1, { values: [1, 0, 0, 1], labels: [1, 0], dim: 2 })).toBe(0);
    expect(knnAccuracy(clear, 2, { values: [1, 0, 0, 1], labels: [0, 1], dim: 2 })).toBe(1);
  });

  it('refuses what does not fit', () => {
    expect(() => classSeparation({ values: [1, 2, 3], labels: [0], dim: 2 })).toThrow('3 values are not 1 rows of 2');
    expect(() => classSeparation({ values: [NaN, 1], labels: [0], dim: 2 })).toThrow('row 0 is not finite');
    expect(() => silhouette({ values: [1, 2], labels: [0, 0], dim: 1 })).toThrow('at least 2 classes');
    expect(() => knnAccuracy(features, 5)).toThrow('there are 4 neighbours');
    expect(() => knnAccuracy(features, 1, { values: [1], labels: [0], dim: 1 })).toThrow('dim 3 against 1');
  });
});
