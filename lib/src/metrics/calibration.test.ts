import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibration, confidencesOf } from './calibration';
import { softened } from './softened';

/** Again from the equation, bin by bin, over all predictions. */
function reference(confidences: readonly number[], right: readonly boolean[], bins: number): number {
  let ece = 0;
  for (let b = 1; b <= bins; b++) {
    const own = confidences.flatMap((c, i) => ((c > (b - 1) / bins || b === 1) && c <= b / bins ? [i] : []));
    if (own.length === 0) continue;
    const accuracy = own.filter((i) => right[i]).length / own.length;
    const confidence = own.reduce((sum, i) => sum + confidences[i]!, 0) / own.length;
    ece += (own.length / confidences.length) * Math.abs(accuracy - confidence);
  }
  return ece;
}

describe('calibration', () => {
  it('equals the equation in slow loops', () => {
    // Sixteenths and bins by powers of two, so that no rounding decides on which side of an edge a confidence lies.
    const prediction = fc.tuple(fc.integer({ min: 0, max: 64 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(prediction, { minLength: 1, maxLength: 40 }), fc.constantFrom(1, 2, 4, 8), (all, bins) => {
        const confidences = all.map(([c]) => c / 64);
        const right = all.map(([, r]) => r);
        const found = calibration(confidences, right, bins);
        expect(found.ece).toBeCloseTo(reference(confidences, right, bins), 12);
        expect(found.bins.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
        expect(found.ece).toBeGreaterThanOrEqual(Math.abs(found.gap) - 1e-12);
      }),
    );
  });

  it('is zero where each bin is as right as it is sure, and 1 - p where all are wrong or right at p', () => {
    expect(calibration([0.5, 0.5, 1], [1, 0, 1], 4).ece).toBeCloseTo(0, 12);
    expect(calibration([0.75, 0.75], [1, 1]).ece).toBeCloseTo(0.25, 12);
    expect(calibration([0.75, 0.75], [0, 0])).toMatchObject({ ece: 0.75, gap: 0.75 });
  });

  it('puts an edge into the lower bin, 0 into the first and 1 into the last', () => {
    const counts = calibration([0, 0.25, 0.26, 1], [1, 1, 1, 1], 4).bins.map(({ count }) => count);
    expect(counts).toEqual([2, 1, 0, 1]);
    expect(calibration([1], [1], 2).bins[0]).toMatchObject({ count: 0, accuracy: null, confidence: null });
  });

  it('refuses what is no probability, no bins and no pair', () => {
    expect(() => calibration([1.2], [1])).toThrow('confidence 0 is 1.2');
    expect(() => calibration([Number.NaN], [1])).toThrow('confidence 0 is NaN');
    expect(() => calibration([0.5], [1], 0)).toThrow('0 bins');
    expect(() => calibration([0.5], [1, 0])).toThrow('1 against 2');
  });
});

describe('confidencesOf', () => {
  it('is the largest softmax probability, also where the logits are huge', () => {
    expect(confidencesOf([0, 0, Math.log(3), 0], 2).map((p) => Number(p.toFixed(12)))).toEqual([0.5, 0.75]);
    expect(confidencesOf([1e4, -1e4, 0], 3)).toEqual([1]);
    expect(confidencesOf([], 3)).toEqual([]);
    expect(() => confidencesOf([1, 2, 3], 2)).toThrow('3 logits are no whole rows of 2 classes');
    expect(() => confidencesOf([NaN, 0], 2)).toThrow('image 0');
  });

  it('is that of softmax to the last bit', () => {
    const logits = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(logits, (row) => {
        expect(confidencesOf(row, row.length)).toEqual([Math.max(...softened(row, 1))]);
      }),
    );
  });
});
