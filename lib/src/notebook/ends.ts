/** Rows of a figure where classes are thousands: both ends of a sorted list. */

/** Rows that a figure has at the most; each is 20 to 26 pixels high. */
export const MOST_ROWS = 250;

/** All rows where they are few, else as many from either end; `note` says so, for the caption. */
export function bothEnds<T>(sorted: readonly T[]): { readonly rows: readonly T[]; readonly note: string } {
  if (sorted.length <= MOST_ROWS) return { rows: sorted, note: '' };
  const half = MOST_ROWS / 2;
  const note = ` Of ${sorted.length} classes the ${half} worst and the ${half} best are shown.`;
  return { rows: [...sorted.slice(0, half), ...sorted.slice(-half)], note };
}
