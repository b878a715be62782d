import { describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Tensor, Tensor1D, Tensor4D } from '../../tf';
import { expectClose, expectFinite, plain } from '../../testing/close';
import { expectSameForms } from '../../testing/forms';
import type { Operation } from '../../testing/forms';
import { randomTensor } from '../../testing/gradcheck';
import { expectNoLeak } from '../../testing/leak';
import { plainActivated } from './activation';
import { batchNormalize } from './batch-norm';
import type { NormalizeOptions } from './batch-norm';
import { withoutCustom } from './custom';

const EPSILON = 1e-3;
const PLAIN: NormalizeOptions = { epsilon: EPSILON, activation: 'none' };

/** The equation on tfjs operations that the tape differentiates itself. */
function reference(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D): Tensor4D {
  const mean = tf.mean(x, [0, 1, 2]);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), [0, 1, 2]);
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON))), gamma), beta);
}

const operands = (shape: readonly [number, number, number, number]): [Tensor4D, Tensor1D, Tensor1D] => {
  const rng = createRng(1, 'batch norm', ...shape);
  const c = shape[3];
  return [randomTensor(shape, rng, [-2, 5]), randomTensor([c], rng, [0.5, 2]), randomTensor([c], rng)];
};

const average = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

const SHAPES = [
  [4, 3, 3, 5],
  [1, 4, 2, 3],
  [6, 1, 1, 2],
  [2, 8, 8, 1],
] as const;

describe('batchNormalize', () => {
  it.each(['relu', 'relu6'] as const)('followed by %s equals both one after the other', (activation) => {
    tf.tidy(() => {
      const args = operands([3, 4, 4, 6]);
      const both: Operation = (xs) =>
        tf.tidy(() => batchNormalize(...(xs as [Tensor4D, Tensor1D, Tensor1D]), { epsilon: EPSILON, activation }).y);
      const apart: Operation = (xs) =>
        tf.tidy(() => plainActivated(reference(...(xs as [Tensor4D, Tensor1D, Tensor1D])), activation));
      expectSameForms(both, apart, args, { absolute: 1e-4, relative: 1e-4 });
      withoutCustom(() => expectSameForms(both, apart, args, { absolute: 1e-4, relative: 1e-4 }));
    });
  });

  it('is the same with our kernels and with those of TensorFlow, over many blocks of rows far from zero', () => {
    tf.tidy(() => {
      const rng = createRng(3, 'batch norm, many rows');
      const x = tf.add(randomTensor([8, 20, 20, 40], rng, [-1, 1]), 5) as Tensor4D;
      const [gamma, beta] = [randomTensor([40], rng, [0.5, 2]), randomTensor([40], rng)] as [Tensor1D, Tensor1D];
      const options = PLAIN;
      const run: Operation = (xs) =>
        tf.tidy(() => batchNormalize(...(xs as [Tensor4D, Tensor1D, Tensor1D]), options).y);
      const tolerance = { absolute: 1e-3, relative: 1e-3 };
      expectSameForms(run, (xs) => withoutCustom(() => run(xs)), [x, gamma, beta], tolerance);
      const { mean, variance } = batchNormalize(x, gamma, beta, options);
      const values = plain(x);
      const channel = (c: number) => values.filter((_, i) => i % 40 === c);
      const means = Array.from({ length: 40 }, (_, c) => average(channel(c)));
      const variances = means.map((m, c) => {
        const squares = channel(c).map((value) => (value - m) ** 2);
        return (average(squares) * squares.length) / (squares.length - 1);
      });
      expectClose(mean, means, { relative: 2e-6 });
      expectClose(variance, variances, { relative: 1e-5 });
    });
  });

  it.each(SHAPES)('equals the equation in value and all gradients, shape %i %i %i %i', (...shape) => {
    tf.tidy(() => {
      const args = operands(shape);
      const weights = randomTensor(shape, createRng(2));
      const scalar =
        (y: (...xs: [Tensor4D, Tensor1D, Tensor1D]) => Tensor) =>
        (...xs: Tensor[]) =>
          tf.sum(tf.mul(y(...(xs as [Tensor4D, Tensor1D, Tensor1D])), weights));
      const native = (...xs: [Tensor4D, Tensor1D, Tensor1D]) => batchNormalize(...xs, PLAIN).y;
      expectClose(native(...args), reference(...args), 1e-5);
      const found = tf.grads(scalar(native) as never)(args);
      const expected = tf.grads(scalar(reference) as never)(args);
      found.forEach((gradient, i) => expectClose(gradient as Tensor, expected[i] as Tensor, 1e-4));
    });
  });

  it('tells the mean and the unbiased variance of the batch', () => {
    tf.tidy(() => {
      const args = operands([3, 2, 2, 2]);
      const { mean, variance } = batchNormalize(...args, PLAIN);
      const values = plain(args[0]);
      for (const channel of [0, 1]) {
        const own = values.filter((_, i) => i % 2 === channel);
        const m = own.reduce((a, b) => a + b, 0) / own.length;
        const v = own.reduce((a, b) => a + (b - m) ** 2, 0) / (own.length - 1);
        expectClose([plain(mean)[channel]!, plain(variance)[channel]!], [m, v], 1e-5);
      }
    });
  });

  it('stays finite on a constant channel', () => {
    tf.tidy(() => {
      const [, gamma, beta] = operands([2, 2, 2, 3]);
      const x = tf.fill([2, 2, 2, 3], 7) as Tensor4D;
      expectClose(batchNormalize(x, gamma, beta, PLAIN).y, tf.tile(beta, [8]), 1e-6);
      expectFinite(tf.grad((at) => tf.sum(tf.square(batchNormalize(at as Tensor4D, gamma, beta, PLAIN).y)))(x));
    });
  });

  it('sends no gradient through its statistics', () => {
    tf.tidy(() => {
      const [x, gamma, beta] = operands([2, 3, 3, 2]);
      const f = (at: Tensor) => {
        const { y, mean, variance } = batchNormalize(at as Tensor4D, gamma, beta, PLAIN);
        return tf.add(tf.sum(tf.square(y)), tf.mul(tf.sum(tf.add(mean, variance)), 100));
      };
      const alone = (at: Tensor) => tf.sum(tf.square(batchNormalize(at as Tensor4D, gamma, beta, PLAIN).y));
      expectClose(tf.grad(f)(x), tf.grad(alone)(x), 1e-5);
    });
  });

  it('belongs to the scope it is called in, however deep, with and without a tape', () => {
    const args = operands([2, 3, 3, 2]);
    const nested = () => tf.tidy(() => tf.tidy(() => batchNormalize(...args, PLAIN) as unknown as tf.TensorContainer));
    expectNoLeak(() => tf.dispose(nested()));
    expectNoLeak(() => void tf.tidy(() => [tf.tidy(nested)].length));
    expectNoLeak(() =>
      tf.tidy(() => {
        const f = () => {
          const { y, mean } = nested() as unknown as ReturnType<typeof batchNormalize>;
          return tf.add(tf.sum(tf.square(y)), tf.mul(tf.sum(mean), 0));
        };
        tf.grad(f as never)(args[0]);
      }),
    );
    expect(args[0].isDisposed).toBe(false);
    tf.dispose(args);
  });
});
