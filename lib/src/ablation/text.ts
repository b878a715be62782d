/** Shares as people read them in tables: in percent and in percentage points. */
import type { Interval } from '../metrics';
import { signedPoints } from '../plots/theme';

/** 0.123 -> "12.3" */
export const percent = (share: number): string => (100 * share).toFixed(1);

/** 0.012 -> "+1.2", -0.012 -> "−1.2" */
export const signed = (share: number): string => signedPoints(100 * share);

/** 62.1 ± 2.3, or the mean alone with one seed. */
export const meanAndSd = ({ mean, sd }: Interval): string =>
  sd === null ? percent(mean) : `${percent(mean)} ± ${percent(sd)}`;

/** mean [low, high], each told by `tell`; the mean alone where there is no interval. */
export const intervalText = ({ mean, low, high }: Interval, tell: (value: number) => string): string =>
  low === null || high === null ? tell(mean) : `${tell(mean)} [${tell(low)}, ${tell(high)}]`;

/** +1.4 [−0.6, +3.4]; nothing where there is nothing to compare with. */
export const differenceText = (found: Interval | null): string => (found ? intervalText(found, signed) : '');

/** 0.0004 -> "<0.001", 0.0312 -> "0.031", 0.214 -> "0.21"; nothing where there is no test. */
export function pText(p: number | null | undefined): string {
  if (p === null || p === undefined) return '';
  if (p < 0.001) return '<0.001';
  return p.toFixed(p < 0.1 ? 3 : 2);
}

/** 1 -> "1 seed", 5 -> "5 seeds". */
export const seedsText = (n: number): string => `${n} seed${n === 1 ? '' : 's'}`;
