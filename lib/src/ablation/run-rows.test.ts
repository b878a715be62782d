import { describe, expect, it } from 'vitest';
import { merge, preset } from '../config';
import type { Config } from '../config';
import { runRecord } from '../testing/records';
import { compareRuns } from './run-compare';
import type { Answers } from './run-compare';
import { filterRuns, nearestPreset, runRow, sortRuns } from './run-rows';
import type { RunFilter } from './run-rows';
import type { RunEntry } from './runs';
import { withTerm, without } from './variant';

const tiny = preset('tiny', { dataset: { name: '/data/two' } });
const done = (config: Config, accuracy: number, started: string): RunEntry => {
  const { provenance, ...rest } = runRecord(config, accuracy);
  const record = { ...rest, provenance: { ...provenance, started } };
  return { id: record.id, state: 'done', record, epochs: 1 };
};
const FULL = done(tiny, 0.7, '2026-01-02T00:00:00.000Z');
const MARGIN = done(withTerm(tiny, 'contrast', { margin: 0.2 }), 0.9, '2026-01-01T00:00:00.000Z');
const LAPTOP = done({ ...preset('laptop', { dataset: { name: 'leaf80' } }), seed: 3 }, 0.5, '2026-01-03T00:00:00.000Z');
const BROKEN: RunEntry = { id: 'ffffffffffff', state: 'broken', epochs: 0, reason: 'no JSON' };
const ALL = [FULL, MARGIN, LAPTOP, BROKEN];
const ids = (filter: RunFilter) => filterRuns(ALL, filter).map(({ id }) => id);

describe('a row', () => {
  it('tells the change from the nearest preset, without dataset and seed', () => {
    expect(runRow(FULL)).toMatchObject({ preset: 'tiny', change: [], accuracy: 0.7, split: 'test', seed: 1 });
    expect(runRow(MARGIN)).toMatchObject({ preset: 'tiny', change: ['contrast.margin = 0.2'], dataset: 'two' });
    expect(runRow(LAPTOP)).toMatchObject({ preset: 'laptop', change: [], seed: 3 });
    expect(runRow(BROKEN)).toMatchObject({ preset: null, accuracy: null, date: null, reason: 'no JSON' });
    const { name, change } = nearestPreset(merge(without(tiny, 'distill'), { training: { epochs: 7 } }));
    expect([name, change]).toEqual(['tiny', ['no distill term', 'training.epochs = 7']]);
  });
});

describe('filters', () => {
  it('let through what all of them mean', () => {
    expect(ids({})).toHaveLength(4);
    expect(ids({ dataset: 'two' })).toEqual([FULL.id, MARGIN.id, LAPTOP.id]);
    expect(ids({ dataset: '/data/two' })).toEqual([FULL.id, MARGIN.id]);
    expect(ids({ preset: 'laptop' })).toEqual([LAPTOP.id]);
    expect(ids({ where: ['contrast.margin=0.20'] })).toEqual([MARGIN.id]);
    expect(ids({ where: ['view.kind=crop', 'seed = 1'] })).toEqual([FULL.id, MARGIN.id]);
    expect(ids({ where: ['view.fraction=[0.4, 0.6]'] })).toHaveLength(3);
    expect(ids({ since: new Date('2026-01-02') })).toEqual([FULL.id, LAPTOP.id]);
    expect(ids({ state: 'broken' })).toEqual([BROKEN.id]);
  });

  it('name fields that are near where none is called so', () => {
    expect(() => ids({ where: ['contrast.marign=0.2'] })).toThrow(
      /no run has a field contrast\.marign.*contrast\.margin/,
    );
    expect(() => ids({ where: ['margin'] })).toThrow('write field=value');
  });
});

it('orders by what is asked, the newest first among equals, what has no value last', () => {
  const order = (by: Parameters<typeof sortRuns>[1]) => sortRuns(ALL.map(runRow), by).map(({ id }) => id);
  expect(order('date')).toEqual([LAPTOP.id, FULL.id, MARGIN.id, BROKEN.id]);
  expect(order('accuracy')).toEqual([MARGIN.id, FULL.id, LAPTOP.id, BROKEN.id]);
  expect(order('seed').slice(-1)).toEqual([LAPTOP.id]);
  expect(order('time').slice(-1)).toEqual([BROKEN.id]);
});

describe('a comparison', () => {
  const rights = { [FULL.id]: [1, 1, 1, 0, 0, 0], [MARGIN.id]: [1, 0, 0, 0, 0, 1] };
  const answers: Answers = ({ id }) =>
    rights[id]?.map((right, i) => ({ name: `${i}.png`, label: 0, right: right === 1 }));
  const records = [FULL.record!, MARGIN.record!];

  it('tells recipes, accuracies and images apart', () => {
    expect(compareRuns(records, answers)).toEqual([
      {
        id: MARGIN.id,
        changes: ['contrast.margin = 0.2'],
        // Two against one of three: p = 2 (1 + 3) / 8, at most 1.
        splits: [{ split: 'test', accuracies: [0.7, 0.9], images: { count: 6, onlyFirst: 2, onlyOther: 1, p: 1 } }],
      },
    ]);
  });

  it('says why images cannot be compared', () => {
    const imagesOf = (...args: Parameters<typeof compareRuns>) => compareRuns(...args)[0]!.splits[0]!.images;
    expect(imagesOf(records, () => undefined)).toEqual({
      missing: `neither a predictions file nor the dataset: ${FULL.id}, ${MARGIN.id}`,
    });
    const elsewhere = { ...MARGIN.record!, dataset: { ...MARGIN.record!.dataset, fingerprint: 'g' } };
    expect(imagesOf([FULL.record!, elsewhere], answers)).toEqual({ missing: 'the test images are not the same' });
    const shorter: Answers = (record, split) => answers(record, split)?.slice(record.id === FULL.id ? 0 : 1);
    expect(imagesOf(records, shorter)).toEqual({ missing: 'the test images are not the same' });
  });
});
