import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm } from './holm';

describe('holm', () => {
  it('by hand: the smallest of three counts three times, the next twice', () => {
    expect(holm([0.02, null, 0.01, 0.5])).toEqual([0.04, null, 0.03, 0.5]);
    expect(holm([])).toEqual([]);
    expect(holm([null])).toEqual([null]);
  });

  it('keeps the order of the p values, lies between p and m p, and does not depend on their places', () => {
    const list = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(list, (p) => {
        const found = holm(p).map((value) => value!);
        p.forEach((value, i) => {
          expect(found[i]).toBeGreaterThanOrEqual(value);
          expect(found[i]).toBeLessThanOrEqual(Math.min(1, p.length * value) + 1e-12);
          p.forEach((other, j) => expect(value > other && found[i]! < found[j]!).toBe(false));
        });
        expect(holm([...p].reverse())).toEqual([...found].reverse());
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  it('refuses what is no probability', () => {
    expect(() => holm([0.2, 1.2])).toThrow('a p value is 1.2');
    expect(() => holm([NaN])).toThrow('a p value is NaN');
  });
});
