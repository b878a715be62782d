/** Shares as people read them in tables: in percent and in percentage points. */

/** 0.123 -> "12.3" */
export const percent = (share: number): string => (100 * share).toFixed(1);

/** 0.012 -> "+1.2", -0.012 -> "−1.2" */
export const signed = (share: number): string => (share < 0 ? '−' : '+') + Math.abs(100 * share).toFixed(1);
