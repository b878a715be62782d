import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { trustworthiness } from '../metrics/trustworthiness';
import { rowsOf } from '../testing/reference-map';
import * as tf from '../tf';
import { mapTrustworthiness } from './measure';
import type { MapProgress } from './options';
import { transform } from './transform';
import { umap, umapSync } from './umap';

/** `count` classes of normal rows about chance centres, row i of class i % count. */
function classes(n: number, count: number, seed = 1): { values: Float32Array; size: number } {
  const size = 12;
  const centres = createRng(1, 'centres');
  const middle = Array.from({ length: count * size }, () => 3 * centres.normal());
  const rng = createRng(seed, 'rows');
  const values = Float32Array.from({ length: n * size }, (_, at) => {
    const [i, d] = [Math.floor(at / size), at % size];
    return middle[(i % count) * size + d]! + rng.normal();
  });
  return { values, size };
}

const rows = classes(120, 4);
const options = { neighbours: 10, epochs: 100 };

/** How many points of the plane have their nearest other point in their own class. */
function sameClass(points: Float32Array, others: Float32Array, count: number): number {
  const targets = rowsOf(others, 2);
  return rowsOf(points, 2).filter(([x, y], i) => {
    const far = targets.map(([u, v], j) => (points === others && i === j ? Infinity : Math.hypot(x! - u!, y! - v!)));
    return far.indexOf(Math.min(...far)) % count === i % count;
  }).length;
}

describe('umap', () => {
  it('keeps classes together, and says how far it can be trusted', async () => {
    const before = tf.memory().numTensors;
    const map = await umap(rows, { ...options, trustworthiness: 10 });
    expect(tf.memory().numTensors).toBe(before);
    expect(map.coordinates.length).toBe(240);
    expect(sameClass(map.coordinates, map.coordinates, 4)).toBe(120);
    expect(map.trustworthiness).toBeGreaterThan(0.9);
    expect(map.trustworthiness).toBeCloseTo(
      trustworthiness({ rows: rows.values, size: rows.size, coordinates: map.coordinates }, 10),
      4,
    );
  });

  it('gives the same bytes for the same seed, with and without breaks, and others for another', async () => {
    const { coordinates } = await umap(rows, options);
    expect(umapSync(rows, options).coordinates).toEqual(coordinates);
    expect(umapSync(rows, { ...options, seed: 2 }).coordinates).not.toEqual(coordinates);
    expect(umapSync(rows, options).trustworthiness).toBeNull();
  });

  it('tells of each epoch, with places to keep', async () => {
    const seen: MapProgress[] = [];
    const { coordinates } = await umap(rows, { ...options, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(seen.map(({ share }) => share)).toEqual(Array.from({ length: 100 }, (_, i) => (i + 1) / 100));
    expect(seen.at(-1)!.coordinates).toEqual(coordinates);
    expect(seen[50]!.coordinates).not.toEqual(coordinates);
  });

  it('ends at a stop, also at one that comes from elsewhere in the process', async () => {
    const stop = new AbortController();
    let last = 0;
    const stopped = umap(rows, {
      ...options,
      signal: stop.signal,
      onProgress: ({ epoch }) => {
        last = epoch;
        if (epoch === 7) stop.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(last).toBe(7);
    const later = new AbortController();
    setImmediate(() => later.abort(new Error('from outside')));
    await expect(umap(rows, { ...options, epochs: 1_000_000, signal: later.signal })).rejects.toThrow('from outside');
    await expect(umap(rows, { signal: AbortSignal.abort(new Error('at once')) })).rejects.toThrow('at once');
  });

  it('maps by cosine, where the length of a row means nothing', () => {
    const scaled = { ...rows, values: rows.values.map((v, at) => v * (1 + (Math.floor(at / rows.size) % 2) * 50)) };
    const { coordinates } = umapSync(scaled, { ...options, metric: 'cosine' });
    expect(sameClass(coordinates, coordinates, 4)).toBeGreaterThan(115);
    expect(mapTrustworthiness(scaled, coordinates, { k: 10, metric: 'cosine' })).toBeGreaterThan(0.9);
  });

  it('takes umap-js as the engine for comparison, also with a seed', async () => {
    const other = { ...options, engine: 'umap-js' } as const;
    const map = await umap(rows, { ...other, trustworthiness: 10 });
    expect(map.trustworthiness).toBeGreaterThan(0.9);
    expect(umapSync(rows, other).coordinates).toEqual(map.coordinates);
  });

  it('places rows that are all equal, and rows of one number', () => {
    const equal = umapSync({ values: new Float32Array(40).fill(3), size: 2 }, { neighbours: 5, epochs: 50 });
    const line = umapSync(
      { values: Float32Array.from({ length: 20 }, (_, i) => i), size: 1 },
      { neighbours: 5, epochs: 50 },
    );
    for (const { coordinates } of [equal, line]) expect(coordinates.every(Number.isFinite)).toBe(true);
  });

  it('refuses options and rows with the remedy', async () => {
    const few = { values: new Float32Array(10), size: 2 };
    await expect(umap(few)).rejects.toThrow('neighbours is 15; give a whole number from 2 to 4: the map has 5 rows');
    await expect(umap({ values: Float32Array.from([1, 2, Infinity]), size: 1 })).rejects.toThrow(
      'row 2 holds Infinity',
    );
    await expect(umap({ values: new Float32Array(2), size: 1 })).rejects.toThrow('needs 3 at least');
    const wrong = (patch: object) => () => umapSync(rows, patch);
    expect(wrong({ minDist: 2 })).toThrow('from 0 to the spread, 1');
    expect(wrong({ metric: 'manhattan' })).toThrow('choose one of euclidean, cosine');
    expect(wrong({ engine: 'tsne' })).toThrow('choose one of csdnet, umap-js');
    expect(wrong({ epochs: 0 })).toThrow('epochs is 0');
    expect(wrong({ negativeSamples: 0.5 })).toThrow('negativeSamples is 0.5');
    expect(wrong({ learningRate: NaN })).toThrow('learningRate is NaN');
  });
});

describe('transform', () => {
  it('places further rows with their classes, the same ones again at their own places', async () => {
    const before = tf.memory().numTensors;
    const map = umapSync(rows, options);
    const kept = map.coordinates.slice();
    const placed = await transform(map, classes(40, 4, 2));
    expect(sameClass(placed, map.coordinates, 4)).toBe(40);
    const again = await transform(map, rows);
    const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
    const [now, then] = [rowsOf(again, 2), rowsOf(kept, 2)];
    const between = ([x, y]: number[], [u, v]: number[]): number => Math.hypot(x! - u!, y! - v!);
    const moved = median(now.map((point, i) => between(point, then[i]!)));
    const withinClass = median(now.slice(4).map((point, i) => between(point, then[i]!)));
    expect(moved).toBeLessThan(withinClass / 2);
    expect(map.coordinates).toEqual(kept);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('repeats itself, and can be stopped', async () => {
    const map = umapSync(rows, options);
    const further = classes(8, 4, 3);
    expect(await transform(map, further)).toEqual(await transform(map, further));
    await expect(transform(map, further, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    await expect(transform(map, { values: new Float32Array(9), size: 3 })).rejects.toThrow(
      'rows of 3 among rows of 12',
    );
  });
});
