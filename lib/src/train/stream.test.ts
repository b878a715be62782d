/** A run on images that are decoded as they are read: the numbers of a run on images in memory, and a clean end whatever happens. */
import { promises as fs } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gather, openImages, splitsOf, waitingShare } from '../data';
import type { Dataset, Images, ImageStream, OpenImages } from '../data';
import { writeFiles, temporaryFolder } from '../data/testing';
import { readUfg } from '../data/ufg';
import { smallConfig, syntheticImages } from '../testing/images';
import { drawStripes } from '../testing/stripes';
import * as tf from '../tf';
import { trainRun } from './loop';
import type { RunData, RunOptions } from './loop';

const CONFIG = smallConfig();
const SIZE = CONFIG.input.sourceSize;
const STRIDE = SIZE * SIZE * 3;

let root: string;
let dataset: Dataset;
beforeAll(async () => {
  root = await fs.realpath(await temporaryFolder());
  await drawStripes(root);
  dataset = await readUfg(root);
});
afterAll(() => fs.rm(root, { recursive: true, force: true }));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

/** The dataset within the memory of so many images. */
async function open(images: number, from = dataset): Promise<OpenImages & { readonly data: RunData }> {
  const opened = await openImages(splitsOf(from), { size: SIZE, memory: images * STRIDE });
  const [train, test] = opened.sources;
  return { ...opened, data: { classes: from.classes, train: train!, tests: { test: test! } } };
}

async function outcome(images: number, options: RunOptions = {}, from = dataset) {
  const { data, close, streamed } = await open(images, from);
  const { epochs, evaluation, outputs } = await trainRun(CONFIG, data, options).finally(close);
  return { streamed, numbers: { epochs, evaluation, outputs } };
}

describe('a run on a stream', () => {
  it('gives the record of a run on images in memory, to the bit', async () => {
    const [held, streamed] = [await outcome(24), await outcome(16)];
    expect([held.streamed, streamed.streamed]).toEqual([false, true]);
    expect(streamed.numbers).toEqual(held.numbers);
    expect(JSON.stringify(streamed.numbers.epochs)).toBe(JSON.stringify(held.numbers.epochs));
  });

  it('stops at an image that cannot be decoded, with its name, after the steps before it', async () => {
    const broken = await fs.realpath(await temporaryFolder());
    await drawStripes(broken);
    const bad = await readUfg(broken);
    let steps = 0;
    const spoil = ({ step }: { readonly step: number }): void => void (steps = step);
    await writeFiles(broken, { 'images/2_1_train.png': 'no image' });
    await expect(outcome(16, { onStep: spoil }, bad)).rejects.toThrow(
      /^The split 'train' cannot be decoded: 1 problem\n.*anno\/train.txt:5: the image .*2_1_train\.png cannot be decoded/,
    );
    expect(steps).toBeLessThanOrEqual(1);
    await fs.rm(broken, { recursive: true });
  });

  it('stops where it is told to, also while images are being read', async () => {
    const stop = new AbortController();
    const { data, close } = await open(16);
    const ended = { reads: 0 };
    const train = data.train as ImageStream;
    const slow: ImageStream = {
      ...train,
      async read(indices, signal) {
        stop.abort(new Error('enough'));
        return train.read(indices, signal).finally(() => ended.reads++);
      },
    };
    await expect(trainRun(CONFIG, { ...data, train: slow }, { signal: stop.signal })).rejects.toThrow('enough');
    expect(ended.reads).toBeGreaterThan(0);
    await close();
  });
});

describe('waiting', () => {
  const images: Images = syntheticImages({ classes: 3, perClass: 4, size: SIZE });
  const { data: _, ...list } = images;

  /** A run on a clock that only reading (each batch) and training (each step) turn. */
  async function run(reading: number, training: number) {
    let now = 0;
    const train: ImageStream = {
      ...list,
      async read(indices) {
        now += reading;
        return gather(images, indices);
      },
    };
    const onStep = (): void => void (now += training);
    return trainRun(CONFIG, { classes: 3, train, tests: {} }, { onStep, clock: () => now });
  }

  it('is the share of the time in which the step had no images', async () => {
    const { waiting } = await run(30, 970);
    const steps = CONFIG.training.epochs * Math.ceil(images.count / CONFIG.training.batchSize);
    // Before the first step, whose wait is not counted, three batches are begun; before each that follows one, until all are.
    expect(waiting).toEqual({ waited: 30 * (steps - 3), worked: 970 * (steps - 1) });
    expect(waitingShare(waiting)).toBeCloseTo(30 / (30 + 2910), 10);
    expect((await run(0, 970)).waiting.waited).toBe(0);
  });

  it('touches no number of the run', async () => {
    const [fast, slow] = [await run(0, 1), await run(1000, 1)];
    expect(slow.epochs).toEqual(fast.epochs);
  });
});
