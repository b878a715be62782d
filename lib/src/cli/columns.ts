/** Rows of words under a head, for a terminal. */

/** Columns two blanks apart; the last one may be as long as it likes. `right` lists the columns that stand right. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, c) => Math.max(...rows.map((row) => (row[c] ?? '').length)));
  const cell = (text: string, c: number): string =>
    right.includes(c) ? text.padStart(widths[c]!) : text.padEnd(widths[c]!);
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

/** 0.1234 -> "12.3 %" */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** 12345 -> "12.3 kB" */
export const sizeText = (bytes: number): string =>
  bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
