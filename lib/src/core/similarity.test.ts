import { describe, expect, it } from 'vitest';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor2D } from '../tf';
import { expectClose, expectFinite } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as reference from '../testing/reference';
import { createRng } from './rng';
import { normalizeRows, similarities } from './similarity';

const rng = createRng(1, 'similarity');

describe('normalizeRows', () => {
  it('equals the reference', () => {
    tf.tidy(() => {
      const x = randomTensor<Tensor2D>([5, 7], rng);
      expectClose(normalizeRows(x), reference.normalizeRows(reference.rowsOf(x.dataSync(), 7)).flat(), 1e-6);
    });
  });

  it('does not change with the length of a row', () => {
    tf.tidy(() => {
      const x = randomTensor<Tensor2D>([4, 3], rng, [0.1, 1]);
      for (const scale of [1e-3, 1e3, 1e10]) {
        expectClose(normalizeRows(tf.mul(x, scale) as Tensor2D), normalizeRows(x), 1e-6);
      }
    });
  });

  it('keeps a zero row at zero, with a finite gradient', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([0, 0, 3, 4], [2, 2]);
      expectClose(normalizeRows(x), [0, 0, 0.6, 0.8], 1e-6);
      expectFinite(tf.grad((at) => tf.sum(normalizeRows(at as Tensor2D)))(x));
    });
  });

  it('has the right gradient', () => {
    tf.tidy(() => {
      const x = randomTensor<Tensor2D>([3, 4], rng, [0.5, 2]);
      const w = randomTensor<Tensor2D>([3, 4], rng);
      checkGradient((at: Tensor) => tf.sum(tf.mul(normalizeRows(at as Tensor2D), w)) as Scalar, x, { rng });
    });
  });

  it('leaves nothing behind', () => {
    const x = randomTensor<Tensor2D>([3, 4], rng);
    expectNoLeak(() => normalizeRows(x).dispose());
    expect(x.isDisposed).toBe(false);
    x.dispose();
  });
});

describe('similarities', () => {
  it('holds the dot product of every pair', () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([1, 0, 0, 1, 1, 1], [3, 2])];
      const s = similarities(a, b);
      expect(s.shape).toEqual([2, 3]);
      expectClose(s, [1, 2, 3, 3, 4, 7], 0);
    });
  });
});
