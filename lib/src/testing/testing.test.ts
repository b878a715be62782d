/** The tools of the other tests, tested: each must fail where it should. */
import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import * as tf from '../tf';
import type { Scalar, Tensor } from '../tf';
import { expectClose, expectFinite, largestDifference } from './close';
import { checkGradient, randomTensor } from './gradcheck';
import { smallConfig, syntheticImages } from './images';
import { expectNoLeak } from './leak';

describe('expectClose', () => {
  it('accepts what lies within the tolerance, absolute or relative', () => {
    expectClose([1, 2], [1.01, 2], 0.011);
    expectClose([100], [101], { relative: 0.01 });
    expectClose([100, 0], [101, 0.1], { relative: 0.01, absolute: 0.1 });
    expectClose([], [], 0);
    expectClose(tf.tensor1d([1, 2]), Int32Array.of(1, 2), 0);
    expect(largestDifference([1, 5], [1, 2])).toBe(3);
  });

  it('names the worst number', () => {
    expect(() => expectClose([1, 2, 9], [1, 2.5, 3], 0.1)).toThrow(
      /2 of 3 numbers are off; worst \[2\]: 9, expected 3/,
    );
    expect(() => expectClose([1, 2], [1], 1)).toThrow('2 numbers, expected 1');
  });

  it.each([
    [NaN, NaN],
    [NaN, 0],
    [0, NaN],
    [NaN, Infinity],
    [Infinity, Infinity],
    [-Infinity, Infinity],
    [1, Infinity],
  ])('never lets %d pass for %d', (actual, expected) => {
    expect(() => expectClose([actual], [expected], Infinity)).toThrow(/\[0\] is/);
    expect(() => expectClose(tf.tensor1d([actual]), [expected], 1e30)).toThrow(/\[0\] is/);
  });

  it('is needed: the matcher of tfjs lets NaN pass for Infinity', () => {
    expect(() => tf.test_util.expectArraysClose([NaN], [Infinity])).not.toThrow();
    expect(() => expectFinite([1, NaN])).toThrow('[1] is NaN');
    expect(() => expectFinite([Infinity])).toThrow('[0] is Infinity');
  });
});

describe('expectNoLeak', () => {
  it('sees one tensor, and one too few', () => {
    const kept: Tensor[] = [];
    expect(() => expectNoLeak(() => void kept.push(tf.scalar(1)))).toThrow('after 5 repetitions');
    expect(() => expectNoLeak(() => kept.pop()?.dispose(), { burnIn: 0, times: 2 })).toThrow('after 2 repetitions');
    tf.dispose(kept);
  });

  it('lets a cache settle first', () => {
    let cache: Tensor | undefined;
    expectNoLeak(() => (cache ??= tf.scalar(1)));
    cache?.dispose();
  });
});

describe('checkGradient', () => {
  const wrong = tf.customGrad((x) => ({
    value: tf.square(x as Tensor),
    gradFunc: (dy: Tensor) => [tf.mul(dy, tf.mul(x as Tensor, 2.02))],
  }));

  it('accepts a right gradient and refuses one that is off by a hundredth', () => {
    tf.tidy(() => {
      const x = randomTensor([6], createRng(1), [1, 2]);
      checkGradient((at) => tf.sum(tf.square(at)) as Scalar, x, { rng: createRng(2) });
      expect(() => checkGradient((at) => tf.sum(wrong(at)) as Scalar, x, { rng: createRng(2) })).toThrow(
        /the tape says/,
      );
    });
  });
});

describe('synthetic images', () => {
  it('are the same for the same seed, differ from each other, and are balanced', () => {
    const options = { classes: 3, perClass: 2, size: 8 };
    const images = syntheticImages(options);
    expect(syntheticImages(options)).toEqual(images);
    expect([...images.labels]).toEqual([0, 1, 2, 0, 1, 2]);
    const each = Array.from({ length: 6 }, (_, i) => String(images.data.subarray(i * 192, (i + 1) * 192)));
    expect(new Set(each).size).toBe(6);
    expect(smallConfig({ seed: 4 }).seed).toBe(4);
  });
});
