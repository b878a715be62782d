/**
 * Elementary functions from + - * / and Math.sqrt/floor alone. Engines may round Math.sin and its kin differently in
 * the last bit; these are IEEE exact, so the same seed draws the same bytes on every machine and Node version.
 */

const TWO_OVER_PI = 0.6366197723675814;
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

export const PI = 3.141592653589793;
/** One degree in radians. */
export const DEGREE = PI / 180;

// The two polynomials are those of fdlibm (k_sin.c, k_cos.c), for |r| <= pi/4.
function sinSmall(r: number): number {
  const z = r * r;
  const tail =
    -1.984126982985795e-4 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10));
  return r + r * z * (-0.16666666666666632 + z * (0.00833333333332249 + z * tail));
}

function cosSmall(r: number): number {
  const z = r * r;
  const tail =
    2.480158728947673e-5 + z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11));
  return 1 - 0.5 * z + z * z * (0.0416666666666666 + z * (-0.001388888888887411 + z * tail));
}

function quarterTurn(x: number, shift: number): number {
  const k = Math.floor(x * TWO_OVER_PI + 0.5);
  const r = x - k * HALF_PI_HIGH - k * HALF_PI_LOW;
  const quadrant = (((k + shift) % 4) + 4) % 4;
  const value = quadrant % 2 === 0 ? sinSmall(r) : cosSmall(r);
  return quadrant < 2 ? value : -value;
}

/** Sine of x radians; absolute error below 1e-12 for |x| <= 1e5. */
export function sin(x: number): number {
  return quarterTurn(x, 0);
}

/** Cosine of x radians; absolute error below 1e-12 for |x| <= 1e5. */
export function cos(x: number): number {
  return quarterTurn(x, 1);
}

/** e to the power x; relative error below 1e-12. Below -745 it is 0, above 709.7 Infinity. */
export function exp(x: number): number {
  if (x < -745.2) return 0;
  if (x > 709.79) return Infinity;
  const k = Math.floor(x / (LN2_HIGH + LN2_LOW) + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (sum * r) / n;
  const factor = k < 0 ? 0.5 : 2;
  for (let n = k < 0 ? -k : k; n > 0; n--) sum *= factor;
  return sum;
}

/** Natural logarithm; relative error below 1e-12. 0 gives -Infinity, a negative number NaN. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let m = x;
  let k = 0;
  for (; m > Math.SQRT2; k++) m *= 0.5;
  for (; m < Math.SQRT1_2; k--) m *= 2;
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * z + 1 / n;
  return k * LN2_HIGH + (k * LN2_LOW + 2 * s * sum);
}

/** x to the power y for x >= 0; relative error below 1e-11 for moderate results. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  return x === 0 ? (y > 0 ? 0 : Infinity) : exp(y * log(x));
}

function atan(x: number): number {
  if (x > 1) return PI / 2 - atan(1 / x);
  // Two halvings of the angle bring the argument below tan(pi/16), where the series is short.
  let t = x / (1 + Math.sqrt(1 + x * x));
  t = t / (1 + Math.sqrt(1 + t * t));
  const z = t * t;
  let sum = 0;
  for (let n = 17; n >= 1; n -= 2) sum = 1 / n - z * sum;
  return 4 * t * sum;
}

/** Angle of the point (x, y) in radians, in (-pi, pi]; absolute error below 1e-12. */
export function atan2(y: number, x: number): number {
  if (x === 0 && y === 0) return 0;
  const ax = Math.abs(x);
  const ay = Math.abs(y);
  const first = ax === 0 ? PI / 2 : atan(ay / ax);
  const upper = x < 0 ? PI - first : first;
  return y < 0 ? -upper : upper;
}

/** Length of the vector (x, y). */
export function hypot(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

/** Limits x to [low, high]. */
export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** Smooth step from 0 (x <= from) to 1 (x >= to). */
export function smooth(from: number, to: number, x: number): number {
  const t = clamp((x - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

/** A smooth bump: 1 at `centre`, 0 from `halfWidth` away on. */
export function bump(x: number, centre: number, halfWidth: number): number {
  return smooth(halfWidth, 0, Math.abs(x - centre));
}
