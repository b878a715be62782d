import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import { createRng } from '../core/rng';
import { expectClose, plain } from '../testing/close';
import { randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as reference from '../testing/reference';
import { topMask as slowTopMask } from '../testing/reference-ssdp';
import * as tf from '../tf';
import type { Tensor3D } from '../tf';
import { boundingBoxes, fractionMask, maskOf, meanMask, softMask, topMask, wholeBoxes } from './mask';

const rng = createRng(1, 'mask');
const grid = (values: readonly (readonly number[])[]): Tensor3D => tf.tensor3d([values as number[][]]);

/** Maps of eighths, so that many cells are equal. */
const maps = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([h, w]) =>
  fc.array(
    fc.array(
      fc.integer({ min: 0, max: 8 }).map((n) => n / 8),
      { minLength: w, maxLength: w },
    ),
    { minLength: h, maxLength: h },
  ),
);

describe('masks and boxes', () => {
  const margins = fc.constantFrom(0, 0.1, 0.5, 1);

  it('equal the reference loops', () => {
    fc.assert(
      fc.property(maps, fc.constantFrom(0.3, 0.45, 0.6), margins, (saliency, theta, margin) =>
        tf.tidy(() => {
          const a = grid(saliency);
          const flat = saliency.flat();
          const byFraction = reference.thresholdMask(saliency, Math.fround(theta) * Math.max(...flat));
          const mask = fractionMask(a, tf.tensor1d([theta]));
          expectClose(mask, byFraction.flat(), 0);
          expectClose(boundingBoxes(mask, margin), reference.boundingBox(byFraction, margin), 1e-6);
        }),
      ),
      { numRuns: 80, seed: 1 },
    );
  });

  it('by the mean take what lies above it', () => {
    tf.tidy(() => {
      expectClose(meanMask(grid([[0, 1], [0.2, 0.4]])), [0, 1, 0, 0], 0); // prettier-ignore
      expectClose(meanMask(grid([[0.5, 0.5], [0.5, 0.5]])), [0, 0, 0, 0], 0); // prettier-ignore
    });
  });

  it('use the threshold of each image', () => {
    tf.tidy(() => {
      const a = tf.tensor3d([[[0.5, 1]], [[0.5, 1]]]);
      expectClose(fractionMask(a, tf.tensor1d([0.4, 0.6])), [1, 1, 0, 1], 0);
    });
  });

  it('give the whole view for an empty mask, and the same for a full one', () => {
    tf.tidy(() => {
      expectClose(boundingBoxes(tf.zeros([1, 3, 5]), 0.1), [0, 0, 1, 1], 0);
      expectClose(boundingBoxes(tf.ones([1, 3, 5]), 0.1), [0, 0, 1, 1], 0);
      expectClose(wholeBoxes(2), [0, 0, 1, 1, 0, 0, 1, 1], 0);
    });
  });

  it('find the corners of a single cell', () => {
    tf.tidy(() => {
      const mask = tf.buffer<tf.Rank.R3>([1, 4, 5]);
      mask.set(1, 0, 3, 0);
      expectClose(boundingBoxes(mask.toTensor(), 0), [0.75, 0, 1, 0.2], 1e-6);
    });
  });
});

describe('topMask', () => {
  it('takes exactly as many cells as asked for, of equal ones the first', () => {
    fc.assert(
      fc.property(maps, fc.double({ min: 0.01, max: 1, noNaN: true }), (saliency, share) =>
        tf.tidy(() => {
          const cells = saliency.flat().length;
          const count = Array.from({ length: cells }, (_, i) => i + 1).find((n) => n >= share * cells - 1e-9)!;
          const mask = topMask(grid(saliency), share);
          expectClose(tf.sum(mask), count, 0);
          expectClose(mask, slowTopMask(saliency, count).flat(), 0);
        }),
      ),
      { numRuns: 80, seed: 1 },
    );
  });

  it('treats each image by itself', () => {
    tf.tidy(() => {
      const saliency = tf.tensor3d([[[0.1, 0.9], [0.8, 0.2]], [[0.5, 0.5], [0.5, 0.5]]]); // prettier-ignore
      expectClose(topMask(saliency, 0.5), [0, 1, 1, 0, 1, 1, 0, 0], 0);
      expectClose(topMask(tf.reverse(saliency, 0), 0.5), [1, 1, 0, 0, 0, 1, 1, 0], 0);
    });
  });

  it('rounds the number of cells up, but not for the rounding of floating point', () => {
    tf.tidy(() => {
      const saliency = randomTensor<Tensor3D>([1, 10, 10], rng, [0, 1]);
      const counts = [0.07, 0.071, 0.29, 0.001, 1].map((share) => plain(tf.sum(topMask(saliency, share)))[0]);
      expect([0.07 * 100, 0.29 * 100]).not.toEqual([7, 29]);
      expect(counts).toEqual([7, 8, 29, 1, 100]);
    });
  });

  it('refuses a share that is none', () => {
    tf.tidy(() => {
      for (const share of [0, -0.1, 1.01, NaN]) {
        expect(() => topMask(tf.ones([1, 2, 2]), share)).toThrow(`share ${share}; allowed: above 0, up to 1`);
      }
    });
  });
});

describe('softMask', () => {
  it('is the saliency, as a tensor of its own, with a gradient of 1', () => {
    tf.tidy(() => {
      const saliency = randomTensor<Tensor3D>([2, 3, 4], rng, [0, 1]);
      const mask = softMask(saliency);
      expectClose(mask, saliency, 0);
      expectClose(tf.grad((a) => tf.sum(softMask(a as Tensor3D)))(saliency), tf.ones([24]), 0);
      mask.dispose();
      expect(saliency.isDisposed).toBe(false);
    });
  });
});

describe('maskOf', () => {
  const { view } = preset('laptop');

  it('draws the mask that the config names', () => {
    tf.tidy(() => {
      const a = grid([[0.1, 0.3, 0.5], [0.7, 0.9, 1]]); // prettier-ignore
      const theta = tf.tensor1d([0.95]);
      const drawn = (mask: (typeof view)['mask']) => maskOf(a, { ...view, mask, topShare: 0.3 }, theta);
      expectClose(drawn('mean'), [0, 0, 0, 1, 1, 1], 0);
      expectClose(drawn('fraction'), [0, 0, 0, 0, 0, 1], 0);
      expectClose(drawn('topk'), [0, 0, 0, 0, 1, 1], 0);
      expectClose(drawn('soft'), a, 0);
    });
  });

  it('lets no gradient through a hard mask: asking for one is an error', () => {
    tf.tidy(() => {
      const a = randomTensor<Tensor3D>([1, 3, 3], rng, [0, 1]);
      for (const mask of ['mean', 'fraction', 'topk'] as const) {
        const f = (x: tf.Tensor) => tf.sum(maskOf(x as Tensor3D, { ...view, mask }, tf.tensor1d([0.5])));
        expect(() => tf.grad(f)(a)).toThrow(/gradient/);
      }
    });
  });

  it('leaves nothing behind', () => {
    const [a, theta] = [randomTensor<Tensor3D>([2, 3, 4], rng, [0, 1]), tf.tensor1d([0.5, 0.5])];
    for (const mask of ['mean', 'fraction', 'topk', 'soft'] as const) {
      expectNoLeak(() => maskOf(a, { ...view, mask }, theta).dispose());
    }
    expectNoLeak(() => tf.tidy(() => void boundingBoxes(topMask(a, 0.3), 0.1)));
    tf.dispose([a, theta]);
  });
});
