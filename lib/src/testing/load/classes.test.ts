/** Five thousand classes: everything that is counted by class goes on, and whatever is shown of them has an end. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../tf';
import { summarizeRuns } from '../../ablation/results';
import { TABLES } from '../../ablation/tables';
import { planRuns } from '../../ablation/plan';
import { preset } from '../../config';
import { createRng } from '../../core/rng';
import { forSelection, holdout, inspectDataset, inspectionLines, readDataset, takePerClass } from '../../data';
import { flatPng, temporaryFolder } from '../../data/testing';
import { modelCard } from '../../export/card';
import { classAccuracyFigure, confusedTable, perClassFigure } from '../../notebook';
import { confusionChange, confusionHeatmap, confusionOfEntries, embeddingScatter } from '../../plots';
import type { Figure, HeatmapTrace } from '../../plots';
import { figureToSvg, linkedConfusionHtml } from '../../report';
import { tablePageHtml } from '../../report/page';
import { createState, disposeState, planEpoch, score, trainStep } from '../../train';
import { drawnImages } from '../../bench/profile';
import { runRecord } from '../records';
import { FULL, tell } from './slope';

const CLASSES = 5000;
const PER_CLASS = 2;
/** Images that are scored: each has 5,000 logits. */
const SCORED = FULL ? PER_CLASS * CLASSES : 2000;
const MB = 2 ** 20;
const names = Array.from({ length: CLASSES }, (_, c) => `cultivar ${c + 1}`);

/** Test images of all classes, of which a third are called something else. */
const rng = createRng(1, 'classes');
const labels = Array.from({ length: PER_CLASS * CLASSES }, (_, i) => i % CLASSES);
const guesses = labels.map((label) => (rng.int(3) === 0 ? rng.int(CLASSES) : label));

/** Bytes of a figure as a notebook keeps it: Plotly's JSON and the SVG. */
const kept = (figure: Figure): number => JSON.stringify(figure).length + figureToSvg(figure).length;

describe('what is computed', () => {
  it('a step and an evaluation', { timeout: 300_000 }, () => {
    const config = preset('tiny', { training: { batchSize: 8 } });
    const begin = performance.now();
    let state = createState(config, CLASSES);
    const images = drawnImages(config, CLASSES, 8);
    const plan = planEpoch(8, config, 1)[0]!;
    const done = trainStep(state, config, { data: images.data, labels: Int32Array.from(labels.slice(0, 8)), names: images.names, plan }, { step: 0, steps: 10, stepsPerEpoch: 10 } as never); // prettier-ignore
    state = done.state;
    expect(Number.isFinite(done.report.total)).toBe(true);
    disposeState(state);
    tell(`${CLASSES} classes: a first step of 8 images in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    expect(tf.memory().numTensors).toBeLessThan(20);
  });

  it('scores, in memory that grows with the images and not with the square of the classes', () => {
    const logits = new Float32Array(SCORED * CLASSES);
    const shown = labels.slice(0, SCORED);
    guesses.slice(0, SCORED).forEach((guess, i) => (logits[i * CLASSES + guess] = 5));
    const before = process.memoryUsage().heapUsed;
    const begin = performance.now();
    const found = score({ logits, features: new Float32Array(0), featureSize: 0 }, { count: SCORED, size: 1, labels: Int32Array.from(shown), names: [] }, CLASSES); // prettier-ignore
    tell(`${CLASSES} classes, ${SCORED} images scored in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    expect(found.confusion.reduce((sum, [, , n]) => sum + n, 0)).toBe(SCORED);
    expect(found.confusion.length).toBeLessThanOrEqual(SCORED);
    // The matrix alone would take 200 MB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * MB);
    expect(JSON.stringify(found).length).toBeLessThan(MB);
  });
});

describe('what is shown', () => {
  const cells = labels.map((label, i) => [label, guesses[i]!, 1] as const);
  const dense = (): number[][] => {
    const counts = Array.from({ length: CLASSES }, () => new Array<number>(CLASSES).fill(0));
    for (const [t, p, n] of cells) counts[t]![p]! += n;
    return counts;
  };

  it('matrices show the classes that are mixed up most, and say so', { timeout: 120_000 }, () => {
    const counts = dense();
    for (const figure of [
      confusionOfEntries(cells, { classes: CLASSES, names }),
      confusionHeatmap(counts, { names, as: 'count', boundaries: [100] }),
      confusionChange(counts, counts, { names }),
    ]) {
      expect((figure.data[0] as HeatmapTrace).z).toHaveLength(100);
      expect(figure.meta!.caption).toContain(`Of ${CLASSES} classes the 100 that are mixed up most are shown.`);
      expect(kept(figure)).toBeLessThan(MB);
    }
    const none = { names, counts, pictures: [], guesses: [], training: names.map(() => []), title: '' };
    expect(() => linkedConfusionHtml(none)).toThrow(/at most 600/);
  });

  it('rows of classes show both ends', () => {
    const counts = dense();
    const families = names.map(() => 0);
    const all = { name: 'run', run: 'r', split: 'test', classNames: names, families, samples: [], labels, predictions: guesses, right: [], probabilities: [], confidences: [], counts }; // prettier-ignore
    const evaluation = { images: labels.length, top1: 0.7, perClass: counts.map((row, c) => row[c]! / PER_CLASS), confusion: cells, predictions: guesses }; // prettier-ignore
    for (const figure of [
      classAccuracyFigure(all),
      perClassFigure({ evaluation, classNames: names, labels, split: 'test', id: 'r' } as unknown as Parameters<typeof perClassFigure>[0]), // prettier-ignore
    ]) {
      expect(figure.layout.height).toBeLessThan(8000);
      expect(figure.meta!.caption).toMatch(/Of 5000 classes the 125 worst and the 125 best/);
      expect(kept(figure)).toBeLessThan(MB);
    }
    expect(confusedTable(all, 6).rows).toHaveLength(6);
  });

  it('a map draws classes that look alike together', () => {
    const points = labels.map((label, i) => ({ x: i % 97, y: i % 89, label }));
    const figure = embeddingScatter(points, { names });
    expect(figure.data.length).toBeLessThanOrEqual(42);
    expect(figure.data.flatMap((trace) => [...(trace.x ?? [])])).toHaveLength(points.length);
    expect(kept(figure)).toBeLessThan(4 * MB);
  });

  it('pages and cards', () => {
    const full = preset('tiny');
    const variants = TABLES.modules.variants(full).slice(0, 2);
    const evaluation = { images: labels.length, top1: 0.7, top5: 0.9, nll: 1, perClass: names.map(() => 0.5), confusion: cells, predictions: guesses }; // prettier-ignore
    const dataset = { name: 'many', fingerprint: 'f', classes: CLASSES, train: 10_000, tests: { test: labels.length } };
    const runs = planRuns(variants, [1, 2], { sources: () => ({ dataset: 'f', weights: null }), find: () => undefined }).map((run) => ({ ...run, record: { ...runRecord(run.config, 0.5), dataset, evaluation: { test: evaluation } } })); // prettier-ignore
    const results = summarizeRuns(TABLES.modules, variants, runs)!;
    const begin = performance.now();
    const html = tablePageHtml({ results, full, classNames: names, command: '', map: { missing: '' }, mistakes: { missing: '' } }); // prettier-ignore
    tell(
      `${CLASSES} classes: a page of ${(html.length / MB).toFixed(1)} MB in ${((performance.now() - begin) / 1000).toFixed(1)} s`,
    );
    expect(html).toContain(`The 1000 worst of ${CLASSES} classes`);
    expect(html.length).toBeLessThan(2 * MB);
    const card = modelCard({ config: full, classes: CLASSES, classNames: names, createdBy: {} }, { kind: 'timm' }, { dataset, evaluation: { test: evaluation }, provenance: runs[0]!.record.provenance }); // prettier-ignore
    expect(card.length).toBeLessThan(20_000);
  });
});

describe('what is read', () => {
  const COUNT = FULL ? CLASSES : 700;
  let root: string;
  beforeAll(async () => {
    root = await temporaryFolder();
    fs.mkdirSync(path.join(root, 'images'));
    fs.mkdirSync(path.join(root, 'anno'));
    const lines: Record<string, string[]> = { train: [], test: [] };
    for (let c = 0; c < COUNT; c++)
      for (const [k, split] of ['train', 'train', 'test'].entries()) {
        const name = `${c + 1}_${k}.png`;
        fs.writeFileSync(path.join(root, 'images', name), await flatPng([c % 256, Math.floor(c / 256), 80 * k], 2));
        lines[split]!.push(`${name} ${c + 1}`);
      }
    for (const [split, own] of Object.entries(lines)) fs.writeFileSync(path.join(root, 'anno', `${split}.txt`), `${own.join('\n')}\n`); // prettier-ignore
  }, 600_000);
  afterAll(() => fs.promises.rm(root, { recursive: true, force: true }));

  it(`${COUNT} classes: listed, drawn from, split, inspected`, { timeout: 600_000 }, async () => {
    let begin = performance.now();
    const dataset = await readDataset(root);
    expect([dataset.classes, dataset.classNames.length]).toEqual([COUNT, COUNT]);
    expect(takePerClass(dataset, 1, 1).train.samples).toHaveLength(COUNT);
    const selection = forSelection(dataset, holdout(dataset.train, 1, 1));
    expect(selection.tests.validation!.samples).toHaveLength(COUNT);
    const read = (performance.now() - begin) / 1000;
    begin = performance.now();
    const text = inspectionLines(await inspectDataset(dataset)).join('\n');
    tell(
      `${COUNT} classes read in ${read.toFixed(1)} s, inspected in ${((performance.now() - begin) / 1000).toFixed(1)} s`,
    );
    expect(text.length).toBeLessThan(10_000);
  });
});
