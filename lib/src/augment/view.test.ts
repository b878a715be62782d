import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import type { ViewConfig } from '../config';
import { drawParameter } from '../core/parameter';
import { createRng } from '../core/rng';
import { expectClose, expectFinite, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import { rowsOf } from '../testing/reference';
import * as reference from '../testing/reference-ssdp';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor2D, Tensor3D, Tensor4D } from '../tf';
import { brighten, composeBoxes, cutViews } from './cut';
import { kernelParameters } from './kernel';
import { resizeMap } from './resize';
import { spotlight } from './ssdp';
import type { Spotlight } from './ssdp';
import { adaptiveView, drawTiles } from './view';
import type { Frame } from './view';

const rng = createRng(1, 'view');
const SIDE = 16;
const SIZE = 12;
const base = preset('laptop').view;
const of = (kind: ViewConfig['kind'], tiles: ViewConfig['tiles'] = 2): ViewConfig => ({ ...base, kind, tiles });
const KINDS = ['crop', 'keep', 'erase', 'shuffle'] as const;

const boxes = (...rows: number[][]): Tensor2D => tf.tensor2d(rows, [rows.length, 4]);
const images = (n = 2): Tensor4D => randomTensor([n, SIDE, SIDE, 3], rng, [0, 255]);

/** A frame of two images: one mirrored, both cropped and brightened. */
const frameOf = (change: Partial<Frame> = {}): Frame => ({
  boxes: boxes([0.1, 0.9, 0.7, 0.3], [0, 0.2, 0.8, 1]),
  gains: tf.tensor1d([0.9, 0.7]),
  tiles: Int32Array.of(2, 0, 3, 1, 1, 3, 0, 2),
  size: SIZE,
  ...change,
});

const spotOf = (change: Partial<Spotlight> = {}): Spotlight => ({
  saliency: tf.zeros([2, 3, 3]),
  mask: tf.cast(tf.greater(randomTensor([2, 3, 3], rng), 0), 'float32') as Tensor3D,
  boxes: boxes([0.25, 0.5, 0.75, 1], [0.1, 0, 0.6, 0.4]),
  ...change,
});

const rawOf = (source: Tensor4D, { boxes, gains, size }: Frame): Tensor4D =>
  brighten(cutViews(source, boxes, size), gains);

describe('drawTiles', () => {
  it('draws a permutation for each image, decided by its stream', () => {
    for (const k of [2, 3, 4]) {
      const tiles = drawTiles(50, k, createRng(3));
      expect(tiles).toEqual(drawTiles(50, k, createRng(3)));
      expect(tiles).not.toEqual(drawTiles(50, k, createRng(4)));
      const each = rowsOf(tiles, k * k);
      expect(each).toHaveLength(50);
      const sorted = Array.from({ length: k * k }, (_, i) => i);
      for (const order of each) expect([...order].sort((a, b) => a - b)).toEqual(sorted);
    }
    expect(drawTiles(0, 2, createRng(1))).toHaveLength(0);
  });

  it('draws every order about equally often', () => {
    const counts = new Map<string, number>();
    for (const order of rowsOf(drawTiles(2400, 2, createRng(1)), 4)) {
      counts.set(String(order), (counts.get(String(order)) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // 100 expected each, with a standard deviation of 10.
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
  });
});

describe('adaptiveView', () => {
  it.each(KINDS)('%s: is a view of pixels for every image, mirrored where the source is mirrored back', (kind) => {
    tf.tidy(() => {
      const [source, spot] = [images(), spotOf()];
      const frame = frameOf({ boxes: boxes([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8]) });
      const found = adaptiveView(source, spot, frame, of(kind));
      expect(found.shape).toEqual([2, SIZE, SIZE, 3]);
      const values = plain(found);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThanOrEqual(255);
      const mirrored = frameOf({ boxes: boxes([0, 1, 1, 0], [0.1, 0.8, 0.7, 0.2]) });
      expectClose(adaptiveView(tf.reverse(source, 2), spot, mirrored, of(kind)), found, 1e-2);
    });
  });

  it.each(KINDS)('%s: follows a permuted batch', (kind) => {
    tf.tidy(() => {
      const [source, spot, frame] = [images(), spotOf(), frameOf()];
      const found = adaptiveView(source, spot, frame, of(kind));
      const other: Frame = {
        ...{ boxes: tf.reverse(frame.boxes, 0), gains: tf.reverse(frame.gains, 0), size: SIZE },
        tiles: Int32Array.of(...frame.tiles.subarray(4), ...frame.tiles.subarray(0, 4)),
      };
      const turned = { ...spot, mask: tf.reverse(spot.mask, 0), boxes: tf.reverse(spot.boxes, 0) };
      expectClose(adaptiveView(tf.reverse(source, 0), turned, other, of(kind)), tf.reverse(found, 0), 1e-3);
    });
  });

  it('crop: cuts the box of the mask inside the box of the raw view out of the source', () => {
    tf.tidy(() => {
      const [source, spot, frame] = [images(), spotOf(), frameOf()];
      const placed = plain(composeBoxes(frame.boxes, spot.boxes));
      const found = adaptiveView(source, spot, frame, of('crop'));
      const slow = rowsOf(plain(source), SIDE * SIDE * 3).map((image, i) =>
        reference.cutView(reference.volumeOf(image, SIDE, 3), placed.slice(4 * i, 4 * i + 4), SIZE),
      );
      const expected = slow.flatMap((image, i) => image.flat(2).map((value) => value * [0.9, 0.7][i]!));
      expectClose(found, expected, 1e-2);
    });
  });

  it('keep and erase: 127 + M (x - 127) and 127 + (1 - M) (x - 127), x the raw view', () => {
    tf.tidy(() => {
      const [source, spot, frame] = [
        images(),
        spotOf({ mask: randomTensor<Tensor3D>([2, 3, 3], rng, [0, 1]) }),
        frameOf(),
      ];
      const raw = plain(rawOf(source, frame));
      const weights = rowsOf(plain(spot.mask), 9).flatMap((mask) =>
        reference.resizeMap(rowsOf(mask, 3), SIZE, SIZE).flat(),
      );
      const keep = raw.map((x, i) => 127 + weights[Math.floor(i / 3)]! * (x - 127));
      const erase = raw.map((x, i) => 127 + (1 - weights[Math.floor(i / 3)]!) * (x - 127));
      expectClose(adaptiveView(source, spot, frame, of('keep')), keep, 1e-3);
      expectClose(adaptiveView(source, spot, frame, of('erase')), erase, 1e-3);
    });
  });

  it('keep and erase: are the raw view and grey at the ends, and add up to both', () => {
    tf.tidy(() => {
      const [source, frame] = [images(), frameOf()];
      const [raw, grey] = [rawOf(source, frame), tf.fill([2, SIZE, SIZE, 3], 127)];
      const [all, nothing] = [spotOf({ mask: tf.ones([2, 3, 3]) }), spotOf({ mask: tf.zeros([2, 3, 3]) })];
      expectClose(adaptiveView(source, all, frame, of('keep')), raw, 1e-3);
      expectClose(adaptiveView(source, all, frame, of('erase')), grey, 1e-3);
      expectClose(adaptiveView(source, nothing, frame, of('keep')), grey, 1e-3);
      const some = spotOf();
      const both = tf.add(
        adaptiveView(source, some, frame, of('keep')),
        adaptiveView(source, some, frame, of('erase')),
      );
      expectClose(both, tf.add(raw, 127), 1e-3);
    });
  });

  it.each([2, 3, 4] as const)('shuffle: tile j of the view shows piece tiles[j] of the box, %i x %i', (k) => {
    tf.tidy(() => {
      const [source, spot] = [images(), spotOf()];
      const tiles = drawTiles(2, k, createRng(5));
      const frame = frameOf({ tiles });
      const found = rowsOf(plain(adaptiveView(source, spot, frame, of('shuffle', k))), SIZE * SIZE * 3);
      const placed = rowsOf(plain(composeBoxes(frame.boxes, spot.boxes)), 4);
      const side = SIZE / k;
      rowsOf(plain(source), SIDE * SIDE * 3).forEach((image, i) => {
        const [y1, x1, y2, x2] = placed[i] as [number, number, number, number];
        const shown = reference.volumeOf(found[i]!, SIZE, 3);
        for (let j = 0; j < k * k; j++) {
          const [row, column] = [Math.floor(tiles[i * k * k + j]! / k), tiles[i * k * k + j]! % k];
          const at = (from: number, to: number, share: number) => from + ((to - from) * share) / k;
          const box = [at(y1, y2, row), at(x1, x2, column), at(y1, y2, row + 1), at(x1, x2, column + 1)];
          const tile = reference.halve(reference.cutView(reference.volumeOf(image, SIDE, 3), box, 2 * side));
          const [top, left] = [Math.floor(j / k) * side, (j % k) * side];
          const own = shown.slice(top, top + side).map((line) => line.slice(left, left + side));
          const expected = tile.flat(2).map((value) => value * [0.9, 0.7][i]!);
          expectClose(own.flat(2), expected, 1e-2);
        }
      });
    });
  });

  it('shuffle: in order shows the crop, but for the pixels that neighbours share', () => {
    tf.tidy(() => {
      const ramp = Array.from(
        { length: SIDE * SIDE * 3 },
        (_, i) => 4 * Math.floor(i / (3 * SIDE)) + 3 * (Math.floor(i / 3) % SIDE),
      );
      const source = tf.tensor4d([...ramp, ...ramp], [2, SIDE, SIDE, 3]);
      const [spot, frame] = [
        spotOf({ boxes: boxes([0, 0, 1, 1], [0, 0, 1, 1]) }),
        frameOf({ tiles: Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3) }),
      ];
      const [whole, pieces] = [of('crop'), of('shuffle')].map((view) => adaptiveView(source, spot, frame, view));
      // The ramp rises by less than 7 from pixel to pixel, and a piece's pixels lie half a pixel off at most.
      expectClose(pieces!, whole!, 3.5);
    });
  });

  it('keep and erase: a gradient passes through the mask, and is that of the values', () => {
    tf.tidy(() => {
      const [source, spot, frame] = [
        images(),
        spotOf({ mask: randomTensor<Tensor3D>([2, 3, 3], rng, [0, 1]) }),
        frameOf(),
      ];
      const weights = randomTensor([2, SIZE, SIZE, 3], rng, [-1, 1]);
      for (const kind of ['keep', 'erase'] as const) {
        const f = (mask: Tensor): Scalar => {
          const shown = adaptiveView(source, { ...spot, mask: mask as Tensor3D }, frame, of(kind));
          return tf.mean(tf.mul(tf.square(tf.div(tf.sub(shown, 127), 32)), weights));
        };
        expect(plain(tf.norm(tf.grad(f)(spot.mask)))[0]).toBeGreaterThan(0.01);
        const norm = plain(tf.norm(tf.grad(f)(spot.mask)))[0]!;
        checkGradient((mask) => tf.div(f(mask), norm) as Scalar, spot.mask, { rng });
      }
    });
  });

  it('refuses what is no adaptive view, and tiles of another batch', () => {
    tf.tidy(() => {
      const [source, spot, frame] = [images(), spotOf(), frameOf()];
      expect(() => adaptiveView(source, spot, frame, of('none'))).toThrow('view.kind "none" is not adaptive');
      expect(() => adaptiveView(source, spot, frame, of('random'))).toThrow('crop, shuffle, keep, erase');
      expect(() => adaptiveView(source, spot, frame, of('shuffle', 3))).toThrow(
        '8 tiles for 2 images of 3 x 3: expected 18',
      );
    });
  });

  it.each(KINDS)('%s: leaves nothing behind', (kind) => {
    const [source, spot, frame] = [images(), tf.tidy(() => spotOf() as never) as Spotlight, frameOf()];
    expectNoLeak(() => adaptiveView(source, spot, frame, of(kind)).dispose());
    tf.dispose([source, spot, frame.boxes, frame.gains] as never);
  });
});

describe('a learnt saliency', () => {
  const specs = kernelParameters(4);
  const names = specs.map(({ name }) => name);
  const firstWeights = (): Tensor[] => specs.map((spec) => tf.tensor(drawParameter(spec, rng), [...spec.shape]));
  const seen = () => ({ map: randomTensor<Tensor4D>([2, 6, 6, 4], rng, [-1, 2]), attention: [] });

  it.each(['keep', 'erase'] as const)('gets its gradient through the pixels of %s', (kind) => {
    tf.tidy(() => {
      const [source, evidence, frame, weights] = [images(), seen(), frameOf(), firstWeights()];
      const view: ViewConfig = { ...of(kind), saliency: 'kernel', saliencyStride: 16, mask: 'soft' };
      const target = randomTensor([2, SIZE, SIZE, 3], rng);
      const f = (...given: Tensor[]): Scalar => {
        const spot = spotlight(evidence, view, tf.tensor1d([0.5, 0.5]), (name) => given[names.indexOf(name)]!);
        return tf.mean(tf.mul(adaptiveView(source, spot, frame, view), target));
      };
      const gradients = tf.grads(f as never)(weights as never) as Tensor[];
      gradients.forEach((gradient, i) => {
        expectFinite(gradient);
        expect(gradient.shape).toEqual([...specs[i]!.shape]);
        expect(plain(tf.norm(gradient))[0]).toBeGreaterThan(0);
      });
      const norm = plain(tf.norm(gradients[3]!))[0]!;
      const byBias = (bias: Tensor) => tf.div(f(...weights.slice(0, 3), bias), norm) as Scalar;
      checkGradient(byBias, weights[3]!, { rng });
    });
  });

  it('gets none behind a hard mask: asking for one is an error', () => {
    tf.tidy(() => {
      const [source, evidence, frame, weights] = [images(), seen(), frameOf(), firstWeights()];
      const views = [of('keep'), of('crop'), of('shuffle')];
      for (const view of views) {
        const hard: ViewConfig = { ...view, saliency: 'kernel', saliencyStride: 16, mask: 'mean' };
        const f = (bias: Tensor): Scalar => {
          const lookup = (name: string) => (name === 'ssdp.taps.bias' ? bias : weights[names.indexOf(name)]!);
          return tf.sum(adaptiveView(source, spotlight(evidence, hard, tf.tensor1d([0.5, 0.5]), lookup), frame, hard));
        };
        expect(() => tf.grad(f)(weights[3]!)).toThrow(/gradient/);
      }
    });
  });

  it('draws a mask on the grid of stride 8 that the view enlarges to its pixels', () => {
    tf.tidy(() => {
      const [source, evidence, frame] = [images(), seen(), frameOf()];
      const view: ViewConfig = { ...of('keep'), saliencyStride: 16, mask: 'soft' };
      const spot = spotlight(evidence, view, tf.tensor1d([0.5, 0.5]));
      expect(spot.mask.shape).toEqual([2, 12, 12]);
      const weights = tf.expandDims(resizeMap(spot.mask, [SIZE, SIZE]), 3);
      const expected = tf.add(tf.mul(tf.sub(rawOf(source, frame), 127), weights), 127);
      expectClose(adaptiveView(source, spot, frame, view), expected, 1e-3);
    });
  });
});
