/** Points into a square picture: one scale for both directions, so that distances stay comparable. */

export interface Square {
  /** Of the picture, in its own units. */
  readonly side: number;
  /** Free at each edge. */
  readonly edge: number;
}

/** From the points' own units to those of a picture. */
export type Fit = (x: number, y: number) => readonly [number, number];

const ends = (values: readonly number[]): readonly [number, number] => [
  values.reduce((a, b) => Math.min(a, b)),
  values.reduce((a, b) => Math.max(a, b)),
];

/** The fit that shows all points, in the middle of the square, y upwards. `xs` and `ys` are not empty. */
export function squareFit(xs: readonly number[], ys: readonly number[], { side, edge }: Square): Fit {
  const [[left, right], [low, high]] = [ends(xs), ends(ys)];
  const scale = (side - 2 * edge) / (Math.max(right - left, high - low) || 1);
  return (x, y) => [side / 2 + (x - (left + right) / 2) * scale, side / 2 - (y - (low + high) / 2) * scale];
}
