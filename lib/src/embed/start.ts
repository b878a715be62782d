/** Where the points of a map start: on the two main axes of the rows. */
import type { Rng } from '../core/rng';

/** Half the width of the start, and the noise that parts equal rows. */
const EXTENT = 10;
const NOISE = 1e-4;
/** Rows that the axes are found from, passes over them, and vectors that are carried beside the two. */
const SAMPLE = 1000;
const PASSES = 8;
const VECTORS = 4;

/** Gram-Schmidt on the rows of [count, size], in place; a row with no direction of its own becomes zero. */
function orthonormalise(axes: Float64Array[]): void {
  axes.forEach((axis, a) => {
    for (const earlier of axes.slice(0, a)) {
      const along = axis.reduce((sum, v, d) => sum + v * earlier[d]!, 0);
      axis.forEach((v, d) => (axis[d] = v - along * earlier[d]!));
    }
    const norm = Math.sqrt(axis.reduce((sum, v) => sum + v * v, 0));
    axis.forEach((v, d) => (axis[d] = norm > 1e-150 ? v / norm : 0));
  });
}

function project(rows: Float32Array, axis: Float64Array, at: number): number {
  let sum = 0;
  for (let d = 0; d < axis.length; d++) sum += axis[d]! * rows[at + d]!;
  return sum;
}

/** The main axes of rows about their mean, by subspace iteration: axes <- orthonormal(X' X axes). */
function mainAxes(rows: Float32Array, size: number, rng: Rng): Float64Array[] {
  const n = rows.length / size;
  const sample =
    n <= SAMPLE ? Array.from({ length: n }, (_, i) => i) : Array.from({ length: SAMPLE }, () => rng.int(n));
  let axes = Array.from({ length: Math.min(VECTORS, size) }, () =>
    Float64Array.from({ length: size }, () => rng.normal()),
  );
  orthonormalise(axes);
  for (let pass = 0; pass < PASSES; pass++) {
    axes = axes.map((axis) => {
      const next = new Float64Array(size);
      for (const i of sample) {
        const along = project(rows, axis, i * size);
        for (let d = 0; d < size; d++) next[d]! += along * rows[i * size + d]!;
      }
      return next;
    });
    orthonormalise(axes);
  }
  return axes;
}

/**
 * The start of a map: the rows on about their two main axes, scaled to -10..10, with noise of 1e-4.
 *
 * Against umap-learn's spectral start (six data sets, three seeds each) the trustworthiness of the maps is within the spread of the seeds; so is it from
 * random places. Far distances keep their order (Spearman's rank correlation) at 0.47 against 0.36 on the digits of scikit-learn, 0.79 against 0.83
 * on a curved sheet, 0.11 against 0.15 on 80 classes (random places: 0.27, 0.50, 0.02). It has no special case for a graph in parts, which classes
 * that lie apart give: 80 classes, 80 parts.
 * Summed in float64 and in one order, so that the start does not depend on threads or device.
 *
 * @param rows [n * size], with mean 0
 * @returns [2n]
 */
export function mainPlane(rows: Float32Array, size: number, rng: Rng): Float64Array {
  const n = rows.length / size;
  const axes = mainAxes(rows, size, rng).slice(0, 2);
  const out = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) axes.forEach((axis, a) => (out[2 * i + a] = project(rows, axis, i * size)));
  const largest = out.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return out.map((v) => (largest > 0 ? (v / largest) * EXTENT : 0) + NOISE * rng.normal());
}
