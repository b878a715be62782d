import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../../tf';
import { expectClose, expectFinite, plain } from '../../testing/close';
import { expectBorrows, expectSameForms, weighted } from '../../testing/forms';
import type { Operation } from '../../testing/forms';
import { checkGradient, randomTensor } from '../../testing/gradcheck';
import { rowsOf } from '../../testing/reference';
import { linearRows } from '../../testing/reference-transformer';
import { sumOfRows } from './activation';
import { batchProduct, linear, matrixProduct, plainLinear } from './linear';

afterEach(async () => {
  expect(tf.memory().numTensors).toBe(0);
  await tf.setBackend('tensorflow');
});

const rng = createRng(1, 'linear');

const operands = ([rows, c, d]: readonly [number, number, number]): [Tensor2D, Tensor2D, Tensor1D] => [
  randomTensor([rows, c], rng, [-2, 2]),
  randomTensor([c, d], rng),
  randomTensor([d], rng, [-3, 3]),
];

const native: Operation = ([x, w, b]) => linear(x as Tensor2D, w as Tensor2D, b as Tensor1D);
const onTfjs: Operation = ([x, w, b]) => plainLinear(x as Tensor2D, w as Tensor2D, b as Tensor1D);

const SHAPES = [
  [1, 1, 1],
  [5, 3, 4],
  [1, 7, 2],
  [9, 1, 5],
  [33, 48, 17],
] as const;

describe('linear', () => {
  it.each(SHAPES)('on native kernels equals plain tfjs in value and all gradients: %i rows, %i to %i', (...shape) => {
    tf.tidy(() => expectSameForms(native, onTfjs, operands(shape), { absolute: 1e-5, relative: 1e-5 }));
  });

  it.each(['tensorflow', 'cpu'])('equals loops over its equation on backend %s', async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const [x, w, b] = operands([4, 6, 3]);
      const expected = linearRows(rowsOf(plain(x), 6), rowsOf(plain(w), 3), plain(b));
      expectClose(linear(x, w, b), expected.flat(), 1e-5);
    });
  });

  it('has the gradient that differences show, by each argument', () => {
    tf.tidy(() => {
      const args = operands([6, 5, 4]);
      args.forEach((arg, i) => {
        const f = (at: Tensor) => weighted(native)(...args.map((own, j) => (i === j ? at : own))) as Scalar;
        checkGradient(f, arg, { rng });
      });
    });
  });

  it('stays finite with large numbers', () => {
    tf.tidy(() => {
      const [x, w, b] = operands([3, 4, 2]);
      const far = tf.mul(x, 1e15);
      expectFinite(native([far, w, b]));
      tf.grads(weighted(native) as never)([far, w, b]).forEach((gradient) => expectFinite(gradient as Tensor));
    });
  });

  it('refuses sizes that do not fit', () => {
    tf.tidy(() => {
      const [x, , b] = operands([3, 4, 2]);
      expect(() => linear(x, tf.zeros([5, 2]), b)).toThrow(/incompatible|Matrix size/i);
    });
  });

  it('borrows its arguments and leaves nothing behind', () => {
    const args = operands([3, 4, 2]);
    expectBorrows(native, args);
    tf.dispose(args);
  });
});

describe('products on raw kernels equal tf.matMul', () => {
  const FLAGS = [true, false].flatMap((a) => [true, false].map((b) => ({ a, b })));

  it.each(FLAGS)('of matrices, transposed: %o', ({ a, b }) => {
    tf.tidy(() => {
      const x = randomTensor<Tensor2D>(a ? [5, 3] : [3, 5], rng);
      const y = randomTensor<Tensor2D>(b ? [4, 5] : [5, 4], rng);
      const product = matrixProduct(x, y, { a, b });
      expect(product.shape).toEqual([3, 4]);
      expectClose(product, tf.matMul(x, y, a, b), 1e-6);
    });
  });

  it.each(FLAGS)('of stacks of matrices, transposed: %o', ({ a, b }) => {
    tf.tidy(() => {
      const x = randomTensor<tf.Tensor4D>([2, 3, ...(a ? [5, 1] : [1, 5])], rng);
      const y = randomTensor<tf.Tensor4D>([2, 3, ...(b ? [4, 5] : [5, 4])], rng);
      const product = batchProduct(x, y, { a, b });
      expect(product.shape).toEqual([2, 3, 1, 4]);
      expectClose(product, tf.matMul(x, y, a, b), 1e-6);
    });
  });

  it('are not transposed unless asked', () => {
    tf.tidy(() => {
      const [x, y] = [tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])];
      expect(plain(matrixProduct(x, y))).toEqual([19, 22, 43, 50]);
      expect(plain(batchProduct(x, y))).toEqual([19, 22, 43, 50]);
    });
  });
});

it('sums all axes but the last', () => {
  tf.tidy(() => {
    const x = randomTensor([3, 2, 4, 5], rng);
    expectClose(sumOfRows(x), tf.sum(x, [0, 1, 2]), 1e-5);
    expectClose(sumOfRows(tf.reshape(x, [24, 5])), tf.sum(x, [0, 1, 2]), 1e-5);
  });
});
