import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxIou, maskBox, pixelBox } from './localisation';
import { scoreLocalisation } from './localisation-score';
import { readTruth } from './truth';

const SIDE = 4;
const SIZE = [SIDE, SIDE] as const;
const TRUTH = [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const truth = readTruth(TRUTH, SIZE)!;
const whole = { top: 0, left: 0, height: SIDE, width: SIDE };

const masks = fc
  .array(fc.constantFrom(0, 1), { minLength: 16, maxLength: 16 })
  .filter((mask) => mask.some((value) => value === 1));

describe('boxes', () => {
  it('overlap by their areas, also between pixels', () => {
    const unit = { top: 0, left: 0, height: 1, width: 1 };
    expect(boxIou(unit, unit)).toBe(1);
    expect(boxIou(unit, { ...unit, left: 0.5 })).toBeCloseTo(0.5 / 1.5, 12);
    expect(boxIou(unit, { ...unit, top: 1 })).toBe(0);
    expect(boxIou({ ...unit, height: 0 }, { ...unit, width: 0 })).toBe(1);
    expect(pixelBox([0.25, 0, 0.75, 1], [4, 8])).toEqual({ top: 1, left: 0, height: 2, width: 8 });
  });
});

describe('scoreLocalisation', () => {
  it('by hand: a saliency with its peak in the truth, a mask that covers half of it', () => {
    const saliency = [4, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    const mask = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const scores = scoreLocalisation({ saliency, mask, box: { top: 0, left: 0, height: 1, width: 4 } }, truth);
    expect(scores.found).toEqual({ pointing: 1, energy: 6 / 8, mask: 2 / 6, box: 2 / 6 });
    expect(scores.areas).toEqual({ mask: 0.25, box: 0.25 });
    // The middle 2 x 2 pixels share one pixel with the truth.
    expect(scores.centre).toMatchObject({ pointing: 0.25, mask: 1 / 7, box: 1 / 7 });
    expect(scores.random).toMatchObject({ pointing: 0.25, energy: 0.25 });
  });

  it('a perfect saliency, mask and box score 1, and no blind look more', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const own = readTruth(mask, SIZE)!;
        const { found, centre, random } = scoreLocalisation({ saliency: mask, mask, box: maskBox(mask, SIZE)! }, own);
        expect(found).toEqual({ pointing: 1, energy: 1, mask: 1, box: 1 });
        for (const score of [...Object.values(centre), ...Object.values(random)]) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });

  it('a flat saliency with the whole image as its mask scores chance, and no more or less than the blind looks', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom(0, 0.5, 1), (mask, level) => {
        const own = readTruth(mask, SIZE)!;
        const look = { saliency: new Array<number>(16).fill(level), mask: new Array<number>(16).fill(1), box: whole };
        const { found, centre, random } = scoreLocalisation(look, own);
        expect(found.pointing).toBeCloseTo(own.share, 12);
        expect(found.energy).toBeCloseTo(own.share, 12);
        for (const blind of [centre, random]) {
          expect(blind.mask).toBeCloseTo(found.mask, 12);
          expect(blind.box).toBeCloseTo(found.box, 12);
          expect(blind.energy).toBeCloseTo(found.energy, 12);
        }
      }),
    );
  });

  it('an empty mask finds nothing, and neither does nothing in the middle', () => {
    const scores = scoreLocalisation({ saliency: TRUTH, mask: new Float32Array(16), box: whole }, truth);
    expect([scores.found.mask, scores.centre.mask, scores.random.mask]).toEqual([0, 0, 0]);
  });

  it('refuses maps of another size, and a saliency that is negative', () => {
    const look = { saliency: TRUTH, mask: TRUTH, box: whole };
    expect(() => scoreLocalisation({ ...look, saliency: [1] }, truth)).toThrow('pair by index');
    expect(() => scoreLocalisation({ ...look, mask: [1] }, truth)).toThrow('pair by index');
    expect(() => scoreLocalisation({ ...look, saliency: TRUTH.map((v) => v - 1) }, truth)).toThrow('must be >= 0');
  });
});
