import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import { createRng } from '../core/rng';
import { expectClose, plain } from '../testing/close';
import { randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as reference from '../testing/reference';
import * as tf from '../tf';
import type { Tensor3D, Tensor4D } from '../tf';
import { boundingBoxes, fractionMask, meanMask } from './mask';
import { activationSaliency } from './saliency';
import { adaptiveBoxes, spotlight } from './ssdp';

const rng = createRng(1, 'ssdp');
const view = { ...preset('laptop').view, saliencyStride: 8 } as const;
const grid = (values: readonly (readonly number[])[]): Tensor3D => tf.tensor3d([values as number[][]]);

describe('activationSaliency', () => {
  it('is the channel mean of relu(F), scaled to [0, 1] for each image', () => {
    tf.tidy(() => {
      const map = randomTensor<Tensor4D>([2, 3, 4, 5], rng, [-2, 2]);
      const means = reference
        .rowsOf(plain(map), 5)
        .map((channels) => channels.reduce((sum, f) => sum + Math.max(f, 0), 0) / 5);
      const expected = reference.rowsOf(means, 12).flatMap((image) => {
        const [low, high] = [Math.min(...image), Math.max(...image)];
        return image.map((mean) => (mean - low) / (high - low));
      });
      expectClose(activationSaliency(map), expected, 1e-5);
    });
  });

  it('is 0 everywhere on a constant map, and does not change with the scale of the map', () => {
    tf.tidy(() => {
      expectClose(activationSaliency(tf.fill([1, 2, 2, 3], 0.7)), [0, 0, 0, 0], 0);
      expectClose(activationSaliency(tf.zeros([1, 2, 2, 3])), [0, 0, 0, 0], 0);
      const map = randomTensor<Tensor4D>([2, 3, 3, 2], rng);
      expectClose(activationSaliency(tf.mul(map, 1000) as Tensor4D), activationSaliency(map), 1e-5);
    });
  });
});

describe('masks and boxes', () => {
  const maps = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([h, w]) =>
    fc.array(
      fc.array(
        fc.integer({ min: 0, max: 8 }).map((n) => n / 8),
        { minLength: w, maxLength: w },
      ),
      { minLength: h, maxLength: h },
    ),
  );
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
      expectClose(
        meanMask(
          grid([
            [0, 1],
            [0.2, 0.4],
          ]),
        ),
        [0, 1, 0, 0],
        0,
      );
      expectClose(
        meanMask(
          grid([
            [0.5, 0.5],
            [0.5, 0.5],
          ]),
        ),
        [0, 0, 0, 0],
        0,
      );
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

describe('spotlight', () => {
  /** A map of faint noise with a bright patch. */
  function withPatch([y1, x1, y2, x2]: readonly [number, number, number, number]): Tensor4D {
    const map = tf.buffer<tf.Rank.R4>([1, 8, 8, 3]);
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        const inside = y >= y1 && y < y2 && x >= x1 && x < x2;
        for (let c = 0; c < 3; c++) map.set((inside ? 2 : 0) + 0.2 * rng.uniform(), 0, y, x, c);
      }
    }
    return map.toTensor();
  }

  it.each(['mean', 'fraction'] as const)('finds a bright patch by the %s mask', (mask) => {
    tf.tidy(() => {
      const fine = { ...view, saliencyStride: 8, mask, margin: 0 } as const;
      const found = spotlight(withPatch([2, 5, 4, 8]), fine, tf.tensor1d([0.5]));
      expectClose(found.boxes, [0.25, 0.625, 0.5, 1], 1e-6);
      expectClose(tf.sum(found.mask), 6, 0);
      expect([found.saliency.shape, found.mask.shape, found.boxes.shape]).toEqual([
        [1, 8, 8],
        [1, 8, 8],
        [1, 4],
      ]);
    });
  });

  it.each([
    [16, 16],
    [32, 32],
  ] as const)('draws the mask of a map at stride %i on the grid of stride 8', (saliencyStride, side) => {
    tf.tidy(() => {
      const options = { ...view, saliencyStride, margin: 0 } as const;
      const { saliency, mask, boxes } = spotlight(withPatch([2, 4, 4, 8]), options, tf.tensor1d([0.5]));
      expect([saliency.shape, mask.shape]).toEqual([
        [1, side, side],
        [1, side, side],
      ]);
      // The half-way line between patch and ground lies on the patch's own border, give or take the noise: one cell of the fine grid.
      expectClose(boxes, [0.25, 0.5, 0.5, 1], { absolute: 1.01 / side });
    });
  });

  it('widens the box by the margin', () => {
    tf.tidy(() => {
      const { boxes } = spotlight(withPatch([2, 2, 4, 6]), { ...view, margin: 0.1 }, tf.tensor1d([0.5]));
      expectClose(boxes, [0.25 - 0.025, 0.25 - 0.05, 0.5 + 0.025, 0.75 + 0.05], 1e-6);
    });
  });

  it('carries the box into the source, mirrored where the raw view is', () => {
    tf.tidy(() => {
      const map = withPatch([2, 2, 4, 6]);
      const tight = { ...view, margin: 0 };
      const raw = tf.tensor2d([[0, 1, 0.5, 0]]);
      expectClose(adaptiveBoxes(map, raw, tight, tf.tensor1d([0.5])), [0.125, 0.75, 0.25, 0.25], 1e-6);
    });
  });

  it.each([16, 32] as const)('refines a map of stride %i to the grid of stride 8', (saliencyStride) => {
    tf.tidy(() => {
      const cells = 64 / saliencyStride;
      const map = tf.buffer<tf.Rank.R4>([1, cells, cells, 1]);
      map.set(1, 0, 0, cells - 1, 0);
      const coarse = { ...view, saliencyStride, margin: 0 };
      const { saliency, boxes } = spotlight(map.toTensor(), coarse, tf.tensor1d([0.5]));
      expect(saliency.shape).toEqual([1, 8, 8]);
      // Half of the peak is reached half a cell beyond the bright cell's centre, that is at its edge.
      expectClose(boxes, [0, 1 - 1 / cells, 1 / cells, 1], 1e-6);
      const flat = spotlight(tf.fill([1, cells, cells, 1], 2), coarse, tf.tensor1d([0.5]));
      expectClose(flat.boxes, [0, 0, 1, 1], 0);
    });
  });

  it('leaves nothing behind', () => {
    const [map, theta, raw] = [withPatch([1, 1, 3, 3]), tf.tensor1d([0.5]), tf.tensor2d([[0, 0, 1, 1]])];
    expectNoLeak(() => adaptiveBoxes(map, raw, view, theta).dispose());
    expectNoLeak(() => tf.dispose(spotlight(map, view, theta) as never));
    tf.dispose([map, theta, raw]);
  });
});
