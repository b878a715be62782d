import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpairedDifference } from './groups';
import { judged, mean, pairedDifference, sd, tInterval, verdict } from './interval';

const a = [0.51, 0.54, 0.49, 0.55, 0.52];
const b = [0.5, 0.51, 0.5, 0.52, 0.49];

describe('tInterval', () => {
  it('equals SciPy', () => {
    // a = numpy.array([.51, .54, .49, .55, .52]); scipy.stats.t.interval(.95, 4, a.mean(), scipy.stats.sem(a)); a.std(ddof=1)
    const found = tInterval(a);
    expect(found.mean).toBeCloseTo(0.522, 12);
    expect(found.sd).toBeCloseTo(0.023874672772626667, 12);
    expect(found.low).toBeCloseTo(0.49235567834933386, 10);
    expect(found.high).toBeCloseTo(0.5516443216506662, 10);
    // v = numpy.array([1., 2, 4]); scipy.stats.t.interval(.9, 2, v.mean(), scipy.stats.sem(v))
    const other = tInterval([1, 2, 4], 0.9);
    expect(other.low).toBeCloseTo(-0.24185189250352357, 9);
    expect(other.high).toBeCloseTo(4.908518559170188, 9);
  });

  it('with one seed knows a mean and nothing else', () => {
    expect(tInterval([0.4])).toEqual({ mean: 0.4, sd: null, low: null, high: null, n: 1, level: 0.95 });
  });

  it('moves and stretches with the values, and widens with the level', () => {
    const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(values, (xs) => {
        const [plain, moved, sure] = [tInterval(xs), tInterval(xs.map((x) => 3 * x + 7)), tInterval(xs, 0.99)];
        expect(moved.low!).toBeCloseTo(3 * plain.low! + 7, 6);
        expect(moved.high!).toBeCloseTo(3 * plain.high! + 7, 6);
        expect(sure.low!).toBeLessThanOrEqual(plain.low!);
        expect(sure.high!).toBeGreaterThanOrEqual(plain.high!);
      }),
    );
  });

  it('refuses no values, values that are no numbers, and levels outside (0, 1)', () => {
    expect(() => mean([])).toThrow('no values');
    expect(() => mean([1, NaN])).toThrow('value 1 is NaN');
    expect(() => sd([1])).toThrow('at least 2');
    expect(() => tInterval([1, 2], 95)).toThrow('0.95 is 95 %');
  });
});

describe('pairedDifference', () => {
  it('equals SciPy', () => {
    // r = scipy.stats.ttest_rel(a, b); r.pvalue, r.confidence_interval(.95)
    const found = pairedDifference(a, b);
    expect(found.mean).toBeCloseTo(0.018, 12);
    expect(found.p).toBeCloseTo(0.08764517650339462, 9);
    expect(found.low).toBeCloseTo(-0.004211560841582352, 10);
    expect(found.high).toBeCloseTo(0.04021156084158238, 10);
  });

  it('is turned round when its sides are', () => {
    const [there, back] = [pairedDifference(a, b), pairedDifference(b, a)];
    expect(back.mean).toBeCloseTo(-there.mean, 12);
    expect(back.low!).toBeCloseTo(-there.high!, 12);
    expect(back.p).toBeCloseTo(there.p!, 12);
  });

  it('has a p value without spread as well, and none with one pair', () => {
    expect(pairedDifference([1, 2], [1, 2]).p).toBe(1);
    expect(pairedDifference([2, 3], [1, 2]).p).toBe(0);
    expect(pairedDifference([2], [1]).p).toBeNull();
    expect(() => pairedDifference([1, 2], [1])).toThrow('same seeds');
  });
});

describe('verdict', () => {
  it('never calls it a gain where the interval includes zero', () => {
    expect(verdict(pairedDifference(a, b))).toBe(
      '+1.8 points (95 % interval -0.4 to +4.0, 5 seeds): 5 seeds are too few to tell it from no difference.',
    );
    expect(verdict(pairedDifference([0.6, 0.61, 0.62], [0.5, 0.51, 0.53]))).toBe(
      '+9.7 points (95 % interval +8.2 to +11.1, 3 seeds): a gain that these seeds agree on.',
    );
    expect(verdict(pairedDifference([0.5, 0.51, 0.53], [0.6, 0.61, 0.62]))).toContain(
      'a loss that these seeds agree on',
    );
    expect(verdict(pairedDifference([0.6], [0.5]))).toBe('+10.0 points on a single seed: one seed cannot tell.');
    expect(verdict(judged(pairedDifference([0.6, 0.7], [0.5, 0.6])))).toBe(
      '+10.0 points, the same in all 2 seeds: there is no spread to judge it by.',
    );
    expect(verdict(pairedDifference([1.5], [1.25]), { scale: 1, unit: 'nats', digits: 2 })).toContain('+0.25 nats');
  });
});

describe('unpairedDifference', () => {
  it("equals R's t.test on Student's sleep data", () => {
    // t.test(extra ~ group, data = sleep): t = -1.8608, df = 17.776, p-value = 0.07939, interval -3.3654832 to 0.2054832
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const found = unpairedDifference(first, second);
    expect(found.low).toBeCloseTo(-3.3654832, 6);
    expect(found.high).toBeCloseTo(0.2054832, 6);
    expect(found.p).toBeCloseTo(0.07939, 5);
    const back = unpairedDifference(second, first);
    expect(back.low).toBeCloseTo(-found.high!, 12);
    expect(back.p).toBe(found.p);
  });

  it('has no interval where a group is one value, and none to tell where nothing spreads', () => {
    expect(unpairedDifference([1], [2, 3])).toMatchObject({ mean: -1.5, low: null, p: null });
    expect(unpairedDifference([1, 1], [1, 1])).toMatchObject({ low: 0, high: 0, p: 1 });
    expect(unpairedDifference([1, 1], [2, 2])).toMatchObject({ low: -1, p: 0 });
  });
});
