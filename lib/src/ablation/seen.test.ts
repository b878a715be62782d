import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preset, validationParts } from '../config';
import type { Config, Validation } from '../config';
import { loadDataset } from '../data';
import type { Dataset } from '../data';
import { temporaryFolder } from '../data/testing';
import { drawStripes } from '../testing/stripes';
import { runConfig } from './run';
import { seenDataset } from './seen';

let folder: string;
let dataset: Dataset;
beforeAll(async () => {
  folder = await temporaryFolder();
  await drawStripes(path.join(folder, 'stripes'));
  dataset = await loadDataset(path.join(folder, 'stripes'), { dataDir: folder });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const configWith = (validation: Validation, seed = 1, trainPerClass: number | 'all' = 'all'): Config => ({
  ...preset('tiny', { dataset: { name: dataset.root, validation, trainPerClass }, training: { epochs: 2 } }),
  seed,
});
const namesOf = ({ train, tests }: Dataset) => ({
  train: train.samples.map(({ name }) => name),
  scored: Object.values(tests).flatMap(({ samples }) => samples.map(({ name }) => name)),
});

describe('what a run sees', () => {
  it('is the whole dataset where nothing is selected', () => {
    expect(seenDataset(dataset, configWith('none'))).toBe(dataset);
  });

  it.each([2, 3])('covers each training image once over %i folds, and no test image', (k) => {
    const all = dataset.train.samples.map(({ name }) => name).sort();
    const seen = validationParts(`folds:${k}`).map((part) => seenDataset(dataset, configWith(part)));
    expect(seen.flatMap((one) => namesOf(one).scored).sort()).toEqual(all);
    for (const one of seen) {
      expect(Object.keys(one.tests)).toEqual(['validation']);
      const { train, scored } = namesOf(one);
      expect([...train, ...scored].sort()).toEqual(all);
    }
  });

  it('is a holdout of every class, and within the images that are drawn', () => {
    const { train, scored } = namesOf(seenDataset(dataset, configWith('holdout:1', 1, 2)));
    expect([train.length, scored.length]).toEqual([4, 4]);
    const drawn = namesOf(seenDataset(dataset, configWith('none', 1, 2))).train;
    expect([...train, ...scored].sort()).toEqual([...drawn].sort());
  });

  it('is another fold with another seed', () => {
    const scored = [1, 2, 3].map((seed) =>
      namesOf(seenDataset(dataset, configWith('fold:1/3', seed)))
        .scored.sort()
        .join(),
    );
    expect(new Set(scored).size).toBeGreaterThan(1);
  });

  it('is refused where it is more than one run, or a class is too small, with what would do', () => {
    expect(() => seenDataset(dataset, configWith('folds:3'))).toThrow(
      /"folds:3" is 3 runs, one a fold: a run takes one of them, such as fold:1\/3; "reproduce --select folds:3"/,
    );
    expect(() => seenDataset(dataset, configWith('fold:1/5'))).toThrow(/k is 5; allowed: whole numbers 2..3/);
    expect(() => seenDataset(dataset, configWith('holdout:3'))).toThrow(/perClass is 3; allowed: whole numbers 1..2/);
  });
});

describe('a run that is scored on a part of the training images', () => {
  const place = () => ({ runs: path.join(folder, 'runs'), cache: path.join(folder, 'cache') });

  it('reads no test image: it runs where none can be decoded, to the same numbers', async () => {
    const config = configWith('fold:2/3');
    const { record } = await runConfig(config, dataset, place());
    expect(Object.keys(record.evaluation)).toEqual(['validation']);
    expect(record.dataset).toEqual({
      ...{
        name: 'stripes',
        fingerprint: dataset.fingerprint,
        classes: 4,
        layout: 'ultra-fgvc',
        train: 8,
        tests: { validation: 4 },
      },
    });
    const broken = path.join(folder, 'broken');
    fs.cpSync(dataset.root, broken, { recursive: true });
    for (const { name } of dataset.tests.test!.samples) fs.writeFileSync(path.join(broken, 'images', name), 'no image');
    const other = await loadDataset(broken, { dataDir: folder });
    const again = await runConfig(config, other, place());
    expect(again.record.epochs).toEqual(record.epochs);
    expect(again.record.evaluation).toEqual(record.evaluation);
    await expect(runConfig(configWith('none'), other, place())).rejects.toThrow(/test\.txt:1: .*cannot be decoded/);
  });

  it('has the same numbers where its images do not fit the memory', async () => {
    const before = process.env.CSDNET_MEMORY;
    try {
      const config = configWith('fold:1/3');
      const { record } = await runConfig(config, dataset, place());
      process.env.CSDNET_MEMORY = '0.5';
      const streamed = await runConfig(config, dataset, { ...place(), runs: path.join(folder, 'streamed') });
      expect(streamed.record.epochs).toEqual(record.epochs);
      expect(streamed.record.evaluation).toEqual(record.evaluation);
    } finally {
      if (before === undefined) delete process.env.CSDNET_MEMORY;
      else process.env.CSDNET_MEMORY = before;
    }
  });

  it('keeps its best epoch on test under that name alone, where it is asked for', async () => {
    const config = configWith('none');
    const asked = { ...config, training: { ...config.training, bestOnTest: true } };
    const [plain, best] = [await runConfig(config, dataset, place()), await runConfig(asked, dataset, place())];
    expect(plain.record.bestOnTest).toBeUndefined();
    expect(best.record.bestOnTest).toMatchObject({ split: 'test', curve: [expect.any(Number), expect.any(Number)] });
    expect(best.record.bestOnTest!.curve[1]).toBe(best.record.evaluation.test!.top1);
    expect(best.record.evaluation).toEqual(plain.record.evaluation);
    expect(best.record.epochs).toEqual(plain.record.epochs);
    expect(best.record.id).not.toBe(plain.record.id);
  });
});
