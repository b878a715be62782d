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
