/** Rows for a map: classes on the unit sphere. */
import { createRng } from '../core/rng';
import type { Rng } from '../core/rng';
import type { UmapWork } from './work';

function toUnit(values: Float32Array): Float32Array {
  const norm = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
  return values.map((x) => x / norm);
}

const normals = (size: number, scale: number, rng: Rng): Float32Array =>
  Float32Array.from({ length: size }, () => scale * rng.normal());

/**
 * [rows * size]: row i is c + e brought to length 1; c is the centre of class i % classes, drawn on the sphere, and e a normal deviation of the
 * work's length in the mean. Within a class all directions are alike, so no map in the plane can keep its neighbours: a trustworthiness below 1.
 */
export function drawPoints({ rows, size, classes, deviation }: Omit<UmapWork, 'kind'>): Float32Array {
  const rng = createRng(1, 'bench', 'points', rows, size);
  const centres = Array.from({ length: classes }, () => toUnit(normals(size, 1, rng)));
  const values = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const centre = centres[row % classes]!;
    const away = normals(size, deviation / Math.sqrt(size), rng);
    values.set(toUnit(away.map((x, d) => x + centre[d]!)), row * size);
  }
  return values;
}
