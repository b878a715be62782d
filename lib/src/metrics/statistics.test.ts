/** Against SciPy, statsmodels and scikit-learn: fixtures of scripts/fixtures/statistics.py. */
import { describe, expect, it } from 'vitest';
import fixture from '../testing/fixtures/statistics.json';
import { bootstrapInterval } from './bootstrap';
import { classScores, macroF1 } from './class-scores';
import { holm } from './holm';
import { pairedDifference, tInterval } from './interval';
import { mcnemar } from './paired';
import { seedsFor } from './seeds';
import { wilcoxonSignedRank } from './wilcoxon';

describe('the signed-rank test equals SciPy', () => {
  it.each(fixture.wilcoxon)('$name', ({ a, b, zeros, statistic, enumerated, ...peers }) => {
    // As accuracies of 1000 images: their differences tie but for the last digit of a double.
    const found = wilcoxonSignedRank(
      a.map((x) => x / 1000),
      b.map((x) => x / 1000),
    );
    expect(found.n).toBe(a.length - zeros);
    expect(found.statistic).toBe(statistic);
    expect(found.p).toBeCloseTo(enumerated, 12);
    if (peers.exact !== undefined) expect(found.p).toBeCloseTo(peers.exact, 12);
    if (peers.permuted !== undefined) expect(found.p).toBeCloseTo(peers.permuted, 12);
    expect(wilcoxonSignedRank(b, a).p).toBeCloseTo(enumerated, 12);
  });
});

describe('t intervals and paired t equal SciPy', () => {
  it.each(fixture.intervals)('$name', ({ a, b, interval, paired }) => {
    const own = tInterval(a);
    expect(own.low).toBeCloseTo(interval[0]!, 10);
    expect(own.high).toBeCloseTo(interval[1]!, 10);
    const found = pairedDifference(a, b);
    expect(found.mean).toBeCloseTo(paired.mean, 12);
    expect(found.low).toBeCloseTo(paired.low, 10);
    expect(found.high).toBeCloseTo(paired.high, 10);
    expect(found.p).toBeCloseTo(paired.p, 9);
  });
});

describe('bootstrap intervals', () => {
  it.each(fixture.bootstrap)('$name: all resamples are those of NumPy, and SciPy draws the same', (one) => {
    const found = bootstrapInterval(one.values);
    if (one.all) {
      expect(found.low).toBeCloseTo(one.all[0]!, 12);
      expect(found.high).toBeCloseTo(one.all[1]!, 12);
    }
    // SciPy draws 200,000 resamples, so its ends may be a neighbouring mean: a few thousandths of what the values span.
    const near = 0.004 * (Math.max(...one.values) - Math.min(...one.values));
    const close = (x: number | null, y: number): void => expect(Math.abs(x! - y)).toBeLessThan(near);
    close(found.low, one.percentile![0]!);
    close(found.high, one.percentile![1]!);
    if (!one.BCa) return;
    const moved = bootstrapInterval(one.values, { method: 'bca' });
    close(moved.low, one.BCa[0]!);
    close(moved.high, one.BCa[1]!);
  });
});

describe('many tests, and two classifiers', () => {
  it('Holm equals statsmodels', () => {
    for (const { p, adjusted } of fixture.holm)
      holm(p).forEach((value, i) => expect(value).toBeCloseTo(adjusted[i]!, 12));
  });

  it('McNemar equals statsmodels', () => {
    for (const { onlyFirst, onlySecond, p } of fixture.mcnemar)
      expect(mcnemar(onlyFirst, onlySecond)).toBeCloseTo(p, 10);
  });

  it('precision, recall, F1 and their mean equal scikit-learn', () => {
    for (const { labels, predictions, classes, ...peer } of fixture.classes) {
      const scores = classScores(predictions, labels, 7);
      classes.forEach((c, i) => {
        expect(scores[c]!.precision).toBeCloseTo(peer.precision[i]!, 12);
        expect(scores[c]!.recall).toBeCloseTo(peer.recall[i]!, 12);
        expect(scores[c]!.f1).toBeCloseTo(peer.f1[i]!, 12);
        expect(scores[c]!.support).toBe(peer.support[i]!);
      });
      expect(scores[6]).toBeNull();
      expect(macroF1(predictions, labels, 7)).toBeCloseTo(peer.macroF1, 12);
    }
  });
});

describe('seedsFor', () => {
  it('is the number of the noncentral t or one more, never too few; at a power of 0.8 it is the number itself', () => {
    for (const { ratio, power, seeds } of fixture.power) {
      const more = seedsFor({ spread: 1, effect: ratio, power }) - seeds;
      expect(power === 0.8 ? [0] : [0, 1], `${ratio} at ${power}`).toContain(more);
    }
  });
});
