import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folds, forSelection, holdout, takePerClass } from './subset';
import type { Dataset, Split } from './types';

function splitOf(sizes: readonly number[], name = 'train'): Split {
  const samples = sizes.flatMap((size, label) =>
    Array.from({ length: size }, (_, k) => ({ file: `/x/${label}_${k}`, name: `${label}_${k}`, label })),
  );
  // classes mixed, as an annotation may be
  return { name, samples: samples.sort((a, b) => (a.name.at(-1) ?? '').localeCompare(b.name.at(-1) ?? '')) };
}

function datasetOf(sizes: readonly number[]): Dataset {
  const classNames = sizes.map((_, label) => `class ${label + 1}`);
  const tests = { test: splitOf([1, 1], 'test') };
  return { name: 'd', root: '/x', classes: sizes.length, classNames, train: splitOf(sizes), tests, fingerprint: 'f' };
}

const names = (split: Split): string[] => split.samples.map((sample) => sample.name);
const perClass = (split: Split, label: number): number =>
  split.samples.filter((sample) => sample.label === label).length;
const sizes = fc.array(fc.integer({ min: 3, max: 9 }), { minLength: 1, maxLength: 6 });
const seeds = fc.integer({ min: 1, max: 1e9 });
const runs = { seed: 3, numRuns: 100 };

describe('takePerClass', () => {
  it('keeps n a class in the order of the annotation, the smaller n inside the larger, and leaves the tests alone', () => {
    fc.assert(
      fc.property(sizes, seeds, (counts, seed) => {
        const dataset = datasetOf(counts);
        const [two, three] = [takePerClass(dataset, 2, seed), takePerClass(dataset, 3, seed)];
        counts.forEach((_, label) => expect(perClass(two.train, label)).toBe(2));
        expect(names(three.train)).toEqual(expect.arrayContaining(names(two.train)));
        expect(names(dataset.train).filter((name) => names(two.train).includes(name))).toEqual(names(two.train));
        expect(two.tests).toBe(dataset.tests);
        expect(takePerClass(dataset, 2, seed)).toEqual(two);
      }),
      runs,
    );
  });

  it('gives every choice a fingerprint of its own, and the whole set its old one', () => {
    const dataset = datasetOf([9, 9]);
    const prints = [1, 2, 3].map((seed) => takePerClass(dataset, 4, seed).fingerprint);
    expect(new Set([...prints, dataset.fingerprint]).size).toBe(4);
    expect(takePerClass(dataset, 9, 1)).toBe(dataset);
  });

  it('refuses more than the smallest class has', () => {
    expect(() => takePerClass(datasetOf([5, 3]), 4, 1)).toThrow(
      'takePerClass: n is 4; allowed: whole numbers 1..3 (the smallest class has 3 images); ' +
        'to mend it: take 3 or less, or give every class 4 images to train on.',
    );
    expect(() => takePerClass(datasetOf([5]), 0, 1)).toThrow(/n is 0; allowed: .* to mend it: take one of these\.$/);
    expect(() => takePerClass(datasetOf([5]), 1.5, 1)).toThrow(
      /n is 1.5; allowed: .* to mend it: take one of these\.$/,
    );
    expect(() => takePerClass(datasetOf([]), 1, 1)).toThrow(
      /n is 1; allowed: none \(the split is empty, .* to mend it: give every class 1 image to train on/,
    );
  });
});

describe('folds', () => {
  it('cover the split with disjoint parts, even in every class and in total', () => {
    fc.assert(
      fc.property(sizes, seeds, fc.integer({ min: 2, max: 3 }), (counts, seed, k) => {
        const split = splitOf(counts);
        const parts = folds(split, k, seed);
        expect(parts).toHaveLength(k);
        expect(parts.flatMap((part) => names(part.validation)).sort()).toEqual(names(split).sort());
        for (const { train, validation } of parts) {
          expect([...names(train), ...names(validation)].sort()).toEqual(names(split).sort());
          counts.forEach((count, label) => expect(Math.abs(perClass(validation, label) - count / k)).toBeLessThan(1));
          expect(Math.abs(validation.samples.length - split.samples.length / k)).toBeLessThan(1);
        }
        expect(folds(split, k, seed)).toEqual(parts);
      }),
      runs,
    );
  });

  it('refuse a k that a class cannot fill', () => {
    expect(() => folds(splitOf([3, 3]), 4, 1)).toThrow(/k is 4; allowed: whole numbers 2..3/);
    expect(() => folds(splitOf([3, 3]), 1, 1)).toThrow(/k is 1/);
    expect(() => folds(splitOf([3, 1]), 2, 1)).toThrow(
      'folds: k is 2; allowed: none (the smallest class has 1 image, and 2 images a class are needed); ' +
        'to mend it: give every class 2 images to train on.',
    );
  });
});

describe('holdout and forSelection', () => {
  it('set images of every class aside and hide the test split', () => {
    const dataset = datasetOf([5, 3]);
    const fold = holdout(dataset.train, 2, 1);
    expect([perClass(fold.validation, 0), perClass(fold.validation, 1), fold.train.samples.length]).toEqual([2, 2, 4]);
    expect(fold.validation.name).toBe('validation');
    const selection = forSelection(dataset, fold);
    expect(selection.tests).toEqual({ validation: fold.validation });
    expect(selection.fingerprint).not.toBe(dataset.fingerprint);
    expect(forSelection(dataset, holdout(dataset.train, 2, 2)).fingerprint).not.toBe(selection.fingerprint);
  });

  it('leave every class a training image', () => {
    expect(() => holdout(splitOf([5, 3]), 3, 1)).toThrow(/perClass is 3; allowed: whole numbers 1..2/);
  });
});
