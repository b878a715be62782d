import { promises as fs } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { auditDataset, readUfg, writeAnnotations } from '../data';
import type { Dataset } from '../data';
import { loadModel, saveModel } from '../export';
import { mean } from '../metrics';
import { predictSamples } from '../predict';
import { figureToSvg, toMarkdown } from '../report';
import { useConsole, useStripesAtHome } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import * as tf from '../tf';
import { auditTable } from './audit-table';
import { makeExampleFolder, mistakesTable } from './example-folder';
import { predictionFigure } from './predict';
import { perClassFigure, runReportTable, worstPairsTable } from './run-report';
import { trainLive } from './train-live';

let root = '';
let dataset: Dataset;
useStripesAtHome(3, 4, (made) => ({ root, dataset } = made));
const { listen } = useConsole();

describe('an example folder', () => {
  it('holds each class with both flaws, which the look at it finds', async () => {
    const folder = await makeExampleFolder(dataset, { classes: [0, 2], flaws: true });
    expect(folder.startsWith(path.join(root, 'home'))).toBe(true);
    const written = await writeAnnotations(folder, { trainPerClass: 6, seed: 1 });
    expect(written).toMatchObject({ classNames: ['class 1', 'class 3'], train: 12, test: 5 });
    const audit = await auditDataset(await readUfg(folder));
    expect([audit.duplicates.length, audit.greyscale.length]).toEqual([1, 1]);
    const text = toMarkdown(auditTable(audit));
    expect(text).toContain('copy of leaf-001.png');
    expect(text).toContain('keep one of each');
  });

  it('is made anew, and tells a wrong class or name', async () => {
    const folder = await makeExampleFolder(dataset, { classes: [0, 1] });
    await expect(fs.readdir(folder)).resolves.toEqual(['images']);
    await expect(makeExampleFolder(dataset, { classes: [7] })).rejects.toThrow(/class 7 has no image: choose from 0/);
    await expect(makeExampleFolder(dataset, { classes: [0], name: '../x' })).rejects.toThrow(/name is "\.\.\/x"/);
  });

  it('shows what the check says to each mistake', async () => {
    const { rows } = await mistakesTable(dataset);
    expect(rows[0]).toMatchObject({ problems: 0 });
    expect(rows.slice(1).every(({ problems }) => Number(problems) > 0)).toBe(true);
    const said = rows.map((row) => String(row['said'])).join('\n');
    for (const words of ['labels are counted from 1', 'without a gap', 'is missing', 'also a training image', 'again'])
      expect(said).toContain(words);
    expect(said).not.toContain(root);
  });
});

it('predicts what an evaluation sees: the centre square where the config crops its test images', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const config = smallConfig();
  const run = await trainLive(dataset, { ...config, input: { ...config.input, testCrop: 0.5 } });
  const predictions = await predictSamples(run.model, dataset.tests['test']!.samples);
  const nll = predictions.map(({ sample, probabilities }) => -Math.log(probabilities[sample.label]!));
  expect(mean(nll)).toBeCloseTo(run.evaluation.nll, 5);
});

it('trains, reports, predicts, and predicts the same from a file', async () => {
  listen();
  const run = await trainLive(dataset, smallConfig());
  const before = tf.memory().numTensors;
  const { top1, images } = run.evaluation;
  expect(toMarkdown(runReportTable(run))).toContain(`${(100 * top1).toFixed(1)} %`);
  expect(figureToSvg(perClassFigure(run))).toContain('class 2 (4)');
  const pairs = worstPairsTable(run, 100).rows.reduce((sum, { times }) => sum + Number(times), 0);
  expect(pairs).toBe(images - Math.round(top1 * images));

  const samples = dataset.tests['test']!.samples;
  const predictions = await predictSamples(run.model, samples);
  const called = predictions.map(({ probabilities }) => probabilities.indexOf(Math.max(...probabilities)));
  expect(called).toEqual(run.evaluation.predictions);
  for (const { probabilities } of predictions) expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
  const figure = predictionFigure(predictions[0]!, { names: dataset.classNames, top: 2 });
  expect(figureToSvg(figure)).toContain(dataset.classNames[samples[0]!.label]);

  const file = path.join(root, 'home', 'model.safetensors');
  await saveModel(file, { ...run.model, classNames: dataset.classNames, run: run.id });
  expect(await predictSamples(loadModel(file), samples)).toEqual(predictions);
  expect(tf.memory().numTensors).toBe(before);
});
