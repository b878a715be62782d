import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Scalar, Tensor } from '../../tf';
import { expectClose, expectFinite, largestDifference } from '../../testing/close';
import { expectBorrows, expectSameForms, weighted } from '../../testing/forms';
import type { Operation } from '../../testing/forms';
import { checkGradient, randomTensor } from '../../testing/gradcheck';
import { gelu as reference } from '../../testing/reference-transformer';
import { gelu, plainGelu } from './gelu';

afterEach(async () => {
  expect(tf.memory().numTensors).toBe(0);
  await tf.setBackend('tensorflow');
});

const rng = createRng(1, 'gelu');
const native: Operation = ([x]) => gelu(x!);
const onTfjs: Operation = ([x]) => plainGelu(x!);
const POINTS = Array.from({ length: 161 }, (_, i) => Math.fround((i - 80) / 10));

describe('gelu', () => {
  it.each([[[1]], [[7]], [[3, 5]], [[2, 3, 4]], [[2, 1, 3, 5]]])(
    'on native kernels equals plain tfjs in value and gradient, shape %j',
    (shape) => {
      tf.tidy(() => expectSameForms(native, onTfjs, [randomTensor(shape, rng, [-4, 4])], 2e-6));
    },
  );

  it.each(['tensorflow', 'cpu'])('is x Phi(x), from -8 to 8, on backend %s', async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      expectClose(gelu(tf.tensor1d(POINTS)), POINTS.map(reference), { absolute: 1e-6, relative: 1e-6 });
    });
  });

  it('is the exact form: the one by tanh is off by hundreds of times what is allowed here', () => {
    const approximation = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    expect(largestDifference(POINTS.map(approximation), POINTS.map(reference))).toBeGreaterThan(4e-4);
  });

  it('has the gradient that differences show, and Phi(x) + x phi(x) to the last digits', () => {
    tf.tidy(() => {
      checkGradient((at) => weighted(native)(at) as Scalar, randomTensor([4, 6], rng, [-3, 3]), { rng });
      const slope = tf.grad((x) => tf.sum(gelu(x)))(tf.tensor1d(POINTS));
      const h = 1e-4;
      const expected = POINTS.map((x) => (reference(x + h) - reference(x - h)) / (2 * h));
      expectClose(slope, expected, 1e-6);
    });
  });

  it('is the identity far above zero and nothing far below, with finite gradients', () => {
    tf.tidy(() => {
      const far = [-1e20, -1e4, -80, -20, 20, 80, 1e4, 1e20];
      const x = tf.tensor1d(far);
      expectClose(
        gelu(x),
        far.map((value) => Math.max(value, 0)),
        { relative: 1e-6 },
      );
      const slope = tf.grad((at: Tensor) => tf.sum(gelu(at)))(x);
      expectFinite(slope);
      expectClose(
        slope,
        far.map((value) => (value > 0 ? 1 : 0)),
        1e-6,
      );
      expectClose(tf.grad((at: Tensor) => tf.sum(gelu(at)))(tf.scalar(0)), 0.5, 0);
    });
  });

  it('borrows its argument and leaves nothing behind', () => {
    const x = randomTensor([3, 4], rng);
    expectBorrows(native, [x]);
    x.dispose();
  });
});
