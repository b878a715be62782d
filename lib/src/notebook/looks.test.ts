import { describe, expect, it } from 'vitest';
import { splitNamed } from '../data';
import type { Dataset } from '../data';
import { figureToSvg, toMarkdown } from '../report';
import { useStripes } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import * as tf from '../tf';
import { familyFigure } from './family';
import { featureMap } from './feature-map';
import { lookAtQueue } from './memory';
import { queueFigure, queueTable } from './memory-figure';
import { datasetTable, pickSamples } from './open';
import { softFigure } from './soft-figure';
import { lookAtViews } from './views';
import { keptShare, viewsFigure, viewsTable } from './views-figure';

let root = '';
let dataset: Dataset;
const config = smallConfig();
useStripes(3, 4, (made) => ({ root, dataset } = made));

describe('samples', () => {
  it('are picked class by class, and a wrong name or class is told', () => {
    expect(pickSamples(dataset, 'test', [2, 0], 2).map(({ label }) => label)).toEqual([2, 2, 0, 0]);
    expect(() => splitNamed(dataset, 'tset')).toThrow('choose one of train, test');
    expect(() => pickSamples(dataset, 'test', [3])).toThrow('choose from 0 to 2');
    expect(toMarkdown(datasetTable(dataset))).not.toContain(root);
  });
});

describe('lookAtViews', () => {
  it('follows images through SSDP as plain values, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const looks = await lookAtViews(config, dataset, pickSamples(dataset, 'test', [0, 1]));
    expect(tf.memory().numTensors).toBe(before);
    for (const { raw, cut, mask, saliency, box, logits, truth } of looks) {
      expect([raw.data.length, cut.data.length, truth!.length]).toEqual([32 * 32 * 3, 32 * 32 * 3, 32 * 32]);
      expect(new Set(Array.from(mask.values))).toEqual(new Set([0, 1]));
      expect(Math.max(...Array.from(saliency.values))).toBeCloseTo(1, 6);
      expect(box.left + box.width).toBeLessThanOrEqual(32 + 1e-4);
      expect([logits.raw.length, logits.cut.length]).toEqual([3, 3]);
    }
    const svg = figureToSvg(viewsFigure(looks, dataset));
    expect(svg).toContain('3 box, and the truth');
    expect(viewsTable(looks, dataset).rows).toHaveLength(3);
  });

  it('measures what a box keeps: all with the whole view, half with half of the truth, nothing without masks', async () => {
    const [look] = await lookAtViews(config, dataset, pickSamples(dataset, 'test', [0]));
    const whole = { ...look!, box: { top: 0, left: 0, height: 32, width: 32 } };
    expect(keptShare(whole)).toBeCloseTo(1, 6);
    expect(keptShare({ ...whole, box: { ...whole.box, width: 16 } })).toBeCloseTo(0.5, 1);
    expect(keptShare({ ...whole, truth: undefined })).toBeNull();
    expect(viewsTable([{ ...whole, truth: undefined }], dataset).rows).toHaveLength(1);
  });
});

describe('lookAtQueue', () => {
  it('fills a queue first in, first out, compares one image a class with it, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const all = await lookAtQueue(config, dataset, { classes: [0, 1, 2], anchors: 'test' });
    const short = await lookAtQueue(config, dataset, { classes: [0, 1, 2], anchors: 'test', queueLength: 5 });
    expect(tf.memory().numTensors).toBe(before);
    expect(all.rowLabels).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(short.rowLabels).toEqual([1, 2, 2, 2, 2]);
    expect(all.similarity.map((row) => row.length)).toEqual([12, 12, 12]);
    expect(Math.max(...all.similarity.flat())).toBeLessThanOrEqual(1 + 1e-6);
    expect(figureToSvg(queueFigure(all, dataset, { margin: 0.4 }))).toContain('cosine s');
    expect(queueTable(all, { margin: -1 }).rows.map((row) => [row['pairs'], row['above']])).toEqual([[12, 100], [24, 100]]); // prettier-ignore
  });

  it('draws margins at both ends of the scale', async () => {
    const look = await lookAtQueue(config, dataset, { classes: [0, 1], anchors: 'test' });
    for (const margin of [-1, 0, 1]) expect(figureToSvg(queueFigure(look, dataset, { margin }))).toContain('<svg');
  });
});

describe('pictures', () => {
  it('a family is a row a class; masks need no description of the generator', async () => {
    const figure = await familyFigure(dataset, { classes: [0, 2], each: 2, size: 16, masks: true });
    expect(figure.layout.images).toHaveLength(4);
    expect(figureToSvg(figure)).toContain('class 3');
  });

  it('softened bars: two views in each panel, panels equally wide', () => {
    const figure = softFigure([0, 0, 3], [0, 1, 2], { temperatures: [1, 4] });
    expect(figure.data).toHaveLength(4);
    const widths = [figure.layout.xaxis, figure.layout.xaxis2].map((axis) => axis!.domain![1] - axis!.domain![0]);
    expect(widths[0]).toBeCloseTo(widths[1]!, 12);
  });

  it('a map of features keeps clusters apart, is the same for the same seed, and refuses too few rows', () => {
    const points = Array.from({ length: 24 }, (_, i) => ({ label: i % 2 }));
    const flat = Float32Array.from({ length: 24 * 3 }, (_, k) => {
      const [row, column] = [Math.floor(k / 3), k % 3];
      return (column === row % 2 ? 1 : 0) + 0.01 * Math.sin(k);
    });
    const map = featureMap(flat, 3, points, { neighbors: 5 });
    expect(featureMap(flat, 3, points, { neighbors: 5 })).toEqual(map);
    const nearest = map.map((a) => {
      const others = map.filter((b) => b !== a);
      return others.reduce((best, b) =>
        Math.hypot(a.x - b.x, a.y - b.y) < Math.hypot(a.x - best.x, a.y - best.y) ? b : best,
      );
    });
    expect(nearest.filter((b, i) => b.label === map[i]!.label).length).toBeGreaterThan(20);
    expect(() => featureMap(flat, 3, points, { neighbors: 24 })).toThrow('give fewer neighbors');
    expect(() => featureMap(flat, 4, points)).toThrow('24 rows of 4');
  });
});
