import { describe, expect, it } from 'vitest';
import * as tf from '../tf';
import { soak } from './soak';
import { soakSteps } from './soak-steps';
import type { WorkerProcess } from './worker-process';

/** A process that leaves `leak` tensors and a byte behind at each step. */
function worker(leak: number, asked: object[] = [], resident: number | null = 1000): WorkerProcess {
  let steps = 0;
  const answer = (request: { call?: string; iterations?: number }): object => {
    asked.push(request);
    if (request.call === 'usage')
      return { tensors: 10 + leak * steps, resident: resident === null ? null : resident + steps };
    steps += request.iterations ?? 0;
    return { milliseconds: new Array<number>(request.iterations ?? 0).fill(4) };
  };
  return { ask: <T>(request: object) => Promise.resolve(answer(request) as T), end: () => Promise.resolve() };
}

describe('the soak', () => {
  it('looks after a tenth of the steps, and after all', async () => {
    const asked: object[] = [];
    expect(await soak(worker(0, asked), 1000)).toEqual({
      ...{ steps: 1000, warm: 100, tensors: [10, 10], resident: [1100, 2000] },
      ...{ growth: 900, share: 900 / 1100, milliseconds: 4 },
    });
    expect(asked.slice(0, 4)).toEqual([
      { call: 'soak' },
      { call: 'time', iterations: 100 },
      { call: 'usage' },
      { call: 'time', iterations: 250 },
    ]);
  });

  it('sees a tensor that is left over, and goes without memory where the system does not say', async () => {
    expect((await soak(worker(1), 50)).tensors).toEqual([15, 60]);
    expect(await soak(worker(0, [], null), 50)).toMatchObject({ growth: null, share: null });
  });

  it('stops between two questions', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(soak(worker(0), 50, stop.signal)).rejects.toThrow('enough');
  });

  it('takes steps of the full recipe that leave no tensor behind', async () => {
    const step = soakSteps();
    expect((await step()).values).toHaveLength(3);
    await step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 12; i++) await step();
    expect(tf.memory().numTensors).toBe(before);
  });
});
