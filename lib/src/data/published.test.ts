import { expect, it } from 'vitest';
import { classDifferences, countsNote, PUBLISHED, publishedOf } from './published';
import type { Dataset, Sample } from './types';

/** Samples with `counts[label]` images of each class. */
const samples = (counts: readonly number[]): Sample[] =>
  counts.flatMap((count, label) =>
    Array.from({ length: count }, (_, k) => ({ file: '', name: `${label}_${k}`, label })),
  );

function dataset(name: string, train: readonly number[], test: readonly number[], layout = 'ultra-fgvc'): Dataset {
  return {
    ...{ name, root: `/x/${name}`, classes: train.length, fingerprint: '', layout },
    classNames: train.map((_, label) => `class ${label + 1}`),
    train: { name: 'train', samples: samples(train) },
    tests: { test: { name: 'test', samples: samples(test) } },
  };
}

/** `total` images spread over classes as evenly as they go. */
const spread = (classes: number, total: number): readonly number[] =>
  Array.from({ length: classes }, (_, label) => Math.floor(total / classes) + (label < total % classes ? 1 : 0));

it.each(PUBLISHED.map((known) => [known.title, known] as const))('%s is known by its counts', (_, known) => {
  const { classes, train, test, layouts, folders } = known;
  if (test === 0) return; // the split is drawn, so that only the layout can tell
  const found = dataset('my-copy', spread(classes, train), spread(classes, test), layouts[0] ?? 'ultra-fgvc');
  expect(publishedOf(found)?.classes).toBe(classes);
  if (!known.title.startsWith('SoyAgeing R')) expect(publishedOf(found)).toBe(known);
  expect(publishedOf({ ...found, name: folders[0]!.toUpperCase() })).toBe(known);
});

it('names the classes that have too few or too many images', () => {
  const three = new Array<number>(80).fill(3);
  expect(countsNote(dataset('cotton', three, three))).toMatch(/^as published for Cotton80: 80 classes, 240/);
  const odd = [2, 4, ...three.slice(2)];
  expect(countsNote(dataset('cotton', odd, three))).toBe(
    'differs from Cotton80: 80 classes, 240 training and 240 test images here, 80 classes, 240 training and 240 test images published; ' +
      '3 training images a class are due, but class 1 has 2, class 2 has 4; results are not comparable',
  );
  const few = new Array<number>(80).fill(1);
  expect(countsNote(dataset('cotton', few, three))).toMatch(/class 5 has 1, and 75 more classes; results are not/);
});

it('compares a range where classes differ, and nothing where it is not known', () => {
  const known = PUBLISHED.find(({ title }) => title === 'SoyGene')!;
  expect(classDifferences(dataset('soygene', [3, 15], [3, 13]), known)).toEqual([]);
  expect(classDifferences(dataset('soygene', [3, 16], [14, 3]), known)).toEqual([
    '3 to 15 training images a class are due, but class 2 has 16',
    '3 to 13 test images a class are due, but class 1 has 14',
  ]);
  const cars = PUBLISHED.find(({ title }) => title.includes('Cars'))!;
  expect(classDifferences(dataset('cars', [1], [1], 'cars'), cars)).toEqual([]);
});

it('counts all labelled images where no test labels are published', () => {
  const [train, test] = [spread(4, 911), spread(4, 910)];
  expect(countsNote(dataset('apples', train, test, 'plant-pathology-2020'))).toBe('as published for Plant Pathology 2020: 4 classes, 1821 labelled images'); // prettier-ignore
  expect(countsNote(dataset('apples', train, [9, 9, 9, 9], 'plant-pathology-2020'))).toMatch(/947 labelled images here, 4 classes, 1821/); // prettier-ignore
});

it('says so where only the counts are those of a published set, and not of leaf80, which is made with them', () => {
  const three = new Array<number>(80).fill(3);
  expect(countsNote(dataset('my-copy', three, three))).toMatch(/^the counts are those of Cotton80: 80 classes/);
  expect(countsNote(dataset('leaf80', three, three))).toBeUndefined();
});

it('is silent about a set that nobody published', () => {
  expect(countsNote(dataset('mine', [3, 3], [3, 3]))).toBeUndefined();
});
