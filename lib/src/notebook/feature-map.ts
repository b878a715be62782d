/** Features as a map of points: UMAP on unit rows, with the randomness of a seed. */
import { umapSync } from '../embed';
import type { EmbeddingPoint } from '../plots';

export interface MapOptions {
  readonly neighbors?: number;
  readonly seed?: number;
}

/** Rows of a flat array as unit vectors, so that distance means angle, as in the loss; a row of zeros stays zero. */
function unitRows(flat: ArrayLike<number>, size: number): Float64Array {
  const out = new Float64Array(flat);
  for (let at = 0; at < out.length; at += size) {
    const row = out.subarray(at, at + size);
    const norm = Math.sqrt(
      Math.max(
        1e-12,
        row.reduce((sum, v) => sum + v * v, 0),
      ),
    );
    row.forEach((v, d) => (row[d] = v / norm));
  }
  return out;
}

/** `unitRows` in single precision. */
export const normalizeFlat = (flat: ArrayLike<number>, size: number): Float32Array =>
  new Float32Array(unitRows(flat, size));

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
  const { coordinates } = umapSync({ values: unitRows(flat, size), size }, { neighbours: neighbors, seed });
  return points.map((point, i) => ({ x: coordinates[2 * i]!, y: coordinates[2 * i + 1]!, ...point }));
}
