import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { bootstrapInterval } from './bootstrap';
import { tInterval } from './interval';

const five = [0.512, 0.547, 0.431, 0.566, 0.503];

describe('bootstrapInterval', () => {
  it('moves and stretches with the values, by either method', () => {
    for (const method of ['percentile', 'bca'] as const) {
      const plain = bootstrapInterval(five, { method });
      const moved = bootstrapInterval(
        five.map((x) => 3 * x + 7),
        { method },
      );
      expect(moved.low).toBeCloseTo(3 * plain.low! + 7, 10);
      expect(moved.high).toBeCloseTo(3 * plain.high! + 7, 10);
      expect(plain.low).toBeLessThan(plain.mean);
      expect(plain.high).toBeGreaterThan(plain.mean);
    }
  });

  it('is narrower than the t interval for few seeds: the reason to prefer that one', () => {
    const width = ({ low, high }: { low: number | null; high: number | null }): number => high! - low!;
    expect(width(bootstrapInterval(five))).toBeLessThan(0.7 * width(tInterval(five)));
  });

  it('BCa leans to the side of the long tail', () => {
    const skewed = [1, 1.1, 1.2, 1.3, 1.4, 6];
    const [plain, moved] = [bootstrapInterval(skewed), bootstrapInterval(skewed, { method: 'bca' })];
    expect(moved.high).toBeGreaterThan(plain.high!);
    expect(moved.low).toBeGreaterThanOrEqual(plain.low!);
  });

  it('draws where there are too many resamples, the same for the same seed, and close to the t interval for many normal values', () => {
    const rng = createRng(9);
    const many = Array.from({ length: 200 }, () => rng.normal());
    const found = bootstrapInterval(many);
    expect(bootstrapInterval(many)).toEqual(found);
    expect(bootstrapInterval(many, { rng: createRng(2) })).not.toEqual(found);
    const t = tInterval(many);
    // Half a tenth of the half-width: the error of a quantile of 10,000 draws.
    expect(Math.abs(found.low! - t.low!)).toBeLessThan(0.05 * (t.high! - t.mean));
    expect(Math.abs(found.high! - t.high!)).toBeLessThan(0.05 * (t.high! - t.mean));
  });

  it('is the value alone where nothing spreads, and says what it needs', () => {
    expect(bootstrapInterval([2, 2, 2])).toMatchObject({ low: 2, mean: 2, high: 2 });
    expect(() => bootstrapInterval([1, 2, 3, 4], { method: 'bca' })).toThrow('4 values; "bca" needs at least 5');
    expect(() => bootstrapInterval([1])).toThrow('needs at least 2');
    expect(() => bootstrapInterval(five, { draws: 10 })).toThrow('10 draws');
    expect(() => bootstrapInterval(five, { level: 95 })).toThrow('0.95 is 95 %');
    expect(() => bootstrapInterval([1, Infinity])).toThrow('not a finite number');
  });
});
