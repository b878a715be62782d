import { rm } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelValues } from '../backbone';
import type { ViewConfig } from '../config';
import { readUfg } from '../data';
import type { Dataset } from '../data';
import { temporaryFolder, writeDataset } from '../data/testing';
import { boxIou, iou, maskBox, mean } from '../metrics';
import type { LocalisationOnImage } from '../metrics';
import { lookAtViews } from '../notebook';
import { stripesDataset } from '../notebook/testing';
import type { HeatMap } from '../plots';
import { figureToSvg } from '../report';
import { toMarkdown } from '../report/table';
import { smallConfig } from '../testing/images';
import * as tf from '../tf';
import { withModel } from '../train/source';
import { localisationFigure, localisationTable } from './localisation-present';
import { summarizeLocalisation } from './localisation-results';
import { localisationRows } from './localisation-rows';
import { localise } from './localise';
import type { Localisation } from './localise';

const config = smallConfig();
const SIDE = config.input.imageSize;
let root = '';
let dataset: Dataset;
let found: Localisation;

beforeAll(async () => {
  root = await temporaryFolder();
  dataset = await stripesDataset(path.join(root, 'stripes'), 3, 4);
  found = await localise(config, dataset);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('rows', () => {
  const named = (change: Parameters<typeof smallConfig>[0]) =>
    localisationRows(smallConfig(change)).map(({ saliency, mask }) => `${saliency}: ${mask}`);

  it("are the config's own pair first, then each saliency and each mask that the backbone allows", () => {
    const rows = named({});
    expect(rows[0]).toBe('activation, stride 8: above 0.5 of the maximum');
    expect(rows).toContain('activation, stride 32: above 0.5 of the maximum');
    expect(rows).toContain('learnt kernel, as training begins, stride 8: soft (inside from 0.5 on)');
    expect(rows).toContain('activation, stride 8: above 0.7 of the maximum');
    expect(rows).toContain('activation, stride 8: the top 25 %');
    expect(rows.filter((row) => row.includes('attention'))).toEqual([]);
    expect(new Set(rows).size).toBe(rows.length);
  });

  it('follow the config: a transformer has attention, and another own pair leads', () => {
    const rows = named({
      backbone: { kind: 'vit-tiny' },
      view: { saliencyStride: 16, kind: 'none', fraction: [0.1, 0.3] },
    });
    expect(rows[0]).toBe('activation, stride 16: above 0.2 of the maximum');
    expect(rows).toContain('attention rolled out, stride 16: above 0.2 of the maximum');
    expect(rows.filter((row) => row.includes('stride 8'))).toEqual([]);
  });

  it('of a trained model without a learnt saliency hold none', () => {
    const values = withModel(config, 2, (model) => modelValues(model));
    const rows = localisationRows({ config, classes: 2, values });
    expect(rows.some(({ saliency }) => saliency.includes('kernel'))).toBe(false);
    expect(rows).toHaveLength(localisationRows(config).length - 1);
  });
});

/** A map of cells at the size of the view: bilinear between the middles of the cells, constant beyond the outer ones. */
function resized({ values, width }: HeatMap): Float32Array {
  const at = (pixel: number): readonly [number, number, number] => {
    const place = Math.min(Math.max(((pixel + 0.5) * width) / SIDE - 0.5, 0), width - 1);
    const low = Math.min(Math.floor(place), width - 2);
    return [low, low + 1, place - low];
  };
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [[top, bottom, dy], [left, right, dx]] = [at(Math.floor(i / SIDE)), at(i % SIDE)];
    const row = (y: number): number => (1 - dx) * values[y * width + left]! + dx * values[y * width + right]!;
    return (1 - dy) * row(top) + dy * row(bottom);
  });
}

describe('localise', () => {
  it('scores what lookAtViews shows, image by image, the mask resized bilinearly', async () => {
    const looks = await lookAtViews(config, dataset, dataset.train.samples);
    const scores = looks.map(({ mask, truth, box }) => ({
      area: (box.height * box.width) / SIDE ** 2,
      mask: iou(resized(mask), truth!),
      box: boxIou(box, maskBox(truth!, [SIDE, SIDE])!),
    }));
    const { areas, measures } = found.results[0]!;
    expect(areas.box).toBeCloseTo(mean(scores.map(({ area }) => area)), 6);
    expect(measures.mask.found.mean).toBeCloseTo(mean(scores.map(({ mask }) => mask)), 9);
    expect(measures.box.found.mean).toBeCloseTo(mean(scores.map(({ box }) => box)), 6);
  });

  it('counts classes, not images: a class is one number, and its images are not independent', () => {
    expect([found.images, found.classes, found.empty]).toEqual([12, 3, 0]);
    expect(found.truth.mask).toBeCloseTo(0.5, 6);
    for (const { measures } of found.results)
      for (const { found: own, centre, toCentre, toRandom } of Object.values(measures)) {
        expect([own.n, toCentre.n, toRandom.n]).toEqual([3, 3, 3]);
        expect(toCentre.mean).toBeCloseTo(own.mean - centre.mean, 9);
        for (const value of [own.mean, centre.mean]) expect(value >= 0 && value <= 1).toBe(true);
      }
    expect(found.results[0]!.measures.pointing.random.mean).toBeCloseTo(0.5, 6);
  });

  it('is the same again, for another split another one, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const done: number[] = [];
    const again = await localise(config, dataset, { onProgress: (at) => done.push(at) });
    expect(tf.memory().numTensors).toBe(before);
    expect(again).toEqual(found);
    expect(done.at(-1)).toBe(12);
    const other = await localise(config, dataset, { split: 'test' });
    expect(other.id).not.toBe(found.id);
    expect(other.results).not.toEqual(found.results);
  });

  it('takes a transformer with its attention, and a trained model', async () => {
    const vit = smallConfig({ backbone: { kind: 'vit-tiny' }, view: { saliencyStride: 16, saliency: 'attention' } });
    const { results } = await localise(vit, dataset, { split: 'test' });
    expect(results.map(({ row }) => row.saliency)).toContain('attention rolled out, stride 16');
    const values = withModel(config, 3, (model) => modelValues(model));
    const trained = await localise({ config, classes: 3, values }, dataset);
    expect(trained.trained).toBe(true);
    expect(trained.results[0]).toEqual(found.results[0]);
  });

  it('says what is wrong: no masks, none in this split, no such split, all empty; and stops when it is told', async () => {
    const plain = path.join(root, 'plain');
    await writeDataset(plain, 2, [1, 1]);
    const without = await readUfg(plain);
    await expect(localise(config, without)).rejects.toThrow(/nothing can be located.*\n.*no masks; allowed: .*leaf80/);
    const none: Dataset = { ...dataset, maskOf: () => undefined };
    await expect(localise(config, none, { split: 'test' })).rejects.toThrow("no image of split 'test' has a mask");
    await expect(localise(config, dataset, { split: 'tset' })).rejects.toThrow('choose one of train, test');
    const black = path.join(root, 'black.png');
    await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000000' } }).toFile(black);
    const before = tf.memory().numTensors;
    await expect(localise(config, { ...dataset, maskOf: () => black })).rejects.toThrow('is empty at 32 px');
    const stopped = localise(config, dataset, { signal: AbortSignal.abort(new Error('stopped')) });
    await expect(stopped).rejects.toThrow('stopped');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves out what has no truth, and says so', async () => {
    const [first] = dataset.train.samples;
    const black = path.join(root, 'none.png');
    await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000000' } }).toFile(black);
    const some: Dataset = { ...dataset, maskOf: (sample) => (sample === first ? black : dataset.maskOf!(sample)) };
    const partial = await localise(config, some);
    expect([partial.images, partial.empty]).toEqual([11, 1]);
    expect(toMarkdown(localisationTable(partial))).toContain('1 more images have a mask that is empty');
  });
});

describe('the means', () => {
  const scores = (value: number): LocalisationOnImage['found'] => ({
    pointing: value,
    energy: value,
    mask: value,
    box: value,
  });
  const image = (label: number, value: number) => ({
    ...{ label, truth: { mask: 0.1, box: 0.2 } },
    rows: [{ found: scores(value), centre: scores(0.5), random: scores(0.1), areas: { mask: 0.3, box: 0.4 } }],
  });
  const row = { saliency: 's', mask: 'm', view: config.view as ViewConfig, theta: 0.5 };

  it('are of classes: by hand, with classes of different size', () => {
    const { results, classes, images } = summarizeLocalisation([row], [image(4, 0.2), image(0, 1), image(4, 0.4)]);
    const { found: own, toCentre, toRandom } = results[0]!.measures.mask;
    expect([images, classes]).toEqual([3, 2]);
    // Class means 1 and 0.3: mean 0.65, sd 0.7 / sqrt 2, t(1) = 12.706.
    expect(own.mean).toBeCloseTo(0.65, 12);
    expect(own.high! - own.mean).toBeCloseTo(12.7062047 * 0.35, 6);
    expect([toCentre.mean, toRandom.mean]).toEqual([expect.closeTo(0.15, 12), expect.closeTo(0.55, 12)]);
  });

  it('have no interval where there is one class', () => {
    const { results } = summarizeLocalisation([row], [image(0, 0.2), image(0, 0.4)]);
    expect(results[0]!.measures.box.found).toMatchObject({ n: 1, low: null, high: null });
    expect(results[0]!.measures.box.found.mean).toBeCloseTo(0.3, 12);
  });
});

describe('table and figure', () => {
  it('hold every saliency once for the pointing game, every pair for the masks, and no box of a soft mask', () => {
    const { rows, notes } = localisationTable(found);
    const of = (measure: string) => rows.filter((one) => one['measure'] === measure);
    const pairs = found.results.length;
    expect(of('IoU of the mask')).toHaveLength(pairs);
    expect(of('IoU of the box')).toHaveLength(pairs - 2);
    expect(of('pointing game')).toHaveLength(4);
    expect(of('energy inside')).toHaveLength(4);
    const text = toMarkdown(localisationTable(found));
    expect(text).toContain('untrained: the saliency needs no head');
    expect(text).not.toContain(root);
    expect(notes.join(' ')).toContain('The truth covers 50.0 % of an image');
  });

  it('are drawn', () => {
    const svg = figureToSvg(localisationFigure(found));
    expect(svg).toContain('same area in the centre');
    expect(svg).toContain('IoU of the box (%)');
  });
});
