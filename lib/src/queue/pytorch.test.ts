/** Every family of the contrast against PyTorch, values and gradients, in float64 there: scripts/fixtures/losses.py. */
import { describe, expect, it } from 'vitest';
import * as tf from '../tf';
import type { Scalar, Tensor1D, Tensor2D, Variable } from '../tf';
import { expectClose, plain } from '../testing/close';
import { readFixture } from '../testing/series';
import { queueContrast } from './contrast';
import type { ContrastOptions } from './contrast';
import { disposeQueue, restoreQueue } from './queue';

interface Fixture {
  readonly contrast: {
    readonly margin: number;
    readonly temperature: number;
    readonly size: number;
    readonly features: readonly number[];
    readonly positives: readonly number[];
    readonly labels: readonly number[];
    /** What each anchor's loss is multiplied by before the sum whose gradient is taken. */
    readonly weights: readonly number[];
    readonly queues: Readonly<Record<string, { readonly features: number[]; readonly labels: number[] }>>;
    readonly losses: readonly Loss[];
  };
}

interface Loss extends Pick<ContrastOptions, 'family' | 'reduction'> {
  readonly queue: string;
  readonly values: readonly number[];
  /** Gradients; null where the loss does not read the input. */
  readonly features: readonly number[];
  readonly positives: readonly number[] | null;
}

const { contrast: FIXTURE } = readFixture<Fixture>('losses.json');
const { margin, temperature, size, queues, losses } = FIXTURE;

/** 1e-5 of each number, and of the largest one: a sum that nearly cancels keeps the rounding of its parts. */
const tolerance = (expected: readonly number[]) => ({
  relative: 1e-5,
  absolute: 1e-5 * Math.max(...expected.map(Math.abs)),
});

describe.each(Object.keys(queues))('a queue %s', (name) => {
  const cases = losses
    .filter(({ queue }) => queue === name)
    .map((loss) => ({ ...loss, title: `${loss.family}, ${loss.reduction}` }));
  const queueOf = () => {
    const { features, labels } = queues[name]!;
    return restoreQueue(Float32Array.from(features), Int32Array.from(labels), size);
  };

  it('is met by every family', () => {
    const families = ['margin', 'margin', 'xbm', 'supcon', 'infonce', 'triplet'];
    expect(cases.map(({ family }) => family)).toEqual(families);
  });

  it.each(cases)('$title: values and gradients', ({ family, reduction, values, features, positives }) => {
    const queue = queueOf();
    tf.tidy(() => {
      const rows = (given: readonly number[]) => tf.variable(tf.tensor2d([...given], [given.length / size, size]));
      const inputs = [rows(FIXTURE.features), rows(FIXTURE.positives)] as [Variable, Variable];
      const [f, own] = inputs as unknown as [Tensor2D, Tensor2D];
      const labels = tf.tensor1d([...FIXTURE.labels], 'int32') as Tensor1D;
      const options = { family, reduction, margin, temperature };
      const loss = () => queueContrast({ features: f, positives: own, labels }, queue, options);
      expectClose(loss(), values, tolerance(values));
      const weighted = () => tf.sum(tf.mul(loss(), tf.tensor1d([...FIXTURE.weights]))) as Scalar;
      const { grads } = tf.variableGrads(weighted, inputs);
      expectClose(plain(grads[inputs[0].name]!), features, tolerance(features));
      const found = grads[inputs[1].name] ?? null;
      if (positives) expectClose(found!, positives, tolerance(positives));
      else expect(found).toBeNull();
      tf.dispose(inputs);
    });
    disposeQueue(queue);
  });
});
