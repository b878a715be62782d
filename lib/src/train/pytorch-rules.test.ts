/** The rules around the losses against PyTorch's own: moving average of the keys, clipping, learning rate (scripts/fixtures/losses.py). */
import { afterEach, describe, expect, it } from 'vitest';
import type { Model } from '../backbone';
import { preset } from '../config';
import { globalNorm } from '../core/kernels';
import { expectClose } from '../testing/close';
import { readFixture } from '../testing/series';
import * as tf from '../tf';
import { moveKeys } from './keys';
import { clipScale } from './optimizer';
import { rateShare } from './schedule';

interface Rules {
  readonly average: {
    readonly momentum: number;
    readonly start: readonly number[];
    readonly weights: readonly (readonly number[])[];
    /** After each step. */
    readonly keys: readonly (readonly number[])[];
  };
  readonly clip: readonly {
    readonly limit: number;
    readonly shapes: readonly (readonly number[])[];
    readonly gradients: readonly (readonly number[])[];
    readonly norm: number;
    readonly coefficient: number;
    readonly clipped: readonly number[];
  }[];
  readonly schedule: readonly {
    readonly total: number;
    readonly warmupSteps: number;
    readonly shares: readonly number[];
  }[];
}

const { average, clip, schedule } = readFixture<Rules>('losses.json');

/** Single precision: relative, and absolute for what is nearly 0. */
const TOLERANCE = { relative: 1e-5, absolute: 1e-7 };

afterEach(() => expect(tf.memory().numTensors).toBe(0));

/** A model of one weight, as far as the key encoder looks. */
function oneWeight(values: readonly number[]): Model {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d([...values])));
  const spec = { name: 'w' };
  return { trainable: [{ spec, variable }], statistics: [], byName: new Map([['w', variable]]) } as unknown as Model;
}

it('moves the keys as torch.optim.swa_utils does', () => {
  const keys = oneWeight(average.start);
  average.weights.forEach((weights, step) => {
    const model = oneWeight(weights);
    moveKeys(keys, model, average.momentum);
    expectClose(keys.byName.get('w')!, average.keys[step]!, TOLERANCE);
    tf.dispose([...model.byName.values()]);
  });
  tf.dispose([...keys.byName.values()]);
});

describe('clipping', () => {
  it.each(clip.map((one) => [one.limit, one.norm, one] as const))(
    'to %f, a gradient of norm %f, is that of clip_grad_norm_',
    (limit, norm, { shapes, gradients, coefficient, clipped }) => {
      tf.tidy(() => {
        const tensors = gradients.map((values, i) => tf.tensor([...values], [...shapes[i]!]));
        const found = globalNorm(tensors).dataSync()[0]!;
        expectClose(found, norm, TOLERANCE);
        const scale = clipScale(found, limit);
        expectClose(scale, coefficient, TOLERANCE);
        expectClose(
          gradients.flat().map((gradient) => gradient * scale),
          clipped,
          TOLERANCE,
        );
      });
    },
  );
});

describe('the learning rate', () => {
  it.each(schedule.map((one) => [one.total, one.warmupSteps, one.shares] as const))(
    'over %i steps, %i of them warm-up, is that of LinearLR and CosineAnnealingLR',
    (total, warmupSteps, shares) => {
      const found = shares.map((_, step) => rateShare(step, total, { ...preset('tiny').optimizer, warmupSteps }));
      expectClose(found, shares, 1e-7);
    },
  );
});
