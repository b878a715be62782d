/** Tables as values, and as text: Markdown for the README, CSV for other programs, LaTeX (booktabs) for a paper. */

import { withoutControls } from '../core/text';

export type Cell = string | number | null;

/** One column. Numbers stand right, words left, unless `align` says otherwise; `unit` is added to the head. */
export interface Column {
  readonly key: string;
  readonly title: string;
  readonly align?: 'left' | 'right' | 'center';
  readonly unit?: string;
  readonly digits?: number;
}

/** A table. `notes` are printed below it: where the numbers come from, what is not comparable. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly notes: readonly string[];
}

/** A cell as text: `digits` fixes decimals, null is empty. Errors: RangeError where the row lacks the column's key. */
export function cellText(row: Readonly<Record<string, Cell>>, column: Column): string {
  const value = row[column.key];
  if (value === undefined)
    throw new RangeError(`table: a row has no '${column.key}'; it has ${Object.keys(row).join(', ')}`);
  if (value === null) return '';
  return typeof value === 'number' && column.digits !== undefined ? value.toFixed(column.digits) : String(value);
}

/** The head of a column with its unit. */
export function headText(column: Column): string {
  return column.unit === undefined ? column.title : `${column.title} (${column.unit})`;
}

/** How a column is aligned: as it says, else right where it holds numbers only. */
export function alignOf(table: Table, column: Column): 'left' | 'right' | 'center' {
  if (column.align) return column.align;
  const values = table.rows.map((row) => row[column.key]).filter((v) => v !== null);
  return values.length > 0 && values.every((v) => typeof v === 'number') ? 'right' : 'left';
}

/** Makes text literal in Markdown: no table, emphasis, code, link, equation or HTML of its own; a line break becomes <br>. */
export function escapeMarkdown(text: string): string {
  return withoutControls(text)
    .replace(/[\\`*_[\]|~$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\r\n|\r|\n/g, '<br>');
}

/** The table in GitHub's Markdown: title in bold, table, notes. Names are escaped, so a class called `<b>|` is only a name. */
export function toMarkdown(table: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = { left: ':---', right: '---:', center: ':---:' };
  const lines = [
    `**${escapeMarkdown(table.title)}**`,
    '',
    line(table.columns.map((c) => escapeMarkdown(headText(c)))),
    line(table.columns.map((c) => rule[alignOf(table, c)])),
    ...table.rows.map((row) => line(table.columns.map((c) => escapeMarkdown(cellText(row, c))))),
    ...table.notes.flatMap((note) => ['', escapeMarkdown(note)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What a spreadsheet would compute: it begins with a sign of a formula, and holds more than numbers and their signs. */
const isFormula = (text: string): boolean =>
  /^[=+\-@\t\r]/.test(text) && !/^[+-][\d.,\seE%()[\]\u00b1\u2212+-]*$/.test(text);

/** A text that a spreadsheet shows and does not compute: an apostrophe stands before a formula (`=cmd|...`), and one more where some are there already. */
const csvText = (text: string): string => (isFormula(text.replace(/^'+/, '')) ? `'${text}` : text);

/** The text that `csvText` was given. */
export const fromCsvText = (cell: string): string => (csvText(cell.slice(1)) === cell ? cell.slice(1) : cell);

const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

/** A line of CSV after RFC 4180, with its end. No text in it is a formula for a spreadsheet; `fromCsvText` undoes that. */
export const csvLine = (cells: readonly (string | number | boolean)[]): string =>
  `${cells.map((cell) => csvField(typeof cell === 'string' ? csvText(cell) : String(cell))).join(',')}\r\n`;

/**
 * The table as CSV after RFC 4180: CRLF, fields with a comma, quote or line break quoted, quotes doubled; no text is a formula (`csvLine`).
 *
 * The head holds titles with units. Numbers keep all their digits here. Title and notes are left out.
 */
export function toCsv(table: Table): string {
  const plain = table.columns.map((c): Column => ({ key: c.key, title: c.title }));
  const lines = [table.columns.map(headText), ...table.rows.map((row) => plain.map((c) => cellText(row, c)))];
  return lines.map(csvLine).join('');
}

const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
  '\u00b1': '\\ensuremath{\\pm}',
  '\u2212': '\\ensuremath{-}',
  '\u00d7': '\\ensuremath{\\times}',
  '\n': ' ',
  '\r': ' ',
};

/** Makes text literal in LaTeX; two dashes stay two (an option of a command), and are no long dash. */
function escapeLatex(text: string): string {
  return withoutControls(text)
    .replace(/[\\~^<>|"\u00b1\u2212\u00d7\n\r&%$#_{}]/g, (c) => LATEX[c] ?? `\\${c}`)
    .replace(/-(?=-)/g, '-{}');
}

/** A table with more columns than this is set small, with narrow gaps. */
const WIDE = 8;

/** What opens a row after a line's end or a rule: LaTeX would take a bracket there for its option, and a star for its form. */
const openRow = (text: string): string => (/^\s*[[*]/.test(text) ? `{}${text}` : text);

/** The table as a LaTeX table float, for a document with \\usepackage{booktabs}; the notes stand below it in small type. */
export function toLatex(table: Table): string {
  const line = (cells: readonly string[]): string => `    ${openRow(cells.map(escapeLatex).join(' & '))} \\\\`;
  const spec = table.columns.map((c) => alignOf(table, c)[0]).join('');
  const lines = [
    '\\begin{table}',
    '  \\centering',
    ...(table.columns.length > WIDE ? ['  \\footnotesize\\setlength{\\tabcolsep}{3pt}'] : []),
    `  \\caption{${escapeLatex(table.title)}}`,
    `  \\begin{tabular}{${spec}}`,
    '    \\toprule',
    line(table.columns.map(headText)),
    '    \\midrule',
    ...table.rows.map((row) => line(table.columns.map((c) => cellText(row, c)))),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...table.notes.map((note) => `  \\par\\smallskip{\\footnotesize ${escapeLatex(note)}}`),
    '\\end{table}',
  ];
  return `${lines.join('\n')}\n`;
}
