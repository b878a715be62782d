import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../../tf';
import { expectClose, expectFinite, plain } from '../../testing/close';
import { expectBorrows, expectSameForms, weighted } from '../../testing/forms';
import type { Operation } from '../../testing/forms';
import { checkGradient, randomTensor } from '../../testing/gradcheck';
import { rowsOf } from '../../testing/reference';
import { layerNormRows } from '../../testing/reference-transformer';
import { layerNorm, plainLayerNorm } from './layer-norm';

const EPSILON = 1e-6;

afterEach(async () => {
  expect(tf.memory().numTensors).toBe(0);
  await tf.setBackend('tensorflow');
});

const rng = createRng(1, 'layer norm');

const operands = (rows: number, d: number): [Tensor2D, Tensor1D, Tensor1D] => [
  randomTensor([rows, d], rng, [-2, 5]),
  randomTensor([d], rng, [0.5, 2]),
  randomTensor([d], rng),
];

const native: Operation = ([x, g, b]) => layerNorm(x as Tensor2D, g as Tensor1D, b as Tensor1D, EPSILON);
const onTfjs: Operation = ([x, g, b]) => plainLayerNorm(x as Tensor2D, g as Tensor1D, b as Tensor1D, EPSILON);

describe('layerNorm', () => {
  it.each([
    [1, 2],
    [1, 5],
    [4, 3],
    [7, 16],
    [33, 48],
  ])('on native kernels equals plain tfjs in value and all gradients: %i rows of %i', (rows, d) => {
    tf.tidy(() => expectSameForms(native, onTfjs, operands(rows, d), { absolute: 2e-5, relative: 2e-5 }));
  });

  it.each(['tensorflow', 'cpu'])('equals loops over its equation on backend %s', async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      for (const epsilon of [EPSILON, 0.1]) {
        const [x, gamma, beta] = operands(5, 7);
        const expected = layerNormRows(rowsOf(plain(x), 7), plain(gamma), plain(beta), epsilon);
        expectClose(layerNorm(x, gamma, beta, epsilon), expected.flat(), 2e-6);
      }
    });
  });

  it('has the gradient that differences show, by each argument', () => {
    tf.tidy(() => {
      const args = operands(4, 6);
      args.forEach((arg, i) => {
        const f = (at: Tensor) => weighted(native)(...args.map((own, j) => (i === j ? at : own))) as Scalar;
        checkGradient(f, arg, { rng });
      });
    });
  });

  it('does not feel a row that is shifted or scaled', () => {
    tf.tidy(() => {
      const [x, gamma, beta] = operands(3, 8);
      const moved = tf.add(tf.mul(x, tf.tensor2d([3, 0.5, 7], [3, 1])), tf.tensor2d([1, -4, 9], [3, 1])) as Tensor2D;
      expectClose(layerNorm(moved, gamma, beta, EPSILON), layerNorm(x, gamma, beta, EPSILON), 1e-5);
    });
  });

  it('gives beta for a constant row, with a finite gradient', () => {
    tf.tidy(() => {
      const [, gamma, beta] = operands(1, 6);
      const x = tf.fill([2, 6], 7) as Tensor2D;
      expectClose(layerNorm(x, gamma, beta, EPSILON), tf.tile(beta, [2]), 1e-6);
      tf.grads(weighted(native) as never)([x, gamma, beta]).forEach((gradient) => expectFinite(gradient as Tensor));
    });
  });

  it('stays exact on rows far from zero, and finite on large ones', () => {
    tf.tidy(() => {
      const [x, gamma, beta] = operands(3, 8);
      const far = tf.add(x, 1000) as Tensor2D;
      const expected = layerNormRows(rowsOf(plain(far), 8), plain(gamma), plain(beta), EPSILON);
      // The row's mean is rounded to 6e-5, in a spread of about 2.
      expectClose(layerNorm(far, gamma, beta, EPSILON), expected.flat(), 2e-4);
      const large = tf.mul(x, 1e15);
      expectClose(native([large, gamma, beta]), layerNorm(x, gamma, beta, 0), 1e-5);
      tf.grads(weighted(native) as never)([large, gamma, beta]).forEach((gradient) => expectFinite(gradient as Tensor));
    });
  });

  it('borrows its arguments and leaves nothing behind', () => {
    const args = operands(3, 4);
    expectBorrows(native, args);
    tf.dispose(args);
  });
});
