import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../config';
import type { Config } from '../config';
import { temporaryFolder } from '../data/testing';
import { smallConfig, syntheticImages } from '../testing/images';
import * as tf from '../tf';
import { sealOf } from './checkpoint';
import { decodeSafetensors, encodeSafetensors } from '../core/safetensors';
import { bestOnTest } from './best-on-test';
import { trainRun } from './loop';
import type { RunData, RunOutcome } from './loop';

let folder: string;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('bestOnTest', () => {
  it('is the first epoch that reaches the highest accuracy', () => {
    expect(bestOnTest('test', [0.25, 0.75, 0.5, 0.75, 0.5])).toEqual({
      ...{ split: 'test', epoch: 2, top1: 0.75, curve: [0.25, 0.75, 0.5, 0.75, 0.5] },
    });
    expect(bestOnTest('test', [0])).toMatchObject({ epoch: 1, top1: 0 });
    expect(() => bestOnTest('test', [])).toThrow(/no epoch was scored/);
  });
});

const EPOCHS = 4;
const DATA: RunData = {
  classes: 3,
  train: syntheticImages({ classes: 3, perClass: 5, size: 48 }),
  tests: {
    test: syntheticImages({ classes: 3, perClass: 4, size: 48, seed: 2 }),
    other: syntheticImages({ classes: 3, perClass: 2, size: 48, seed: 3 }),
  },
};
const config = (asked: boolean): Config =>
  smallConfig({ backbone: { batchNorm: 'train' }, training: { epochs: EPOCHS, bestOnTest: asked } });

/** Everything but the choice and the clock, to the bit, and the weights at the end. */
async function train(asked: boolean, options: Parameters<typeof trainRun>[2] = {}) {
  let weights = '';
  const outcome: RunOutcome = await trainRun(config(asked), DATA, {
    ...options,
    onTrained: (values) => void (weights = hashOf([...values].map(([name, array]) => [name, Array.from(array)]))),
  });
  const { bestOnTest: best, waiting: _, outputs, ...decided } = outcome;
  const logits = Object.values(outputs).map((one) => hashOf(Array.from(one.logits)));
  return { best, decided, weights, logits };
}

describe('a run that keeps its best epoch on test', () => {
  it('ends with the weights and the results of one that does not, and leaks nothing', async () => {
    const before = tf.memory().numTensors;
    const [plain, asked] = [await train(false), await train(true)];
    expect(tf.memory().numTensors).toBe(before);
    expect(plain.best).toBeUndefined();
    expect([asked.decided, asked.weights, asked.logits]).toEqual([plain.decided, plain.weights, plain.logits]);
  });

  it('keeps the accuracy after each epoch, as a run that ends there has it', async () => {
    const { best, decided } = await train(true);
    expect(best!.split).toBe('test');
    expect(best!.curve).toHaveLength(EPOCHS);
    expect(best!.curve.at(-1)).toBe(decided.evaluation.test!.top1);
    expect(best!.top1).toBe(Math.max(...best!.curve));
    expect(best!.curve[best!.epoch - 1]).toBe(best!.top1);
  });

  it('keeps the same where it is killed and goes on', async () => {
    const whole = await train(true);
    const file = path.join(folder, 'killed.checkpoint');
    const stop = new AbortController();
    const killed = train(true, {
      checkpointFile: file,
      signal: stop.signal,
      onEpoch: ({ epoch }) => epoch === 2 && stop.abort(new Error('killed')),
    });
    await expect(killed).rejects.toThrow('killed');
    const notes: string[] = [];
    const resumed = await train(true, { checkpointFile: file, onNote: (note) => notes.push(note) });
    expect(notes).toEqual(['Resumed after epoch 2.']);
    expect(resumed).toEqual(whole);
  });

  it('starts again where a checkpoint lost the accuracies', async () => {
    const whole = await train(true);
    const file = path.join(folder, 'lost.checkpoint');
    await train(true, { checkpointFile: file });
    const { tensors, metadata } = decodeSafetensors(fs.readFileSync(file));
    for (const testCurve of [undefined, '[]', '["a","b","c","d"]']) {
      const { testCurve: __, ...rest } = metadata;
      const changed = { ...rest, ...(testCurve && { testCurve }) };
      const sha256 = sealOf({ tensors, metadata: changed });
      fs.writeFileSync(file, encodeSafetensors({ tensors, metadata: { ...changed, sha256 } }));
      const notes: string[] = [];
      expect(await train(true, { checkpointFile: file, onNote: (note) => notes.push(note) })).toEqual(whole);
      expect(notes).toEqual([expect.stringMatching(/^Started again: .*test accuracy/)]);
    }
  });
});
