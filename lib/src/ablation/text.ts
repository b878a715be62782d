/** Shares as people read them in tables: in percent and in percentage points. */
import type { Difference, Interval } from '../metrics';

/** 0.123 -> "12.3" */
export const percent = (share: number): string => (100 * share).toFixed(1);

/** 0.012 -> "+1.2", -0.012 -> "−1.2" */
export const signed = (share: number): string => (share < 0 ? '−' : '+') + Math.abs(100 * share).toFixed(1);

/** 62.1 ± 2.3, or the mean alone with one seed. */
export const meanAndSd = ({ mean, sd }: Interval): string =>
  sd === null ? percent(mean) : `${percent(mean)} ± ${percent(sd)}`;

/** +1.4 [−0.6, +3.4]; nothing where there is nothing to compare with. */
export function differenceText(found: Difference | null): string {
  if (!found) return '';
  const { mean, low, high } = found;
  return low === null || high === null ? signed(mean) : `${signed(mean)} [${signed(low)}, ${signed(high)}]`;
}
