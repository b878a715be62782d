import { describe, expect, it } from 'vitest';
import { TABLES, tableNamed } from '../ablation';
import { preset } from '../config';
import { figureToSvg } from '../report';
import { comparedRows } from './conclusions';
import { shotsOf } from '../ablation/summary';
import { storedTable, storedTables } from './stored';
import { concludeSwitches, storedIndex, switchesFigure, variantsTable } from './switches';

const tables = storedTables();
const at = (shots: number) => tables.filter((table) => table.table !== 'modules' && shotsOf(table) === shots);

describe('all switches at once', () => {
  it('are one row each, and every row is drawn', () => {
    const figure = switchesFigure(tables, 5);
    const rows = at(5).flatMap((table) => comparedRows(table));
    expect(figure.layout.yaxis!.ticktext).toHaveLength(rows.length);
    const beyond = rows.filter(({ difference }) => Math.abs(difference.mean) > 0.1);
    expect(figure.layout.annotations).toHaveLength(beyond.length);
    expect(figureToSvg(figure)).toContain('no difference');
  });

  it('count a run that stands in two tables once', () => {
    const { compared, better, worse, open } = concludeSwitches(tables, 5);
    const distinct = new Set(
      at(5).flatMap(({ rows }) => rows.filter((r) => r.toReference).map(({ runs }) => runs.join())),
    );
    expect(compared).toBe(distinct.size);
    expect(better.length + worse.length + open.length).toBe(compared);
  });

  it('say so where there is none', () => {
    expect(() => switchesFigure(tables, 4)).toThrow('No switch was measured with 4 images');
    expect(() => concludeSwitches(tables, 4)).toThrow(/No switch was measured with 4 images/);
  });
});

describe('tables of tables', () => {
  it('lists every table, measured or not', () => {
    const index = storedIndex([storedTable({ table: 'margin', shots: 5 })!]);
    expect(index.rows.map(({ name }) => name)).toEqual(Object.keys(TABLES));
    const measured = Object.fromEntries(index.rows.map((row) => [row['name'], row['measured']]));
    expect([measured['margin'], measured['length']]).toEqual(['5 (5 seeds)', 'not yet']);
  });

  it('tells what each variant changes', () => {
    const { rows } = variantsTable(tableNamed('margin'), preset('laptop'));
    expect(rows.map(({ change }) => change)).toContain('contrast.margin = 0.2');
    expect(rows.find(({ name }) => name === 'default')!['change']).toContain('nothing');
  });
});
