import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { expectClose, plain } from '../testing/close';
import { randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as tf from '../tf';
import type { Tensor2D, Tensor4D } from '../tf';
import { brighten, composeBoxes, cutViews } from './cut';

const rng = createRng(1, 'cut');
const images = (n: number, side: number): Tensor4D => randomTensor([n, side, side, 3], rng, [0, 255]);
const boxes = (...rows: number[][]): Tensor2D => tf.tensor2d(rows, [rows.length, 4]);
const WHOLE = [0, 0, 1, 1];

describe('cutViews', () => {
  it('of the whole box is the image itself at the same size, and a plain resize at another', () => {
    tf.tidy(() => {
      const x = images(2, 8);
      expectClose(cutViews(x, boxes(WHOLE, WHOLE), 8), x, 1e-4);
      expectClose(cutViews(x, boxes(WHOLE, WHOLE), 12), tf.image.resizeBilinear(x, [12, 12], true), 1e-3);
      expectClose(cutViews(x, boxes(WHOLE, WHOLE), 6), tf.image.resizeBilinear(x, [6, 6], true), 1e-3);
    });
  });

  it('samples twice as densely where the source is 1.5 times as large, so that fine stripes average out', () => {
    tf.tidy(() => {
      const x = images(1, 9);
      const dense = tf.avgPool(tf.image.resizeBilinear(x, [12, 12], true), 2, 2, 'valid');
      expectClose(cutViews(x, boxes(WHOLE), 6), dense, 1e-3);
      const stripes = tf.tile(tf.tensor4d([0, 255], [1, 1, 2, 1]), [1, 64, 32, 3]) as Tensor4D;
      const values = plain(cutViews(stripes, boxes(WHOLE), 32));
      expect(Math.max(...values) - Math.min(...values)).toBeLessThan(160);
    });
  });

  it('mirrors where x1 > x2, and twice mirrored is not mirrored', () => {
    tf.tidy(() => {
      const x = images(2, 8);
      const mirrored = cutViews(x, boxes([0, 1, 1, 0], [0, 1, 1, 0]), 8);
      expectClose(mirrored, tf.reverse(x, 2), 1e-4);
      expectClose(cutViews(mirrored, boxes([0, 1, 1, 0], [0, 1, 1, 0]), 8), x, 1e-3);
    });
  });

  it('cuts each image by its own box', () => {
    tf.tidy(() => {
      const x = images(2, 9);
      const views = cutViews(x, boxes([0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1]), 9);
      const [first, second] = tf.unstack(views) as [Tensor4D, Tensor4D];
      expectClose(first, cutViews(tf.slice(x, 0, 1), boxes([0, 0, 0.5, 0.5]), 9), 1e-4);
      expectClose(second, cutViews(tf.slice(x, 1, 1), boxes([0.5, 0.5, 1, 1]), 9), 1e-4);
    });
  });

  it('needs no gradient and gets none: it stands off the tape', () => {
    tf.tidy(() => {
      const x = images(1, 8);
      const scale = tf.scalar(2);
      const f = (s: tf.Tensor) => tf.mul(tf.sum(cutViews(x, boxes(WHOLE), 8)), s);
      expectClose(tf.grad(f)(scale), tf.sum(x), { relative: 1e-5 });
    });
  });

  it('leaves nothing behind', () => {
    const [x, b] = [images(2, 12), boxes(WHOLE, WHOLE)];
    expectNoLeak(() => cutViews(x, b, 8).dispose());
    expectNoLeak(() => cutViews(x, b, 12).dispose());
    expect([x.isDisposed, b.isDisposed]).toEqual([false, false]);
    tf.dispose([x, b]);
  });
});

describe('brighten', () => {
  it('multiplies each image by its gain and clips to the range of pixels', () => {
    tf.tidy(() => {
      const x = tf.tensor4d([0, 100, 200, 0, 100, 200], [2, 1, 1, 3]);
      expectClose(brighten(x, tf.tensor1d([1.5, 0.5])), [0, 150, 255, 0, 50, 100], 1e-4);
    });
  });
});

describe('composeBoxes', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const box = fc.tuple(share, share, share, share).map(([a, b, c, d]) => [a, b, c, d]);

  it('equals the equation, mirrored boxes too', () => {
    fc.assert(
      fc.property(box, box, (outer, inner) => {
        tf.tidy(() => {
          const [oy1, ox1, oy2, ox2] = outer as [number, number, number, number];
          const [y1, x1, y2, x2] = inner as [number, number, number, number];
          const [y, x] = [(s: number) => oy1 + s * (oy2 - oy1), (s: number) => ox1 + s * (ox2 - ox1)];
          expectClose(composeBoxes(boxes(outer), boxes(inner)), [y(y1), x(x1), y(y2), x(x2)], 1e-6);
        });
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('has the whole box as its neutral element and is associative', () => {
    tf.tidy(() => {
      const [a, b, c] = [boxes([0.1, 0.9, 0.7, 0.2]), boxes([0.2, 0.3, 0.6, 0.8]), boxes([0, 1, 0.5, 0.5])];
      expectClose(composeBoxes(a, boxes(WHOLE)), a, 1e-6);
      expectClose(composeBoxes(boxes(WHOLE), a), a, 1e-6);
      expectClose(composeBoxes(composeBoxes(a, b), c), composeBoxes(a, composeBoxes(b, c)), 1e-6);
    });
  });

  it('cuts the same pixels at once as in two cuts', () => {
    tf.tidy(() => {
      // A smooth image: two bilinear cuts and one differ by rounding only where the image is linear between samples.
      const ramp = Array.from({ length: 33 * 33 * 3 }, (_, i) => Math.floor(i / 99) * 3 + (Math.floor(i / 3) % 33) * 2);
      const x = tf.tensor4d(ramp, [1, 33, 33, 3]);
      const [outer, inner] = [boxes([0.25, 0.75, 0.75, 0.25]), boxes([0.5, 0, 1, 0.5])];
      expectClose(cutViews(x, composeBoxes(outer, inner), 24), cutViews(cutViews(x, outer, 33), inner, 24), 1e-2);
    });
  });
});
