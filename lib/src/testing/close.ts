/**
 * Comparing numbers in tests. A value that is no finite number never passes, on either side: tfjs' own `expectArraysClose` lets
 * NaN pass for Infinity.
 */
import type { Tensor } from '../tf';

/** Numbers in any of the forms that tests meet them. */
export type Numbers = number | ArrayLike<number> | Tensor;

/** How far a value may lie from the expected one: |a - e| <= absolute + relative |e|. A plain number is the absolute part. */
export type Tolerance = number | { readonly absolute?: number; readonly relative?: number };

const isTensor = (value: Numbers): value is Tensor => typeof value === 'object' && 'dataSync' in value;

/** The values as a plain array, row-major. */
export function plain(value: Numbers): number[] {
  if (typeof value === 'number') return [value];
  return Array.from(isTensor(value) ? value.dataSync() : value);
}

/** The largest |a - e|. @throws where the lengths differ or any number is not finite */
export function largestDifference(actual: Numbers, expected: Numbers): number {
  const [a, e] = [plain(actual), plain(expected)];
  if (a.length !== e.length) throw new Error(`${a.length} numbers, expected ${e.length}`);
  return a.reduce((largest, value, i) => {
    if (!Number.isFinite(value) || !Number.isFinite(e[i])) throw new Error(`[${i}] is ${value}, expected ${e[i]}`);
    return Math.max(largest, Math.abs(value - e[i]!));
  }, 0);
}

/** @throws where any value lies outside the tolerance or is not finite, naming the worst one */
export function expectClose(actual: Numbers, expected: Numbers, tolerance: Tolerance): void {
  const { absolute = 0, relative = 0 } = typeof tolerance === 'number' ? { absolute: tolerance } : tolerance;
  largestDifference(actual, expected);
  const [a, e] = [plain(actual), plain(expected)];
  const excess = a.map((value, i) => Math.abs(value - e[i]!) - (absolute + relative * Math.abs(e[i]!)));
  const worst = excess.reduce((at, value, i) => (value > excess[at]! ? i : at), 0);
  if (a.length === 0 || excess[worst]! <= 0) return;
  const count = excess.filter((value) => value > 0).length;
  const difference = Math.abs(a[worst]! - e[worst]!).toExponential(2);
  throw new Error(
    `${count} of ${a.length} numbers are off; worst [${worst}]: ${a[worst]}, expected ${e[worst]}, difference ${difference}`,
  );
}

/** @throws where any number is NaN or infinite */
export function expectFinite(actual: Numbers): void {
  largestDifference(actual, plain(actual));
}
