import { expect, it } from 'vitest';
import { without } from '../ablation';
import type { Dataset } from '../data';
import { figureToSvg } from '../report';
import { useConsole, useStripesAtHome } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import * as tf from '../tf';
import { pickSamples } from './open';
import { thumbnails } from './thumbnails';
import { liveBars, liveTable, trainVariants } from './train-variants';
import { trainLive } from './train-live';

let dataset: Dataset;
useStripesAtHome(3, 4, (made) => ({ dataset } = made));
const { lines, listen } = useConsole();

const full = smallConfig({ training: { epochs: 2 } });
const variants = [
  { name: 'without DDL', why: 'the memory is gone', config: without(full, 'contrast') },
  { name: 'full', why: 'all three', config: full },
];

it('trains each variant with each seed, as one run alone would be trained, and leaves no tensor', async () => {
  listen();
  const before = tf.memory().numTensors;
  const runs = await trainVariants(dataset, variants, { seeds: [1, 2] });
  expect(tf.memory().numTensors).toBe(before);
  expect(runs.map(({ name, config }) => [name, config.seed])).toEqual([
    ['without DDL', 1],
    ['without DDL', 2],
    ['full', 1],
    ['full', 2],
  ]);
  const alone = await trainLive(dataset, { ...full, seed: 2 });
  expect(runs[3]!.id).toBe(alone.id);
  expect(runs[3]!.evaluation).toEqual(alone.evaluation);
  expect(lines.join('\n')).toMatch(/100 %, done in \d+ s/);
  const table = liveTable(runs);
  expect(table.rows.map(({ name }) => name)).toEqual(['without DDL', 'full']);
  const test = (runs[2]!.evaluation.top1 + runs[3]!.evaluation.top1) * 50;
  expect(table.rows[1]!['test']).toBeCloseTo(test, 10);
  expect(table.notes[0]).toContain('12 test images, seeds 1, 2');
  expect(figureToSvg(liveBars(runs))).toContain('without DDL');
});

it('keeps what is done when it is stopped', async () => {
  let epochs = 0;
  const stoppable = variants.map((variant) => ({
    ...variant,
    config: { ...variant.config, training: { ...full.training, epochs: 40 } },
  }));
  listen((line) => {
    if (line.includes('2 of 2: full') && ++epochs === 1) process.emit('SIGINT');
  });
  const runs = await trainVariants(dataset, stoppable).catch((error: Error) => error);
  if (runs instanceof Error) expect(runs.message).toContain('stopped before its first epoch');
  else {
    expect(runs.map(({ stopped }) => stopped)).toEqual([false, true]);
    expect(lines.at(-1)).toContain('stopped; kept: 1 of 2 runs');
    expect(liveTable(runs).rows.length).toBe(1);
  }
});

it('shows the run that was stopped where there is no other', async () => {
  listen();
  const [run] = await trainVariants(dataset, variants.slice(0, 1));
  const stopped = [{ ...run!, stopped: true }];
  expect(liveTable(stopped).rows.map(({ name }) => name)).toEqual(['without DDL (stopped)']);
  expect(figureToSvg(liveBars(stopped))).toContain('without DDL (stopped)');
});

it('refuses a bad config before anything is trained', async () => {
  const bad = { ...variants[0]!, config: { ...full, seed: 0 } };
  await expect(trainVariants(dataset, [variants[1]!, bad])).rejects.toThrow(/seed/);
});

it('makes pictures that a page can hold', async () => {
  const [first] = await thumbnails(pickSamples(dataset, 'train', [0]), { size: 24 });
  expect(first).toMatch(/^data:image\/jpeg;base64,\/9j\//);
  expect(first!.length).toBeLessThan(4000);
});
