import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modelValues } from '../backbone';
import { CLASSIFY, CONTRAST, DISTILL, hashOf, identityOf } from '../config';
import type { Config, ContrastTerm, Patch } from '../config';
import { createRng } from '../core/rng';
import { decodeSafetensors, encodeSafetensors } from '../core/safetensors';
import type { TensorFile } from '../core/safetensors';
import { plain } from '../testing/close';
import { smallConfig, syntheticImages } from '../testing/images';
import { stepInputs } from '../testing/steps';
import * as tf from '../tf';
import { loadCheckpoint, saveCheckpoint } from './checkpoint';
import type { EpochMetrics } from './loop';
import { createState, disposeState, queueList } from './state';
import type { TrainState } from './state';
import { trainStep } from './step';

const CLASSES = 3;
const IMAGES = syntheticImages({ classes: CLASSES, perClass: 4, size: 48 });
const TOTAL = 100;
const EPOCHS: readonly EpochMetrics[] = [
  { epoch: 1, loss: 0.1 + 0.2, terms: { classify: 1 / 3 }, trainAccuracy: 0.5, gradientNorm: 1e-7, rate: 0.003 },
];

const configWith = (contrast: Partial<ContrastTerm> = {}, patch: Patch<Config> = {}): Config =>
  smallConfig({
    objective: [CLASSIFY, { ...CONTRAST, queueLength: 10, ...contrast }, DISTILL],
    training: { batchSize: 4 },
    ...patch,
  });

const VARIANTS: Record<string, Config> = {
  'two queues': configWith(),
  'one queue, SGD': configWith({ queues: 'one' }, { optimizer: { kind: 'sgd', rate: 1e-2 } }),
  'averaged keys, statistics of the batch': configWith({ keys: 'ema' }, { backbone: { batchNorm: 'train' } }),
  'averaged keys, frozen layers': configWith({ keys: 'ema' }, { backbone: { batchNorm: 'frozen', frozenStride: 8 } }),
  'separate depths': configWith({ features: 'separate' }),
  'averaged depths, one view': smallConfig({
    view: { kind: 'none' },
    objective: [CLASSIFY, { ...CONTRAST, queueLength: 10, features: 'averaged' }],
  }),
  'a learnt kernel': configWith({}, { view: { kind: 'keep', saliency: 'kernel', mask: 'soft' } }),
  'no queue': smallConfig({ objective: [CLASSIFY, DISTILL] }),
};

let folder: string;
let count = 0;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-checkpoint-'))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(tf.memory().numTensors).toBe(0));
const newFile = (): string => path.join(folder, `${++count}.checkpoint`);

function train(state: TrainState, config: Config, steps: number): { state: TrainState; reports: unknown[] } {
  const input = stepInputs(IMAGES, config);
  const reports: unknown[] = [];
  for (let i = 0; i < steps; i++) {
    const done = trainStep(state, config, input(state.step), TOTAL);
    state = done.state;
    reports.push(done.report);
  }
  return { state, reports };
}

/** Everything in a state, each part in a short text: equal texts are equal to the bit. */
function digest({ model, kernel, keys, slots, queues, step }: TrainState): Record<string, unknown> {
  const values = (pairs: Iterable<readonly [string, ArrayLike<number>]>) =>
    hashOf([...pairs].map(([name, numbers]) => [name, Array.from(numbers)]));
  const slotValues = [...slots.byName].map(
    ([name, own]) => [name, own.flatMap((slot) => tf.tidy(() => plain(slot.read())))] as const,
  );
  return {
    step,
    model: values(modelValues(model)),
    trained: model.trainable.map(({ spec }) => spec.name),
    kernel: values(kernel.map(({ spec, variable }) => [spec.name, plain(variable)] as const)),
    keys: keys && values(modelValues(keys)),
    slots: values(slotValues),
    queues: (queues ? queueList(queues) : []).map(([name, { features, labels, ...plainParts }]) => [
      ...[name, hashOf(plain(features)), hashOf(plain(labels))],
      ...[plainParts.filled, [...plainParts.entered], [...plainParts.samples], plainParts.enqueues],
    ]),
    shared: queues && queues.raw === queues.second,
  };
}

/** A checkpoint's file changed in its plain parts. */
function rewrite(file: string, change: (content: TensorFile) => TensorFile): void {
  fs.writeFileSync(file, encodeSafetensors(change(decodeSafetensors(fs.readFileSync(file)))));
}

async function saved(config: Config, steps = 2): Promise<string> {
  const file = newFile();
  const { state } = train(createState(config, CLASSES), config, steps);
  await saveCheckpoint(file, config, { state, epochs: EPOCHS });
  disposeState(state);
  return file;
}

describe('a checkpoint', () => {
  it.each(Object.entries(VARIANTS))(
    'holds the whole state to the bit, and training goes on alike: %s',
    async (_name, config) => {
      const file = newFile();
      const { state } = train(createState(config, CLASSES), config, 4);
      await saveCheckpoint(file, config, { state, epochs: EPOCHS });
      const found = loadCheckpoint(file, config, CLASSES)!;
      expect(digest(found.state)).toEqual(digest(state));
      expect(found.epochs).toEqual(EPOCHS);
      const [own, other] = [train(state, config, 3), train(found.state, config, 3)];
      expect(other.reports).toEqual(own.reports);
      expect(digest(other.state)).toEqual(digest(own.state));
      disposeState(own.state);
      disposeState(other.state);
    },
  );

  it('is undefined where there is no file', () => {
    expect(loadCheckpoint(newFile(), configWith(), CLASSES)).toBeUndefined();
  });

  it.each<[string, Config]>([
    ['another seed', { ...configWith(), seed: 2 }],
    ['other keys', configWith({ keys: 'ema' })],
    ['other features', configWith({ features: 'separate' })],
    ['other queues', configWith({ queues: 'one' })],
    ['another view', configWith({}, { view: { kind: 'keep', saliency: 'kernel', mask: 'soft' } })],
    ['parts of a batch', configWith({}, { training: { batchSize: 4, accumulation: 2 } })],
  ])('of another config is refused, with the mend: %s', async (_name, other) => {
    const config = configWith();
    const file = await saved(config);
    expect(() => loadCheckpoint(file, other, CLASSES)).toThrow(
      `${file} belongs to another config (${hashOf(identityOf(config))}): remove it to start again`,
    );
  });

  it.each(['csdnet-checkpoint/2', 'csdnet-checkpoint/4', 'csdnet-model/2'])(
    'of another version is refused, with the mend: %s',
    async (format) => {
      const config = configWith();
      const file = await saved(config);
      rewrite(file, ({ tensors, metadata }) => ({ tensors, metadata: { ...metadata, format } }));
      expect(() => loadCheckpoint(file, config, CLASSES)).toThrow(
        `${file} is ${format}, expected csdnet-checkpoint/3: remove it to start again`,
      );
    },
  );

  it('that is another file is refused as none', async () => {
    const config = configWith();
    const file = await saved(config);
    rewrite(file, ({ tensors }) => ({ tensors, metadata: {} }));
    expect(() => loadCheckpoint(file, config, CLASSES)).toThrow('is no checkpoint, expected csdnet-checkpoint/3');
  });

  it.each<[string, Config, string]>([
    ['the kernel', VARIANTS['a learnt kernel']!, 'kernel.ssdp.taps.weight'],
    ["the kernel's slots", VARIANTS['a learnt kernel']!, 'slot1.ssdp.compress.bias'],
    ['the keys', VARIANTS['averaged keys, statistics of the batch']!, 'keys.norm2.running_var'],
    ['a queue of a depth', VARIANTS['separate depths']!, 'queue.second.2.features'],
    ["a queue's images", VARIANTS['two queues']!, 'queue.raw.0.samples'],
  ])('names what it lacks: %s', async (_name, config, lost) => {
    const file = await saved(config);
    rewrite(file, ({ tensors, metadata }) => {
      expect([...tensors.keys()]).toContain(lost);
      return { tensors: new Map([...tensors].filter(([name]) => name !== lost)), metadata };
    });
    expect(() => loadCheckpoint(file, config, CLASSES)).toThrow(`the checkpoint has no ${lost}`);
  });

  it('with a flipped bit is refused, wherever the bit is', async () => {
    const config = VARIANTS['two queues']!;
    const file = await saved(config);
    const bytes = fs.readFileSync(file);
    const head = 8 + Number(bytes.readBigUInt64LE(0));
    const rng = createRng(1, 'flips');
    const places = [...Array(30)].flatMap(() => [rng.int(head), head + rng.int(bytes.length - head)]);
    let refused = 0;
    for (const place of places) {
      const changed = Buffer.from(bytes);
      changed[place]! ^= 1 << rng.int(8);
      fs.writeFileSync(file, changed);
      try {
        disposeState(loadCheckpoint(file, config, CLASSES)!.state);
        // Nothing but the blanks that fill the header up.
        expect(String.fromCharCode(bytes[place]!)).toBe(' ');
      } catch (error) {
        expect((error as Error).message).toContain(file);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(55);
  });

  it('with a history that does not fit its rows is refused before anything is made', async () => {
    const config = VARIANTS['separate depths']!;
    const file = await saved(config);
    rewrite(file, ({ tensors, metadata }) => {
      const { shape, data } = tensors.get('queue.second.2.entered')!;
      const spoiled = { shape, data: (data as Int32Array).map((batch) => batch + 1) };
      return { tensors: new Map([...tensors, ['queue.second.2.entered', spoiled]]), metadata };
    });
    expect(() => loadCheckpoint(file, config, CLASSES)).toThrow(/row 0 of a queue with label -1 entered at 1 of 3/);
  });
});
