/** Whether something grows: a line through looks at it. */
import { halfWidth, mean } from '../../metrics/interval';

export interface Slope {
  /** Units of y a unit of x, with its 95 % interval as if the looks were independent; memory that walks makes it too narrow. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The least-squares line through (x, y): slope = S_xy / S_xx, its error sqrt(SSE / (n - 2) / S_xx), times Student's t of n - 2 degrees.
 *
 * Errors: RangeError where there are fewer than three looks, or all at one x.
 */
export function slopeOf(x: readonly number[], y: readonly number[]): Slope {
  const n = x.length;
  if (n < 3 || y.length !== n) throw new RangeError(`slopeOf: ${n} and ${y.length} values; give three or more pairs`);
  const [mx, my] = [mean(x), mean(y)];
  const sxx = x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  if (sxx === 0) throw new RangeError('slopeOf: all looks are at one x');
  const slope = x.reduce((sum, v, i) => sum + (v - mx) * (y[i]! - my), 0) / sxx;
  const sse = x.reduce((sum, v, i) => sum + (y[i]! - my - slope * (v - mx)) ** 2, 0);
  // halfWidth(s, m) is t of m - 1 degrees times s / sqrt(m).
  const half = halfWidth(Math.sqrt(sse / (n - 2) / sxx), n - 1) * Math.sqrt(n - 1);
  return { slope, low: slope - half, high: slope + half };
}

/** The full forms of the tests of load: minutes, not seconds. */
export const FULL = process.env.CSDNET_LOAD === '1';

/** The numbers that a test reached, where they are asked for. */
export const tell = (text: string): void => {
  if (process.env.CSDNET_LOAD !== undefined) console.log(`load: ${text}`);
};

const MB = 2 ** 20;

/** Growth of memory over so many units of x, as a sentence. */
export function growthText({ slope, low, high }: Slope, unit: string, count: number): string {
  const over = (bytes: number): string => ((bytes * count) / MB).toFixed(1);
  return `${over(slope)} MB [${over(low)}, ${over(high)}] over ${count} ${unit}`;
}
