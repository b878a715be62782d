import { beforeAll, describe, expect, it, vi } from 'vitest';
import { without } from '../../ablation';
import { CONTRAST } from '../../config';
import type { Dataset } from '../../data';
import { atlasHtml, figureToSvg } from '../../report';
import { useConsole, useStripesAtHome } from '../../testing/hooks';
import { smallConfig } from '../../testing/images';
import * as tf from '../../tf';
import { trainLive } from '../train-live';
import { backgroundShare, backgroundTable, correlation } from './background';
import { atlasFigure, queueArrows } from './figures';
import { groupsOf } from './groups';
import { distancesTable, liveMaps, liveMapsFigure } from './live-map';
import { mapSnapshots } from './map';
import { atlasCurves, atlasNumbers, atlasTable, yardstickTable } from './numbers';
import { atlasOf } from './page';
import { queueAges, queueAgesFigure, queueAgesTable } from './queue-ages';
import { trainSnapshots, type SnapshotRun } from './snapshots';

let dataset: Dataset;
let runs: SnapshotRun[] = [];
let leaked = 0;
useStripesAtHome(4, 5, (made) => ({ dataset } = made));
const { lines, listen } = useConsole();

const objective = [smallConfig().objective[0]!, { ...CONTRAST, queueLength: 30 }];
const full = smallConfig({ objective, training: { epochs: 3 } });
const variants = [
  { name: 'full', why: 'a queue', config: full },
  { name: 'without DDL', why: 'none', config: without(full, 'contrast') },
];

beforeAll(async () => {
  listen();
  const before = tf.memory().numTensors;
  runs = await trainSnapshots(dataset, variants, { epochs: [0, 1, 3], testPerClass: 4 });
  leaked = tf.memory().numTensors - before;
  vi.restoreAllMocks();
}, 60_000);

describe('trainSnapshots', () => {
  it('looks at the same images at each epoch, and leaves no tensor', () => {
    expect(leaked).toBe(0);
    expect(runs.map(({ snapshots }) => snapshots.map(({ epoch }) => epoch))).toEqual([[0, 1, 3], [0, 1, 3]]); // prettier-ignore
    const [{ images, snapshots }] = runs as [SnapshotRun];
    expect(images.map(({ split }) => split)).toEqual([...Array(20).fill('train'), ...Array(16).fill('test')]);
    for (const { features, size } of snapshots) expect(features.length).toBe(36 * size);
    images.forEach(({ label, sample }) => expect(sample.label).toBe(label));
  });

  it('has the features that the run itself ends with', async () => {
    listen();
    const live = await trainLive(dataset, full);
    const last = runs[0]!.snapshots[2]!;
    expect(runs[0]!.id).toBe(live.id);
    const test = runs[0]!.images.filter(({ split }) => split === 'test');
    test.forEach(({ sample }, i) => {
      const at = dataset.tests['test']!.samples.findIndex(({ name }) => name === sample.name);
      const expected = live.outputs.features.slice(at * last.size, (at + 1) * last.size);
      const found = last.features.slice((20 + i) * last.size, (21 + i) * last.size);
      expected.forEach((v, d) => expect(found[d]).toBeCloseTo(v, 4));
    });
  });

  it('keeps the queue of each moment, row by row with its image and age', () => {
    const [before, first, last] = runs[0]!.snapshots;
    expect(before!.queue).toBeUndefined();
    expect(runs[1]!.snapshots.every(({ queue }) => queue === undefined)).toBe(true);
    expect(first!.queue!.ages.length).toBe(20);
    const { labels, samples, ages, stale, fresh, size } = last!.queue!;
    expect(ages.length).toBe(30);
    expect(stale.length).toBe(30 * size);
    expect(fresh.length).toBe(30 * size);
    expect([...ages].sort((a, b) => b - a)).toEqual(ages);
    samples.forEach((sample, j) => expect(runs[0]!.images[sample]!.label).toBe(labels[j]));
  });

  it('refuses an epoch that the run does not have before anything is trained', async () => {
    await expect(trainSnapshots(dataset, variants, { epochs: [1, 9] })).rejects.toThrow(/epoch 9; 'full' has 3 epochs/);
    await expect(trainSnapshots(dataset, variants, { epochs: [] })).rejects.toThrow(/epochs is empty/);
  });

  it('keeps the snapshots that were reached when it is stopped', async () => {
    listen((line) => {
      if (line.includes('1 of 1')) process.emit('SIGINT');
    });
    const long = { ...variants[0]!, config: { ...full, training: { ...full.training, epochs: 400 } } };
    const [run] = await trainSnapshots(dataset, [long], { epochs: [0, 400] });
    expect(run!.stopped).toBe(true);
    expect(run!.snapshots.map(({ epoch }) => epoch)).toEqual([0]);
    expect(lines.at(-1)).toContain('stopped; whole: 0 of 1 runs');
  });
});

describe('mapSnapshots', () => {
  it.each(['last', 'joint'] as const)('places everything in one plane (%s), the same again', async (fit) => {
    listen();
    const map = await mapSnapshots(runs, { fit, neighbours: 5 });
    expect(map.frames.map(({ variant, epoch }) => `${variant} ${epoch}`)).toEqual(
      ['full 0', 'full 1', 'full 3', 'without DDL 0', 'without DDL 1', 'without DDL 3'], // prettier-ignore
    );
    for (const { places } of map.frames) {
      expect(places.length).toBe(72);
      expect(places.every(Number.isFinite)).toBe(true);
    }
    expect(map.frames[2]!.queue!.stale.length).toBe(60);
    const again = await mapSnapshots(runs, { fit, neighbours: 5 });
    expect(again.frames[1]!.places).toEqual(map.frames[1]!.places);
  });

  it('places a row of the queue where an equal feature lies, on a plane', async () => {
    const run = runs[0]!;
    const last = run.snapshots[2]!;
    const rows = { ...last.queue!, stale: last.features.slice(0, 30 * last.size) };
    const made = { ...run, snapshots: [{ ...last, queue: rows }] };
    const map = await mapSnapshots([made], { method: 'random' });
    const { features, size, places } = map.frames[0]!;
    const unit = features.slice(0, 30 * size);
    const again = await mapSnapshots([{ ...made, snapshots: [{ ...last, queue: { ...rows, stale: unit } }] }], { method: 'random' }); // prettier-ignore
    again.frames[0]!.queue!.stale.forEach((v, at) => expect(v).toBeCloseTo(places[at]!, 5));
  });

  it('refuses runs that saw other images', async () => {
    const other = { ...runs[1]!, images: runs[1]!.images.slice(1) };
    await expect(mapSnapshots([runs[0]!, other])).rejects.toThrow(/'without DDL' saw other images/);
    await expect(mapSnapshots([])).rejects.toThrow(/no snapshot/);
  });
});

it('says its numbers, and draws its figures and its page', async () => {
  listen();
  const map = await mapSnapshots(runs, { neighbours: 5 });
  const numbers = atlasNumbers(map);
  expect(numbers.length).toBe(6);
  expect(atlasNumbers(map)).toBe(numbers);
  for (const { trust, nearFeatures } of numbers) for (const v of [trust, nearFeatures]) expect(v >= 0 && v <= 1).toBe(true); // prettier-ignore
  expect(numbers[0]!.nearFeatures).toBe(numbers[0]!.familyFeatures);
  expect(atlasTable(map, numbers).rows.length).toBe(6);
  expect(yardstickTable({ a: numbers, b: numbers }).rows.map(({ what }) => what)).toEqual(['none: the features', 'a', 'b']); // prettier-ignore
  expect(figureToSvg(atlasCurves(map, numbers))).toContain('Trustworthiness');
  expect(figureToSvg(atlasFigure(map, { numbers }))).toContain('without DDL, epoch 3');
  const ages = queueAges(map, 3);
  expect(ages.reduce((sum, { count }) => sum + count, 0)).toBe(30);
  expect(queueAgesTable(map, 3).rows.length).toBe(ages.length);
  expect(figureToSvg(queueAgesFigure(map, [1, 3]))).toContain('epoch 1');
  expect(figureToSvg(queueArrows(map, [1, 3]))).toContain('oldest rows');
  expect(() => queueArrows(map, [0])).toThrow(/no queue at epoch 0: choose from 1, 3/);
  const maps = await liveMaps(map, [{ neighbours: 5 }, { neighbours: 5, seed: 2 }]);
  expect(figureToSvg(liveMapsFigure(map, maps))).toContain('seed 2');
  const mean = distancesTable(map, maps).rows.slice(0, 6).reduce((sum, row) => sum + (row['s1'] as number), 0) / 6; // prettier-ignore
  expect(mean).toBeCloseTo(1, 6);
  const background = await backgroundShare(map);
  for (const row of background) expect(Math.abs(row.correlation)).toBeLessThanOrEqual(1 + 1e-9);
  expect(backgroundTable(background).rows.map(({ variant }) => variant)).toEqual(['full', 'without DDL']);
  const atlas = await atlasOf(map, { size: 16 });
  expect(atlas.frames[2]!.rows[0]!.item).toBe(map.frames[2]!.queue!.rows.samples[0]);
  expect(atlasHtml(atlas)).toContain('without DDL');
});

describe('correlation', () => {
  it.each([
    [[1, 2, 3], [2, 4, 6], 1],
    [[1, 2, 3], [3, 2, 1], -1],
    [[1, 2, 3], [1, 1, 1], 0],
    [[1, 2, 3, 4], [1, 3, 2, 4], 0.8],
  ])('of %j and %j is %d', (a, b, expected) => {
    expect(correlation(a, b)).toBeCloseTo(expected, 12);
  });
});

describe('groupsOf', () => {
  it('reads families from names', () => {
    const names = ['family01-a', 'family01-b', 'family02-a', 'family02-b'];
    expect(groupsOf(names)).toEqual({ names: ['family01', 'family02'], of: [0, 0, 1, 1] });
  });
  it.each([[['class 1', 'class 2', 'class 3']], [['oak', 'ash']], [['a-1', 'a-2', 'b-1']]])(
    'leaves classes alone whose names tell no families',
    (names) => {
      expect(groupsOf(names)).toEqual({ names, of: names.map((_, c) => c) });
    },
  );
});
