/** Neighbours and the steps of the layout again, in slow loops from the equations. */

/** The rows of a flat array. */
export function rowsOf(values: ArrayLike<number>, size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) =>
    Array.from({ length: size }, (_unused, d) => values[i * size + d]!),
  );
}

export const euclidean = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((v, d) => v - b[d]!));

/** 1 - cos(a, b) */
export function cosineDistance(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, v, d) => sum + v * b[d]!, 0);
  return 1 - dot / (Math.hypot(...a) * Math.hypot(...b));
}

/** Each row's k nearest, itself first; nearer first, then the lower number. */
export function slowNeighbours(
  rows: readonly (readonly number[])[],
  k: number,
  distance: typeof euclidean,
): { readonly j: number; readonly d: number }[][] {
  return rows.map((row, i) =>
    rows
      .map((other, j) => ({ j, d: i === j ? -1 : distance(row, other) }))
      .sort((a, b) => a.d - b.d || a.j - b.j)
      .slice(0, k)
      .map(({ j, d }) => ({ j, d: Math.max(0, d) })),
  );
}
