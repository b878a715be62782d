/** A Table as a danfo DataFrame, for people who group and filter in a notebook. The only file that knows danfo. */
import type { DataFrame } from 'danfojs-node';
import { headText, type Table } from './table';

/**
 * The rows of the table as a DataFrame with one column a table column, in order; null becomes NaN or is left as it is.
 *
 * Column names are the keys; `titles: true` takes the titles with units. danfo is loaded at the first call (it is slow to
 * load, and most users of the library never need it).
 * Errors: RangeError where the table has no rows, since danfo cannot hold an empty frame.
 */
export function toFrame(table: Table, options: { readonly titles?: boolean } = {}): DataFrame {
  if (table.rows.length === 0) throw new RangeError(`toFrame: the table '${table.title}' has no rows`);
  const danfo = require('danfojs-node') as typeof import('danfojs-node');
  const columns = table.columns.map((c) => (options.titles ? headText(c) : c.key));
  return new danfo.DataFrame(
    table.rows.map((row) => table.columns.map((c) => row[c.key] ?? null)),
    { columns },
  );
}
