/** The plainest maps: rows on a plane. What any other map is to be compared with. */
import { createRng } from '../core/rng';
import { centred, checkRows, prepareRows, type Rows } from './rows';
import { mainPlane } from './start';

/**
 * Rows on the plane of their two main axes (principal components), scaled so that the largest coordinate is 10.
 *
 * @returns [2n]
 * @throws RangeError where the rows are not finite
 */
export function principalPlane(rows: Rows): Float32Array {
  const prepared = prepareRows(rows, 'euclidean', 'principalPlane');
  return new Float32Array(mainPlane(centred(prepared, prepared.mean), rows.size, createRng(1, 'principal plane')));
}

/**
 * Rows on a plane that chance has chosen: each coordinate is the product with a row of independent normal numbers, divided by sqrt(size).
 *
 * @returns [2n]
 * @throws RangeError where the rows are not finite
 */
export function randomPlane(rows: Rows, seed = 1): Float32Array {
  const n = checkRows(rows, 'randomPlane');
  const { values, size } = rows;
  const rng = createRng(seed, 'random plane');
  const axes = Float64Array.from({ length: 2 * size }, () => rng.normal() / Math.sqrt(size));
  const out = new Float32Array(2 * n);
  for (let i = 0; i < n; i++)
    for (let a = 0; a < 2; a++) {
      let sum = 0;
      for (let d = 0; d < size; d++) sum += values[i * size + d]! * axes[a * size + d]!;
      out[2 * i + a] = sum;
    }
  return out;
}
