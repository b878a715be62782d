import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxMask, energyInside, iou, maskBox, pointingGame } from './localisation';

const mask = new Float32Array([0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0]);
const size = [3, 4] as const;

describe('localisation', () => {
  it('the pointing game asks where the maximum is; a flat map earns the area of the mask', () => {
    const peak = (i: number): Float32Array => new Float32Array(12).fill(0.1).fill(0.9, i, i + 1);
    expect(pointingGame(peak(5), mask)).toBe(1);
    expect(pointingGame(peak(0), mask)).toBe(0);
    expect(pointingGame(new Float32Array(12), mask)).toBeCloseTo(4 / 12, 12);
    expect(() => pointingGame([NaN], [1])).toThrow('saliency 0 is NaN');
  });

  it('the energy inside is a share', () => {
    expect(energyInside([1, 1, 2], [0, 0, 1])).toBe(0.5);
    expect(energyInside([0, 0], [0, 1])).toBeNull();
    expect(() => energyInside([-1], [1])).toThrow('must be >= 0');
  });

  it('intersection over union by hand', () => {
    expect(iou(mask, mask)).toBe(1);
    expect(iou({ top: 1, left: 1, height: 2, width: 2 }, mask, size)).toBe(1);
    expect(iou({ top: 0, left: 1, height: 2, width: 2 }, mask, size)).toBeCloseTo(2 / 6, 12);
    expect(iou({ top: 0, left: 3, height: 3, width: 1 }, mask, size)).toBe(0);
    expect(iou([0, 0], [0, 0])).toBe(1);
    expect(() => iou({ top: 0, left: 0, height: 1, width: 1 }, mask)).toThrow('[height, width]');
    expect(() => iou([1], mask)).toThrow('pair by index');
  });

  it('a box becomes a mask and comes back', () => {
    const box = fc.record({
      top: fc.nat(5),
      left: fc.nat(5),
      height: fc.integer({ min: 1, max: 4 }),
      width: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(box, (b) => {
        expect(maskBox(boxMask(b, [9, 9]), [9, 9])).toEqual(b);
      }),
    );
    expect(maskBox(new Float32Array(4), [2, 2])).toBeNull();
    expect(() => maskBox([1], [2, 2])).toThrow('1 values are not 2 x 2');
  });
});
