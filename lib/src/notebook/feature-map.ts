/** Features as a map of points: UMAP on plain arrays, with the randomness of a seed. */
import { UMAP } from 'umap-js';
import { createRng } from '../core/rng';
import type { EmbeddingPoint } from '../plots';

export interface MapOptions {
  readonly neighbors?: number;
  readonly seed?: number;
}

/** Rows of a flat array as unit vectors, so that distance means angle, as in the loss. */
function unitRows(flat: Float32Array, size: number): number[][] {
  return Array.from({ length: flat.length / size }, (_, i) => {
    const row = Array.from(flat.subarray(i * size, (i + 1) * size));
    const norm = Math.sqrt(
      Math.max(
        1e-12,
        row.reduce((sum, v) => sum + v * v, 0),
      ),
    );
    return row.map((v) => v / norm);
  });
}

/** The name of an image that is shown at its point. */
export interface Named {
  readonly label: number;
  readonly hover?: string;
  readonly kind?: string;
}

/**
 * Places features in the plane so that near features stay near.
 *
 * @param flat [n * size]
 * @param points what each row is, [n]
 * @throws RangeError where there are not more rows than neighbors
 */
export function featureMap(
  flat: Float32Array,
  size: number,
  points: readonly Named[],
  { neighbors = 10, seed = 1 }: MapOptions = {},
): readonly EmbeddingPoint[] {
  if (points.length <= neighbors)
    throw new RangeError(`featureMap: ${points.length} rows and ${neighbors} neighbors; give fewer neighbors`);
  if (flat.length !== points.length * size)
    throw new RangeError(`featureMap: ${flat.length} numbers are not ${points.length} rows of ${size}`);
  const random = createRng(seed, 'feature map');
  const map = new UMAP({ nNeighbors: neighbors, random: () => random.uniform() });
  return map.fit(unitRows(flat, size)).map(([x, y], i) => ({ x: x!, y: y!, ...points[i]! }));
}
