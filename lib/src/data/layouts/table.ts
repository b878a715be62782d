/** A CSV file as a header and rows. */
import { parse } from 'csv-parse/sync';
import { problem } from '../errors';
import { readText } from '../place';

export interface CsvRow {
  readonly fields: readonly string[];
  /** Line of the file at which the row ends, counted from 1. */
  readonly line: number;
}

export interface CsvTable {
  /** In lower case, without spaces around. */
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** Comma, semicolon or tab: the one that the first line has most of. */
function delimiterOf(text: string): string {
  const first = text.split(/\r\n|\n|\r/, 1)[0] ?? '';
  const times = (mark: string): number => first.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (times(mark) > times(best) ? mark : best));
}

/** Reads the text of a CSV file (RFC 4180, or with semicolons or tabs); `at` is its name in messages. */
export function parseTable(text: string, at: string): CsvTable | { readonly problem: string } {
  try {
    const options = {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
      delimiter: delimiterOf(text),
    } as const;
    const records = parse(text, options) as unknown as readonly { record: string[]; info: { lines: number } }[];
    const [header, ...rows] = records.map(({ record, info }) => ({ fields: record, line: info.lines }));
    return { columns: (header?.fields ?? []).map((name) => name.toLowerCase()), rows };
  } catch (error) {
    const given = `it cannot be read as CSV (${(error as Error).message})`;
    const fix = 'save it as CSV with a header and as many fields in each line';
    return { problem: problem({ at, given, allowed: 'a CSV file with a header', fix }) };
  }
}

/** @param at the file's path below the root */
export async function readTable(root: string, at: string): Promise<CsvTable | { readonly problem: string }> {
  const read = await readText(root, at);
  return 'problem' in read ? read : parseTable(read.text, at);
}

/** The place of the first of some columns that the table has; -1 where it has none. */
export function columnOf({ columns }: CsvTable, names: readonly string[]): number {
  const found = names.find((name) => columns.includes(name));
  return found === undefined ? -1 : columns.indexOf(found);
}
