import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import type { Config, Validation } from '../config';
import type { Dataset, Split } from '../data';
import { countsFor, expectedSeconds, workOf } from './plan';
import { seenDataset } from './seen';

const split = (name: string, perClass: number): Split => ({
  name,
  samples: [0, 1].flatMap((label) =>
    Array.from({ length: perClass }, (_, k) => ({ file: `/${name}/${label}_${k}`, name: `${label}_${k}`, label })),
  ),
});
const dataset: Dataset = {
  ...{ name: 'two', root: '/', classes: 2, classNames: ['a', 'b'], fingerprint: 'f' },
  ...{ train: split('train', 6), tests: { test: split('test', 5) } },
};
const configWith = (validation: Validation, trainPerClass: number | 'all' = 'all', bestOnTest = false): Config =>
  preset('tiny', { dataset: { validation, trainPerClass }, training: { epochs: 4, bestOnTest } });

describe('what a run is expected to cost', () => {
  it.each<[Validation, number | 'all']>([
    ['none', 'all'],
    ['none', 3],
    ['holdout:2', 'all'],
    ['holdout:1', 4],
    ['fold:1/3', 'all'],
    ['fold:2/2', 4],
  ])('counts the images that it will see: %s, %s a class', (validation, shots) => {
    const config = configWith(validation, shots);
    const seen = seenDataset(dataset, config);
    const scored = Object.values(seen.tests).reduce((sum, { samples }) => sum + samples.length, 0);
    expect(countsFor(config, dataset)).toEqual({ train: seen.train.samples.length, scored, headline: scored });
  });

  it('counts the looks at the test images after every epoch', () => {
    // Two views, forward and back: 3 passes each.
    expect(workOf(configWith('none'), dataset)).toBe(3 * 2 * 12 * 4 + 10);
    expect(workOf(configWith('none', 'all', true), dataset)).toBe(3 * 2 * 12 * 4 + 10 * (4 + 1));
    const seconds = (config: Config): number => expectedSeconds(config, dataset, []);
    expect(seconds(configWith('none', 'all', true))).toBeGreaterThan(seconds(configWith('none')));
    expect(seconds(configWith('fold:1/3'))).toBeLessThan(seconds(configWith('none')));
  });

  it('counts of several test splits the first alone after every epoch, and all where none has the asked name', () => {
    const two = { ...dataset, tests: { test_large: split('test_large', 20), test: split('test', 5) } };
    expect(workOf(configWith('none', 'all', true), two)).toBe(3 * 2 * 12 * 4 + 40 * 4 + (40 + 10));
    const named = { ...dataset, tests: { other: split('other', 5) } };
    expect(countsFor(configWith('none'), named)).toEqual({ train: 12, scored: 10, headline: 10 });
  });
});
