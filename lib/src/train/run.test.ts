import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLASSIFY, CONTRAST, DISTILL, hashOf } from '../config';
import type { Config, ContrastTerm, Patch } from '../config';
import { smallConfig, syntheticImages } from '../testing/images';
import * as tf from '../tf';
import { removeCheckpoint, trainRun } from './loop';
import type { RunData, RunOptions, RunOutcome } from './loop';

const DATA: RunData = {
  classes: 3,
  train: syntheticImages({ classes: 3, perClass: 5, size: 48 }),
  tests: { test: syntheticImages({ classes: 3, perClass: 4, size: 48, seed: 2 }) },
};

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-run-'))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const SHORT = { warmupSteps: 2, queueLength: 16 };
const EPOCHS = 3;
const contrastWith = (change: Partial<ContrastTerm>): Config['objective'] => [
  ...[CLASSIFY, { ...CONTRAST, ...SHORT, ...change }, { ...DISTILL, warmupSteps: 2 }],
];
const VARIANTS: Record<string, Patch<Config>> = {
  'full, two queues, adamw': {},
  'full, one queue, sgd': {
    objective: [CLASSIFY, { ...CONTRAST, ...SHORT, queues: 'one' }, { ...DISTILL, direction: 'rawToAug' }],
    optimizer: { kind: 'sgd', rate: 1e-2 },
  },
  'no second view, contrast': { view: { kind: 'none' }, objective: [CLASSIFY, { ...CONTRAST, ...SHORT }] },
  'baseline, no queue': { view: { kind: 'none' }, objective: [CLASSIFY] },
  'two ordinary views, batch statistics': { view: { kind: 'random' }, backbone: { batchNorm: 'train' } },
  'a learnt kernel that keeps by a soft mask': { view: { kind: 'keep', saliency: 'kernel', mask: 'soft' } },
  'averaged keys': { objective: contrastWith({ keys: 'ema', keyMomentum: 0.9, family: 'infonce' }) },
  'averaged keys, batch statistics': {
    ...{ objective: contrastWith({ keys: 'ema', keyMomentum: 0.9 }), backbone: { batchNorm: 'train' } },
  },
  'separate depths, cross terms': { objective: contrastWith({ features: 'separate', crossTerms: true }) },
  'one queue of averaged depths, a shuffled view in parts': {
    view: { kind: 'shuffle' },
    objective: contrastWith({ queues: 'one', features: 'averaged' }),
    training: { epochs: EPOCHS, accumulation: 2 },
  },
};

/** Everything in an outcome, to the bit: equal texts are equal outcomes. Short, so that a difference can be read. */
function digest({ epochs, evaluation, outputs }: RunOutcome) {
  const bits = Object.values(outputs).map(({ logits, features }) => hashOf([Array.from(logits), Array.from(features)]));
  return { epochs, nll: Object.values(evaluation).map(({ nll }) => nll), evaluation: hashOf(evaluation), bits };
}

const configOf = (name: string): Config => smallConfig({ training: { epochs: EPOCHS }, ...VARIANTS[name] });

/** Run until `epochs` epochs are done, then stop. */
async function killAfter(epochs: number, config: Config, checkpointFile: string): Promise<void> {
  const controller = new AbortController();
  const options: RunOptions = {
    checkpointFile,
    signal: controller.signal,
    onEpoch: ({ epoch }) => {
      if (epoch === epochs) controller.abort(new Error('killed'));
    },
  };
  await expect(trainRun(config, DATA, options)).rejects.toThrow('killed');
}

describe('trainRun', () => {
  it.each(Object.keys(VARIANTS))('gives the same outcome twice, and killed and resumed: %s', async (name) => {
    const config = configOf(name);
    const [before, first] = [tf.memory().numTensors, digest(await trainRun(config, DATA))];
    expect(tf.memory().numTensors).toBe(before);
    expect(digest(await trainRun(config, DATA))).toEqual(first);
    for (const epochs of name === 'full, two queues, adamw' ? [1, 2] : [2]) {
      const file = path.join(folder, `${epochs}.safetensors`);
      await killAfter(epochs, config, file);
      const notes: string[] = [];
      const resumed = await trainRun(config, DATA, { checkpointFile: file, onNote: (note) => notes.push(note) });
      expect(digest(resumed)).toEqual(first);
      expect(notes).toEqual([`Resumed after epoch ${epochs}.`]);
      removeCheckpoint(file);
      expect(fs.existsSync(file)).toBe(false);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('goes on from its last epoch where it is stopped in the middle of one', async () => {
    const config = configOf('full, two queues, adamw');
    const file = path.join(folder, 'middle.safetensors');
    const controller = new AbortController();
    const before = tf.memory().numTensors;
    const stop: RunOptions = {
      checkpointFile: file,
      signal: controller.signal,
      onStep: ({ step }) => {
        if (step === 5) controller.abort(new Error('stopped'));
      },
    };
    await expect(trainRun(config, DATA, stop)).rejects.toThrow('stopped');
    expect(tf.memory().numTensors).toBe(before);
    const steps: number[] = [];
    const resumed = await trainRun(config, DATA, { checkpointFile: file, onStep: ({ step }) => steps.push(step) });
    expect(steps).toEqual([4, 5, 6, 7, 8, 9]);
    expect(digest(resumed)).toEqual(digest(await trainRun(config, DATA)));
  });

  it('evaluates again where only the evaluation is missing', async () => {
    const config = configOf('baseline, no queue');
    const file = path.join(folder, 'done.safetensors');
    const first = await trainRun(config, DATA, { checkpointFile: file });
    const steps: number[] = [];
    const again = await trainRun(config, DATA, { checkpointFile: file, onStep: ({ step }) => steps.push(step) });
    expect(digest(again)).toEqual(digest(first));
    expect(steps).toEqual([]);
  });

  it('changes with the seed', async () => {
    const config = configOf('baseline, no queue');
    const [a, b] = [await trainRun(config, DATA), await trainRun({ ...config, seed: 2 }, DATA)];
    expect(b.epochs[0]!.loss).not.toBe(a.epochs[0]!.loss);
  });

  it('reports every epoch, with the sum of the weighted terms as its loss once the weights are constant', async () => {
    const config = configOf('full, two queues, adamw');
    const { epochs }: RunOutcome = await trainRun(config, DATA);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    for (const { loss, terms } of epochs.slice(1)) {
      expect(Object.keys(terms)).toEqual(['classify', 'contrast', 'distill']);
      expect(loss).toBeCloseTo(
        config.objective.reduce((sum, { kind, weight }) => sum + weight * terms[kind]!, 0),
        9,
      );
    }
    expect(
      epochs.every(({ gradientNorm, trainAccuracy }) => gradientNorm > 0 && trainAccuracy >= 0 && trainAccuracy <= 1),
    ).toBe(true);
    expect(epochs.at(-1)!.rate).toBeLessThan(epochs[0]!.rate);
  });

  it('draws curves, not steps: the order of test splits and images does not touch training', async () => {
    const config = configOf('baseline, no queue');
    const more = { ...DATA, tests: { other: DATA.train, ...DATA.tests } };
    const [a, b] = [await trainRun(config, DATA), await trainRun(config, more)];
    expect(b.epochs).toEqual(a.epochs);
    expect(b.evaluation.test).toEqual(a.evaluation.test);
  });
});

describe('a checkpoint that does not fit', () => {
  const config = smallConfig({ training: { epochs: 2, batchSize: 8 } });
  const file = (): string => path.join(folder, 'bad.safetensors');
  let good: Buffer;
  let clean: RunOutcome;
  beforeAll(async () => {
    await killAfter(1, config, file());
    good = fs.readFileSync(file());
    clean = await trainRun(config, DATA);
  });

  const withHeader = (change: (header: Record<string, Record<string, unknown>>) => void): Buffer => {
    const end = 8 + Number(good.readBigUInt64LE(0));
    const header = JSON.parse(good.toString('utf8', 8, end)) as Record<string, Record<string, unknown>>;
    change(header);
    const text = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, good.subarray(end)]);
  };
  const remove = (header: Record<string, unknown>, name: string): void => {
    expect(Object.keys(header)).toContain(name);
    Reflect.deleteProperty(header, name);
  };
  const swap = (header: Record<string, Record<string, unknown>>, a: string, b: string): void => {
    [header[a], header[b]] = [header[b]!, header[a]!];
  };
  const damages: Record<string, () => Buffer> = {
    'is cut in the middle': () => good.subarray(0, Math.floor(good.length / 2)),
    'is cut by one byte': () => good.subarray(0, good.length - 1),
    'is empty': () => Buffer.alloc(0),
    'is something else': () => Buffer.from('PK and more text than eight bytes'),
    'has another format': () => withHeader((header) => (header.__metadata__!.format = 'csdnet-checkpoint/0')),
    'has no format': () => withHeader((header) => delete header.__metadata__!.format),
    'belongs to another config': () => withHeader((header) => (header.__metadata__!.config = 'abc')),
    'lacks a weight': () => withHeader((header) => remove(header, 'model.conv0.weight')),
    'lacks a slot': () => withHeader((header) => remove(header, 'slot1.head.bias')),
    'lacks a queue': () => withHeader((header) => remove(header, 'queue.second.0.labels')),
    'lacks the history of a queue': () => withHeader((header) => remove(header, 'queue.raw.0.entered')),
    'has a history that does not fit its rows': () =>
      withHeader((header) => swap(header, 'queue.second.0.entered', 'queue.second.0.labels')),
    'has a weight of another size': () =>
      withHeader((header) => (header['model.head.bias'] = { dtype: 'F32', shape: [2], data_offsets: [0, 8] })),
    'has a slot of another size': () =>
      withHeader((header) => (header['slot0.head.bias'] = { dtype: 'F32', shape: [2], data_offsets: [0, 8] })),
    'has a queue of another length': () =>
      withHeader((header) => (header['queue.raw.0.labels'] = { dtype: 'I32', shape: [2], data_offsets: [0, 8] })),
    'has epochs that are no list': () => withHeader((header) => (header.__metadata__!.epochs = '{"a": ')),
    'has epochs of another shape': () => withHeader((header) => (header.__metadata__!.epochs = '5')),
    'has no epochs': () => withHeader((header) => delete header.__metadata__!.epochs),
    'has a step that is no number': () => withHeader((header) => (header.__metadata__!.step = 'many')),
    'has no step': () => withHeader((header) => delete header.__metadata__!.step),
  };
  it.each(Object.entries(damages))(
    'is set aside with a note, and the run starts again: it %s',
    async (_name, damaged) => {
      const before = tf.memory().numTensors;
      fs.writeFileSync(file(), damaged());
      const notes: string[] = [];
      const outcome = await trainRun(config, DATA, { checkpointFile: file(), onNote: (note) => notes.push(note) });
      expect(digest(outcome)).toEqual(digest(clean));
      expect(notes).toHaveLength(1);
      expect(notes[0]).toMatch(
        /^Started again: \S+bad\.safetensors .*\. The file is kept as \S+bad\.safetensors\.set-aside\.$/,
      );
      expect(fs.readFileSync(`${file()}.set-aside`).equals(damaged())).toBe(true);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('is one of another number of classes', async () => {
    fs.writeFileSync(file(), good);
    const data: RunData = { ...DATA, classes: 4 };
    const notes: string[] = [];
    await trainRun(config, data, { checkpointFile: file(), onNote: (note) => notes.push(note) });
    expect(notes[0]).toMatch(/^Started again: /);
  });
});
