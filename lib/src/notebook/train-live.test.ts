import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Dataset } from '../data';
import { runConfig } from '../ablation';
import { figureToSvg } from '../report';
import { useConsole, useStripesAtHome } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import * as tf from '../tf';
import { chanceFigure, liveCurves } from './live-figures';
import { queueDriftFigure, queueReportTable } from './queue-report';
import { trainLive } from './train-live';
import { lookAtViews } from './views';
import { pickSamples } from './open';

let root = '';
let dataset: Dataset;
useStripesAtHome(3, 4, (made) => ({ root, dataset } = made));
const { lines, listen } = useConsole();

describe('trainLive', () => {
  it('trains in view, gives plain values, and leaves neither tensors nor files', async () => {
    listen();
    const before = tf.memory().numTensors;
    const run = await trainLive(dataset, smallConfig({ training: { epochs: 3 } }));
    expect(tf.memory().numTensors).toBe(before);
    expect(run).toMatchObject({ stopped: false, split: 'test' });
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(run.evaluation.images).toBe(12);
    expect(lines[0]).toContain('reading the images');
    expect(lines.at(-1)).toMatch(/100 %, done in \d+ s/);
    expect(await readdir(path.join(root, 'home', '.cache', 'live'))).toEqual([]);
    expect(figureToSvg(liveCurves(run))).toContain('SSDT');
    expect(figureToSvg(chanceFigure(run))).toContain('Accuracy on 12 test images of 3 classes');
  });

  it('gives the same numbers as the runner, and a model that gives the same logits', async () => {
    listen();
    const config = smallConfig();
    const run = await trainLive(dataset, config);
    const place = { runs: path.join(root, 'runs'), cache: path.join(root, 'cache') };
    const { record } = await runConfig(config, dataset, place);
    expect(run.id).toBe(record.id);
    expect(run.epochs).toEqual(record.epochs);
    expect(run.evaluation).toEqual(record.evaluation['test']);
    const [look] = await lookAtViews(run.model, dataset, pickSamples(dataset, 'test', [0]));
    const first = run.labels.indexOf(0);
    const logits = run.outputs.logits.subarray(first * 3, first * 3 + 3);
    look!.logits.raw.forEach((z, c) => expect(z).toBeCloseTo(logits[c]!, 3));
  });

  it('keeps the last whole epoch when the stop button is pressed', async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 1000));
    let clock = 0;
    listen((line) => line.includes('epoch 3 of 50') && process.emit('SIGINT'));
    const before = tf.memory().numTensors;
    const run = await trainLive(dataset, smallConfig({ training: { epochs: 50 } }));
    expect(run.stopped).toBe(true);
    expect(run.epochs).toHaveLength(2);
    expect(run.evaluation.images).toBe(12);
    expect(lines.at(-1)).toContain('stopped; kept: 2 of 50 epochs');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says what to do where nothing was whole yet, and refuses a config that cannot work', async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => (clock += 1000));
    let clock = 0;
    listen((line) => line.includes('epoch 1 of') && process.emit('SIGINT'));
    await expect(trainLive(dataset, smallConfig())).rejects.toThrow('run the cell again');
    await expect(trainLive(dataset, smallConfig({ seed: 0 }))).rejects.toThrow('seed');
  });
});

describe('the queue of a live run', () => {
  it('is told in numbers: length in sets, ages, classes, and the drift by age', async () => {
    listen();
    const run = await trainLive(dataset, smallConfig({ training: { epochs: 3, batchSize: 4 } }));
    const { statistics, drift } = run.queue!;
    expect(statistics).toMatchObject({ filled: 16, classesPresent: 3, coverage: 1, copiesPerImage: 16 / 12 });
    expect(statistics.age).toMatchObject({ max: 3 });
    expect(drift!.map(({ age, count }) => [age, count])).toEqual([0, 1, 2, 3].map((age) => [age, 4]));
    expect(queueReportTable(run).rows.at(-1)).toEqual({ what: 'classes present', value: '3 of 3' });
    expect(figureToSvg(queueDriftFigure(run))).toContain('Age of the row (steps)');
  });

  it('is missing where there is no DDL, and says so', async () => {
    listen();
    const full = smallConfig({ training: { epochs: 1 } });
    const run = await trainLive(dataset, {
      ...full,
      objective: full.objective.filter(({ kind }) => kind !== 'contrast'),
    });
    expect(run.queue).toBeUndefined();
    expect(() => queueReportTable(run)).toThrow('no contrast term');
    expect(() => queueDriftFigure(run)).toThrow('no contrast term');
  });
});
