import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { mean, sd, top1 } from '../metrics';
import type { Described } from './described';
import { testDraws, trainingDraws } from './draws';
import { linearProbe, nearestCentroid } from './learners';

/** Gaussian clouds: class c around c in the first number, noise alone in the second. */
function clouds(classes: number, perClass: number, noise: number, seed = 1): Described {
  const rng = createRng(seed, 'clouds');
  const labels = Array.from({ length: classes * perClass }, (_, i) => i % classes);
  const rows = labels.flatMap((label) => [label + noise * rng.normal(), 100 * rng.normal()]);
  const samples = labels.map((label, i) => ({ file: '', name: `${i}`, label }));
  return { values: Float32Array.from(rows), size: 2, labels, samples };
}

describe('plain classifiers', () => {
  it('nearest centroid: the hand-made case, where the nearest mean decides', () => {
    const of = (values: number[], labels: number[]): Described => ({
      ...{ values: Float32Array.from(values), size: 1, labels },
      samples: labels.map((label, i) => ({ file: '', name: `${i}`, label })),
    });
    expect(nearestCentroid(of([0, 2, 10, 12], [0, 0, 1, 1]), of([5.9, 6.1], [0, 1]))).toEqual([0, 1]);
  });

  it.each([nearestCentroid, linearProbe])('%s learns what can be learned, whatever the units of a number', (learn) => {
    const [train, test] = [clouds(3, 40, 0.15), clouds(3, 40, 0.15, 2)];
    expect(top1(learn(train, test), test.labels)).toBeGreaterThan(0.9);
  });

  it('a number that never changes does no harm', () => {
    const flat = clouds(2, 5, 0.1);
    const values = Float32Array.from(flat.values, (v, k) => (k % 2 === 1 ? 7 : v));
    const train = { ...flat, values };
    expect(top1(nearestCentroid(train, train), train.labels)).toBe(1);
  });
});

describe('tests of one model', () => {
  it('scatter as the binomial distribution says', () => {
    const found = testDraws({ accuracy: 0.4, images: 100, draws: 4000 });
    expect(mean(found)).toBeCloseTo(0.4, 2);
    expect(sd(found)).toBeCloseTo(Math.sqrt((0.4 * 0.6) / 100), 2);
    expect(testDraws({ accuracy: 1, images: 5, draws: 2 })).toEqual([1, 1]);
    expect(() => testDraws({ accuracy: 1.2, images: 5, draws: 2 })).toThrow('share from 0 to 1');
  });
});

describe('trainings on other images', () => {
  const pool = clouds(4, 12, 0.6);
  it('meet the same test, are the same for the same seed, and learn more from more images', () => {
    const one = trainingDraws(pool, { imagesPerClass: 1, draws: 60 });
    const five = trainingDraws(pool, { imagesPerClass: 5, draws: 60 });
    expect([one.testImages, one.accuracies.length]).toEqual([16, 60]);
    expect(mean(five.accuracies)).toBeGreaterThan(mean(one.accuracies));
    expect(trainingDraws(pool, { imagesPerClass: 1, draws: 60 })).toEqual(one);
    expect(trainingDraws(pool, { imagesPerClass: 1, draws: 60, seed: 2 })).not.toEqual(one);
  });

  it('draw the same images for two classifiers, so that they can be paired, and never test on one of them', () => {
    const seen: string[][] = [[], []];
    const spy = (k: number) => (train: Described, test: Described) => {
      const names = new Set(test.samples.map(({ name }) => name));
      expect(train.samples.some(({ name }) => names.has(name))).toBe(false);
      seen[k]!.push(train.samples.map(({ name }) => name).join());
      return test.labels;
    };
    for (const k of [0, 1]) trainingDraws(pool, { imagesPerClass: 2, draws: 5, classifier: spy(k) });
    expect(seen[0]).toEqual(seen[1]);
    expect(new Set(seen[0]).size).toBe(5);
  });

  it('take so many images that two draws can differ', () => {
    expect(trainingDraws(pool, { imagesPerClass: 7, draws: 30 }).accuracies).toHaveLength(30);
    expect(() => trainingDraws(pool, { imagesPerClass: 8, draws: 1 })).toThrow('choose from 1 to 7');
    expect(() => trainingDraws(pool, { imagesPerClass: 0, draws: 1 })).toThrow('choose from 1 to 7');
  });
});
