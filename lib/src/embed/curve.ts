/** The curve 1 / (1 + a x^(2b)) of nearness in the map. */

/** Its two numbers. */
export interface Curve {
  readonly a: number;
  readonly b: number;
}

/** Points at which the curve is fitted, on 0..3 spread. */
const POINTS = 300;
const STEPS = 200;

/** Sum of squared errors at (a, b), and the normal equations J'J and J'r of the next Gauss-Newton step. */
function normalEquations(xs: readonly number[], ys: readonly number[], { a, b }: Curve): number[] {
  const sums = [0, 0, 0, 0, 0, 0];
  xs.forEach((x, i) => {
    if (x === 0) return;
    const power = x ** (2 * b);
    const value = 1 / (1 + a * power);
    const rest = ys[i]! - value;
    const byA = -power * value * value;
    const byB = 2 * Math.log(x) * a * byA;
    [rest * rest, byA * byA, byA * byB, byB * byB, byA * rest, byB * rest].forEach((term, s) => (sums[s]! += term));
  });
  return sums;
}

/**
 * a and b such that 1 / (1 + a x^(2b)) fits the wish: 1 up to minDist, then exp(-(x - minDist) / spread).
 *
 * Least squares at 300 points of 0..3 spread by Levenberg-Marquardt, as umap-learn's `find_ab_params` (whose fit this meets to 1e-5).
 * umap-js has a looser one: at minDist 0.99 its a is 0.079, where the least squares have 0.119.
 *
 * @throws RangeError where spread is not above 0 or minDist is not in 0..spread
 */
export function fitCurve(minDist: number, spread: number): Curve {
  if (!(spread > 0) || !Number.isFinite(spread)) throw new RangeError(`spread is ${spread}; give a number above 0`);
  if (!(minDist >= 0 && minDist <= spread))
    throw new RangeError(`minDist is ${minDist}; give a number from 0 to the spread, ${spread}`);
  const xs = Array.from({ length: POINTS }, (_, i) => (3 * spread * i) / (POINTS - 1));
  const ys = xs.map((x) => (x < minDist ? 1 : Math.exp(-(x - minDist) / spread)));
  let curve: Curve = { a: 1 / spread ** 2, b: 1 };
  let sums = normalEquations(xs, ys, curve);
  let damping = 1e-2;
  for (let step = 0; step < STEPS && damping < 1e12; step++) {
    const [error, aa, ab, bb, ra, rb] = sums as [number, number, number, number, number, number];
    const [p, q] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = p * q - ab * ab;
    const next = { a: curve.a + (q * ra - ab * rb) / determinant, b: curve.b + (p * rb - ab * ra) / determinant };
    const found = next.a > 0 && next.b > 0 ? normalEquations(xs, ys, next) : undefined;
    if (found && found[0]! < error) {
      [curve, sums] = [next, found];
      damping /= 10;
    } else damping *= 10;
  }
  return curve;
}
