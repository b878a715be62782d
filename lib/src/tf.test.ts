import { describe, expect, it } from 'vitest';
import * as tf from './tf';

describe('tf', () => {
  it('computes on the native backend', () => {
    expect(tf.getBackend()).toBe('tensorflow');
    expect(Array.from(tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()))).toEqual([3, 3, 3, 3]);
  });
});
