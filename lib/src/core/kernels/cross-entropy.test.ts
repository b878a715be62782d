import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Scalar, Tensor2D } from '../../tf';
import { expectClose, expectFinite } from '../../testing/close';
import { expectBorrows, expectSameForms, weighted } from '../../testing/forms';
import type { Operation } from '../../testing/forms';
import { checkGradient, randomTensor } from '../../testing/gradcheck';
import { plainSoftmaxCrossEntropy, softmaxCrossEntropy } from './cross-entropy';

afterEach(() => expect(tf.memory().numTensors).toBe(0));

const rng = createRng(1, 'cross-entropy');
const targetOf = (n: number, classes: number): Tensor2D =>
  tf.softmax(randomTensor([n, classes], createRng(2, 'targets'), [-2, 2])) as Tensor2D;
const native: Operation = ([z]) =>
  tf.tidy(() => softmaxCrossEntropy(z as Tensor2D, targetOf(...(z!.shape as [number, number]))));
const onTfjs: Operation = ([z]) =>
  tf.tidy(() => plainSoftmaxCrossEntropy(z as Tensor2D, targetOf(...(z!.shape as [number, number]))));

describe('softmaxCrossEntropy', () => {
  it.each([
    [1, 2],
    [5, 3],
    [24, 80],
    [3, 1000],
  ])('on native kernels equals plain tfjs in value and gradient: %i rows of %i classes', (n, classes) => {
    tf.tidy(() => expectSameForms(native, onTfjs, [randomTensor([n, classes], rng, [-4, 4])], 1e-5));
  });

  it('has the gradient that differences show', () => {
    tf.tidy(() => checkGradient((z) => weighted(native)(z) as Scalar, randomTensor([3, 4], rng, [-2, 2]), { rng }));
  });

  it('is exact and has finite gradients at logits of 80 and -80', () => {
    tf.tidy(() => {
      const z = tf.tensor2d([80, -80, 0, -80, 80, 0], [2, 3]);
      const target = tf.tensor2d([1, 0, 0, 1, 0, 0], [2, 3]);
      expectClose(softmaxCrossEntropy(z, target), [0, 160], { absolute: 1e-6, relative: 1e-6 });
      const slope = tf.grad((at) => tf.sum(softmaxCrossEntropy(at as Tensor2D, target)))(z);
      expectFinite(slope);
      expectClose(slope, [0, 0, 0, -1, 1, 0], 1e-6);
    });
  });

  it('borrows its arguments and leaves nothing behind', () => {
    const z = randomTensor([3, 4], rng);
    expectBorrows(native, [z]);
    z.dispose();
  });
});
