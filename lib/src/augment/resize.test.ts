import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { expectClose, largestDifference, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import { rowsOf } from '../testing/reference';
import * as reference from '../testing/reference-ssdp';
import * as tf from '../tf';
import type { Scalar, Tensor3D, Tensor4D } from '../tf';
import { resizeMap } from './resize';

const rng = createRng(1, 'resize');
const sides = fc.integer({ min: 1, max: 9 });

describe('resizeMap', () => {
  it('equals the reference loops, larger and smaller, each image by itself', () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, (h, w, height, width) =>
        tf.tidy(() => {
          const map = randomTensor<Tensor3D>([2, h, w], rng);
          const images = rowsOf(plain(map), h * w).map((values) => rowsOf(values, w));
          const expected = images.map((image) => reference.resizeMap(image, height, width));
          expectClose(resizeMap(map, [height, width]), expected.flat(2), 1e-6);
        }),
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it("equals tfjs' resize with half-pixel centres", () => {
    tf.tidy(() => {
      const map = randomTensor<Tensor3D>([2, 6, 5], rng);
      const theirs = tf.image.resizeBilinear(tf.expandDims(map, 3) as Tensor4D, [48, 40], false, true);
      expectClose(resizeMap(map, [48, 40]), theirs, 1e-6);
    });
  });

  it('keeps a constant, and gives a copy at the same size', () => {
    tf.tidy(() => {
      expectClose(resizeMap(tf.fill([1, 3, 4], 0.3), [24, 32]), tf.fill([24 * 32], 0.3), 1e-6);
      const map = randomTensor<Tensor3D>([1, 3, 4], rng);
      const same = resizeMap(map, [3, 4]);
      expectClose(same, map, 0);
      same.dispose();
      expect(map.isDisposed).toBe(false);
    });
  });

  it("has the gradient of its values, which tfjs' resize has not", () => {
    tf.tidy(() => {
      const map = randomTensor<Tensor3D>([2, 3, 4], rng);
      const weights = randomTensor([2, 12, 8], rng);
      const weighed = (resized: tf.Tensor) => tf.sum(tf.mul(tf.square(resized), weights)) as Scalar;
      const own = (x: tf.Tensor) => weighed(resizeMap(x as Tensor3D, [12, 8]));
      const theirs = (x: tf.Tensor) =>
        weighed(tf.squeeze(tf.image.resizeBilinear(tf.expandDims(x, 3) as Tensor4D, [12, 8], false, true), [3]));
      expectClose(own(map), theirs(map), 1e-5);
      checkGradient(own, map, { rng });
      expect(() => checkGradient(theirs, map, { rng })).toThrow('the tape says');
      expect(largestDifference(tf.grad(own)(map), tf.grad(theirs)(map))).toBeGreaterThan(0.1);
    });
  });

  it('leaves nothing behind', () => {
    const map = randomTensor<Tensor3D>([2, 3, 4], rng);
    expectNoLeak(() => resizeMap(map, [6, 8]).dispose());
    expectNoLeak(() => resizeMap(map, [3, 4]).dispose());
    map.dispose();
  });
});
