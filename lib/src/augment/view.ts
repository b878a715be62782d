/** The adaptive second view: the source, the raw view's box and its spotlight put together, in one of four ways. */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '../tf';
import type { ViewConfig } from '../config';
import type { Rng } from '../core/rng';
import { brighten, composeBoxes, cutViews } from './cut';
import { resizeMap } from './resize';
import type { Spotlight } from './ssdp';

/** How the raw view was cut, and what was drawn for the second one. */
export interface Frame {
  /** Boxes of the raw view in the source, [n, 4]; mirrored where the raw view is. */
  readonly boxes: Tensor2D;
  /** Brightness of the second view, [n]. */
  readonly gains: Tensor1D;
  /** Order of the tiles, a permutation of 0..k*k-1 for each image, [n * k * k]; read by `shuffle` alone. */
  readonly tiles: Int32Array;
  /** Side of the view in pixels. */
  readonly size: number;
}

/** What every backbone's own scaling takes to about 0. */
const GREY = 127;

/** Permutations of 0..k*k-1, one for each of n images, every order equally likely (Fisher and Yates): [n * k * k]. */
export function drawTiles(n: number, k: number, rng: Rng): Int32Array {
  const count = k * k;
  const tiles = Int32Array.from({ length: n * count }, (_, i) => i % count);
  for (let start = 0; start < tiles.length; start += count) {
    for (let last = count - 1; last > 0; last--) {
      const other = rng.int(last + 1);
      [tiles[start + last], tiles[start + other]] = [tiles[start + other]!, tiles[start + last]!];
    }
  }
  return tiles;
}

type MakeView = (source: Tensor4D, spot: Spotlight, frame: Frame, view: ViewConfig) => Tensor4D;

const crop: MakeView = (source, { boxes }, frame) =>
  brighten(cutViews(source, composeBoxes(frame.boxes, boxes), frame.size), frame.gains);

/** GREY + M (x - GREY): the raw view x inside the mask, grey outside. On the tape where the mask is. */
function masked(source: Tensor4D, mask: Tensor3D, { boxes, gains, size }: Frame): Tensor4D {
  const raw = brighten(cutViews(source, boxes, size), gains);
  const weights = tf.expandDims(resizeMap(mask, [size, size]), 3);
  return tf.add(tf.mul(tf.sub(raw, GREY), weights), GREY);
}

/** Boxes of tile j of the view, relative to the zoomed box: the piece that each image's order puts there, [n, 4]. */
function pieceBoxes(tiles: Int32Array, j: number, k: number): Tensor2D {
  const rows = Array.from({ length: tiles.length / (k * k) }, (_, i) => {
    const piece = tiles[i * k * k + j]!;
    const [y, x] = [Math.floor(piece / k), piece % k];
    return [y / k, x / k, (y + 1) / k, (x + 1) / k];
  });
  return tf.tensor2d(rows);
}

/** Every piece is cut from the source by itself, so neighbours in the box share the pixels of their border. */
const shuffle: MakeView = (source, spot, { boxes, gains, tiles, size }, { tiles: k }) => {
  const n = source.shape[0];
  if (tiles.length !== n * k * k) {
    throw new RangeError(`${tiles.length} tiles for ${n} images of ${k} x ${k}: expected ${n * k * k}`);
  }
  const zoomed = composeBoxes(boxes, spot.boxes);
  const each = Array.from({ length: k }, (_, i) => i);
  const tile = (j: number): Tensor4D => cutViews(source, composeBoxes(zoomed, pieceBoxes(tiles, j, k)), size / k);
  const row = (y: number): Tensor4D =>
    tf.concat(
      each.map((x) => tile(y * k + x)),
      2,
    );
  return brighten(tf.concat(each.map(row), 1), gains);
};

const VIEWS: Readonly<Record<Exclude<ViewConfig['kind'], 'none' | 'random'>, MakeView>> = {
  crop,
  shuffle,
  keep: (source, { mask }, frame) => masked(source, mask, frame),
  erase: (source, { mask }, frame) => masked(source, tf.sub(1, mask), frame),
};

/**
 * The second view of each image, by its spotlight; x is the raw view with the second view's brightness.
 *
 * - `crop`: the mask's box, cut from the full-resolution source and resized to the whole view;
 * - `shuffle`: the same box as k x k pieces, cut one by one; tile j of the view, row by row, shows piece tiles[j] of the box;
 * - `keep`: 127 + M (x - 127), and `erase`: 127 + (1 - M) (x - 127), M resized bilinearly: a gradient passes through M.
 *
 * @param source [n, s, s, 3], RGB in [0, 255]
 * @returns [n, size, size, 3] in [0, 255]
 * @throws where the view's kind is not adaptive, or the tiles are not of this batch
 */
export function adaptiveView(source: Tensor4D, spot: Spotlight, frame: Frame, view: ViewConfig): Tensor4D {
  const { kind } = view;
  if (kind === 'none' || kind === 'random') {
    throw new Error(`view.kind "${kind}" is not adaptive: choose one of ${Object.keys(VIEWS).join(', ')}`);
  }
  return tf.tidy(() => VIEWS[kind](source, spot, frame, view));
}
