import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromCsvText, toCsv, toLatex, toMarkdown, type Table } from './table';

const table: Table = {
  title: 'Modules_1 & more',
  columns: [
    { key: 'name', title: 'Variant' },
    { key: 'top1', title: 'Top-1', unit: '%', digits: 1 },
    { key: 'p', title: 'p', align: 'center' },
  ],
  rows: [
    { name: 'full | <b>_x_</b>', top1: 57.916, p: null },
    { name: 'a,"b"\nc', top1: 50, p: '50% of $1 \\ ~^#{}' },
  ],
  notes: ['Last epoch, 3 seeds; \u00b1 is sd.'],
};

/** Reads RFC 4180 back. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n)/g)) {
    rows[rows.length - 1]!.push(match[1] === undefined ? match[2]! : match[1].replace(/""/g, '"'));
    if (match[3] === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

describe('tables as text', () => {
  it('Markdown takes names literally', () => {
    expect(toMarkdown(table)).toMatchSnapshot();
  });

  it('LaTeX escapes what it would read', () => {
    expect(toLatex(table)).toMatchSnapshot();
  });

  it('LaTeX takes no bracket for an option and no two dashes for a long one, and sets a wide table small', () => {
    const columns = Array.from({ length: 9 }, (_, i) => ({ key: `c${i}`, title: i === 0 ? '*' : 'x' }));
    const row = Object.fromEntries(columns.map(({ key }, i) => [key, i === 0 ? '[1, 2]' : '']));
    const text = toLatex({ title: 't', columns, rows: [row], notes: ['--table ---'] });
    expect(text).toContain('    {}* & x');
    expect(text).toContain('    {}[1, 2] &');
    expect(text).toContain('-{}-table -{}-{}-');
    expect(text).toContain('\\footnotesize\\setlength');
    expect(toLatex(table)).not.toContain('setlength');
  });

  it('CSV quotes by RFC 4180 and keeps all digits', () => {
    expect(toCsv(table)).toBe(
      'Variant,Top-1 (%),p\r\nfull | <b>_x_</b>,57.916,\r\n"a,""b""\nc",50,50% of $1 \\ ~^#{}\r\n',
    );
  });

  it('CSV comes back as it went, whatever the names', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { minLength: 1 }), (cells) => {
        const columns = [
          { key: 'a', title: 'a' },
          { key: 'b', title: 'b,"c"' },
        ];
        const rows = cells.map(([a, b]) => ({ a, b }));
        const read = readCsv(toCsv({ title: '', columns, rows, notes: [] }));
        expect(read.map((line) => line.map(fromCsvText))).toEqual([['a', 'b,"c"'], ...cells]);
      }),
    );
  });

  it('a row without a column is an error that names it', () => {
    expect(() => toCsv({ ...table, rows: [{ name: 'x' }] })).toThrow("a row has no 'top1'; it has name");
  });
});
