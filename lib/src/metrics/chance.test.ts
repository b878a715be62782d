import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centreScores, placedBox, randomScores } from './chance';
import { boxIou, type Box } from './localisation';
import { readTruth, type Truth } from './truth';

const MIDDLE = [0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0];
const truthOf = (mask: ArrayLike<number>, side: number): Truth => readTruth(mask, [side, side])!;

/** A mask of some size with at least one pixel inside. */
const masks = (side: number): fc.Arbitrary<number[]> =>
  fc
    .array(fc.constantFrom(0, 1), { minLength: side * side, maxLength: side * side })
    .filter((mask) => mask.some((value) => value === 1));

/** The area inside, pixel by pixel: how much of each the box covers. */
function slowInside(mask: readonly number[], side: number, { top, left, height, width }: Box): number {
  const part = (at: number, from: number, long: number): number =>
    Math.max(0, Math.min(at + 1, from + long) - Math.max(at, from));
  return mask.reduce((sum, m, i) => sum + m * part(Math.floor(i / side), top, height) * part(i % side, left, width), 0);
}

describe('readTruth', () => {
  it('measures a mask, and tells an empty one', () => {
    const { area, share, box, rings } = truthOf(MIDDLE, 4);
    expect([area, share, box]).toEqual([4, 0.25, { top: 1, left: 1, height: 2, width: 2 }]);
    expect([Array.from(rings.all), Array.from(rings.inside)]).toEqual([[4, 12], [4, 0]]); // prettier-ignore
    expect(readTruth(new Float32Array(16), [4, 4])).toBeUndefined();
    expect(() => readTruth(MIDDLE, [4, 5])).toThrow('16 values are not 4 x 5');
  });

  it('sums the part of every pixel that a box covers, whatever its sides', () => {
    const coordinate = fc.double({ min: -1, max: 6, noNaN: true });
    const box = fc.record({ top: coordinate, left: coordinate, height: coordinate, width: coordinate });
    fc.assert(
      fc.property(masks(5), box, (mask, { height, width, ...at }) => {
        const placed = { ...at, height: Math.abs(height), width: Math.abs(width) };
        expect(truthOf(mask, 5).inside(placed)).toBeCloseTo(slowInside(mask, 5, placed), 9);
      }),
    );
  });
});

describe('at a random place', () => {
  it('by hand: a mask of the whole image, or of none, has one place', () => {
    const truth = truthOf(MIDDLE, 4);
    const whole = randomScores({ mask: 1, box: 1 }, truth);
    expect(whole).toEqual({ pointing: 0.25, energy: 0.25, mask: 0.25, box: 0.25 });
    expect(randomScores({ mask: 0, box: 0 }, truth)).toMatchObject({ mask: 0, box: 0 });
  });

  it('where everything is truth, every place scores its area', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (mask, box) => {
          const scores = randomScores({ mask, box }, truthOf(new Array<number>(36).fill(1), 6));
          expect(scores.mask).toBeCloseTo(mask, 9);
          expect(scores.box).toBeCloseTo(box, 9);
        },
      ),
    );
  });

  it('a speck meets the truth as often as the truth is large: IoU = share x area / truth', () => {
    // Its pixels are all reached alike where the speck is small beside them; 16 pixels a side divide the 32 places.
    fc.assert(
      fc.property(masks(16), (mask) => {
        const truth = truthOf(mask, 16);
        const area = 1e-8;
        const expected = (area * 256 * truth.share) / truth.area;
        expect(randomScores({ mask: area, box: area }, truth).mask / expected).toBeCloseTo(1, 3);
      }),
      { numRuns: 20 },
    );
  });

  it('is the mean over all places of the box: the same as a loop over 200 x 200 of them', () => {
    const mask = Array.from({ length: 64 }, (_, i) => ((i * 7) % 11 < 3 ? 1 : 0));
    const truth = truthOf(mask, 8);
    const areas = { mask: 0.2, box: 0.35 };
    let [slow, slowBox] = [0, 0];
    for (let i = 0; i < 200; i++)
      for (let j = 0; j < 200; j++) {
        const place = (share: number): Box => {
          const side = 8 * Math.sqrt(share);
          return {
            top: ((i + 0.5) / 200) * (8 - side),
            left: ((j + 0.5) / 200) * (8 - side),
            height: side,
            width: side,
          };
        };
        const both = slowInside(mask, 8, place(areas.mask));
        slow += both / (64 * areas.mask + truth.area - both) / 200 ** 2;
        slowBox += boxIou(place(areas.box), truth.box) / 200 ** 2;
      }
    const fast = randomScores(areas, truth);
    expect(fast.mask).toBeCloseTo(slow, 3);
    expect(fast.box).toBeCloseTo(slowBox, 3);
  });

  it('a connected mask is a stronger opponent than scattered cells, which score a t / (a + t - a t) at best', () => {
    const truth = truthOf(MIDDLE, 4);
    const [a, t] = [0.25, truth.share];
    expect(randomScores({ mask: a, box: a }, truth).mask).toBeGreaterThan((a * t) / (a + t - a * t));
  });
});

describe('in the middle', () => {
  it('places boxes from edge to edge', () => {
    expect(placedBox(0.25, [4, 8], 0.5, 0.5)).toEqual({ top: 1, left: 2, height: 2, width: 4 });
    expect(placedBox(0.25, [4, 4], 1, 0)).toEqual({ top: 2, left: 0, height: 2, width: 2 });
  });

  it('by hand: it finds what is in the middle, and nothing in a corner', () => {
    const areas = { mask: 0.25, box: 0.25 };
    const saliency = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    expect(centreScores(saliency, areas, truthOf(MIDDLE, 4))).toEqual({ pointing: 1, mask: 1, box: 1, energy: 1 });
    const corner = truthOf([1, ...new Array<number>(15).fill(0)], 4);
    expect(centreScores(saliency, areas, corner)).toEqual({ pointing: 0, mask: 0, box: 0, energy: 0 });
    // Values 6, 4, 2, 2 go to the four middle pixels and 1, 1 to the ring around them, whose 12 pixels share them.
    const spread = [6, 4, 2, 2, 1, 1, ...new Array<number>(10).fill(0)];
    expect(centreScores(spread, areas, corner).energy).toBeCloseTo(2 / 12 / 16, 12);
  });

  it('an image with an odd side has one middle pixel', () => {
    expect(
      centreScores(new Array<number>(9).fill(0), { mask: 0, box: 0 }, truthOf([0, 0, 0, 0, 1, 0, 0, 0, 0], 3)),
    ).toEqual({
      ...{ pointing: 1, energy: 1 / 9, mask: 0, box: 0 },
    });
  });

  it('a flat saliency has as much energy inside as the truth is large', () => {
    fc.assert(
      fc.property(masks(6), fc.double({ min: 0.1, max: 5, noNaN: true }), (mask, level) => {
        const truth = truthOf(mask, 6);
        const flat = new Array<number>(36).fill(level);
        expect(centreScores(flat, { mask: 1, box: 1 }, truth).energy).toBeCloseTo(truth.share, 9);
      }),
    );
  });
});
