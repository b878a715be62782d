import { afterEach, describe, expect, it } from 'vitest';
import * as tf from '../../tf';
import { plain } from '../../testing/close';
import { expectNoLeak } from '../../testing/leak';
import { withoutCustom } from './custom';
import { reshaped } from './reshape';

afterEach(() => expect(tf.memory().numTensors).toBe(0));

describe('reshaped', () => {
  it.each([[[6]], [[3, 2]], [[1, 2, 3]], [[1, 1, 6, 1]]])('holds the same numbers as %j', (shape) => {
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      for (const y of [reshaped(x, shape), withoutCustom(() => reshaped(x, shape))]) {
        expect(y.shape).toEqual(shape);
        expect(plain(tf.mul(y, 1))).toEqual([1, 2, 3, 4, 5, 6]);
      }
    });
  });

  it('of nothing is nothing, of one number a scalar', () => {
    tf.tidy(() => {
      expect(reshaped(tf.zeros([0, 4]), [4, 0]).shape).toEqual([4, 0]);
      expect(plain(reshaped(tf.tensor1d([7]), []))).toEqual([7]);
    });
  });

  it('outlives what it was made of, and refuses another size', () => {
    const x = tf.tensor1d([1, 2, 3, 4]);
    const y = reshaped(x, [2, 2]);
    x.dispose();
    expect(plain(y)).toEqual([1, 2, 3, 4]);
    expect(() => reshaped(y, [3])).toThrow(/size|as many numbers/i);
    y.dispose();
  });

  it('leaves nothing behind', () => {
    const x = tf.ones([4, 4]);
    expectNoLeak(() => reshaped(x, [16]).dispose());
    x.dispose();
  });
});
