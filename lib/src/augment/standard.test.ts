import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { drawAugmentation, noAugmentation } from './standard';

const config = { cropArea: [0.5, 0.9], flip: true, brightness: 0.2 } as const;

/** Boxes as [y1, x1, y2, x2] rows. */
const rows = (boxes: Float32Array): number[][] =>
  Array.from({ length: boxes.length / 4 }, (_, i) => [...boxes.subarray(i * 4, i * 4 + 4)]);

describe('drawAugmentation', () => {
  it('draws square boxes inside the image, of an area in the range, and gains in theirs', () => {
    const area = fc.tuple(fc.double({ min: 0.05, max: 1, noNaN: true }), fc.double({ min: 0.05, max: 1, noNaN: true }));
    fc.assert(
      fc.property(area, fc.double({ min: 0, max: 0.9, noNaN: true }), fc.nat(100), ([a, b], brightness, seed) => {
        const cropArea = [Math.min(a, b), Math.max(a, b)] as const;
        const { boxes, gains } = drawAugmentation(8, { cropArea, flip: true, brightness }, createRng(seed));
        for (const [y1, x1, y2, x2] of rows(boxes) as [number, number, number, number][]) {
          const [height, width] = [y2 - y1, Math.abs(x2 - x1)];
          expect(height).toBeCloseTo(width, 5);
          expect(Math.min(y1, x1, x2)).toBeGreaterThanOrEqual(-1e-6);
          expect(Math.max(y2, x1, x2)).toBeLessThanOrEqual(1 + 1e-6);
          expect(height * width).toBeGreaterThanOrEqual(cropArea[0] - 1e-5);
          expect(height * width).toBeLessThanOrEqual(cropArea[1] + 1e-5);
        }
        expect([...gains].every((gain) => Math.abs(gain - 1) <= brightness + 1e-6)).toBe(true);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('mirrors about half of the images, and none where the config says so, without shifting the other draws', () => {
    const [on, off] = [true, false].map((flip) => drawAugmentation(1000, { ...config, flip }, createRng(1)));
    const mirrored = rows(on!.boxes).filter(([, x1, , x2]) => x1! > x2!).length;
    expect(Math.abs(mirrored - 500)).toBeLessThan(60);
    expect(rows(off!.boxes).every(([, x1, , x2]) => x1! < x2!)).toBe(true);
    const sorted = (boxes: Float32Array) =>
      rows(boxes).map(([y1, x1, y2, x2]) => [y1, Math.min(x1!, x2!), y2, Math.max(x1!, x2!)]);
    expect(sorted(on!.boxes)).toEqual(sorted(off!.boxes));
    expect(on!.gains).toEqual(off!.gains);
  });

  it('is decided by its random stream', () => {
    expect(drawAugmentation(5, config, createRng(3))).toEqual(drawAugmentation(5, config, createRng(3)));
    expect(drawAugmentation(5, config, createRng(3))).not.toEqual(drawAugmentation(5, config, createRng(4)));
  });

  it('is the whole image, mirrored at most, where nothing may vary', () => {
    const still = drawAugmentation(4, { cropArea: [1, 1], flip: false, brightness: 0 }, createRng(1));
    expect(still).toEqual(noAugmentation(4));
  });
});

describe('noAugmentation', () => {
  it('is the whole box and a gain of 1 for every image', () => {
    expect(noAugmentation(2)).toEqual({ boxes: Float32Array.of(0, 0, 1, 1, 0, 0, 1, 1), gains: Float32Array.of(1, 1) });
  });
});
