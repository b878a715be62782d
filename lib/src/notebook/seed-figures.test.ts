import { describe, expect, it } from 'vitest';
import { halfWidth } from '../metrics';
import type { ScatterTrace } from '../plots';
import { figureToSvg } from '../report';
import { pairedSpreads, seedsNeeded, shotsFigure, widthFigure } from './seed-figures';
import { shotsOf } from '../ablation/summary';
import { storedTable, storedTables } from './stored';

const tables = storedTables();

describe('spreads', () => {
  it('are those of every compared row, once, in points and in order', () => {
    const margin = storedTable({ table: 'margin' })!;
    const sds = margin.rows.flatMap(({ toReference }) => (toReference ? [100 * toReference.sd!] : []));
    expect(pairedSpreads([margin, margin])).toEqual([...sds].sort((a, b) => a - b));
  });
});

describe('the width of an interval', () => {
  it('falls with the seeds, along the formula', () => {
    const figure = widthFigure([1, 2, 3, 4], { effect: 1, seeds: 5, most: 20 });
    const [line, much, point] = figure.data as ScatterTrace[];
    expect(line!.y).toEqual([1, 1]);
    expect(much!.x[0]).toBe(3);
    expect(much!.x[much!.x.length - 1]).toBe(20);
    expect(much!.y).toEqual(much!.x.map((n) => halfWidth(3.25, n as number)));
    expect([point!.x, point!.y]).toEqual([[5], [halfWidth(3.25, 5)]]);
    expect(figureToSvg(figure)).toContain('spreads much');
    expect(() => widthFigure([], { effect: 1 })).toThrow('at least one');
  });

  it('says how many seeds an effect needs', () => {
    const { half, most } = seedsNeeded([1, 2, 3, 4], 1);
    expect(halfWidth(2.5, half)).toBeLessThanOrEqual(1);
    expect(halfWidth(2.5, half - 1)).toBeGreaterThan(1);
    expect(most).toBeGreaterThan(half);
  });
});

describe('accuracy by images a class', () => {
  it('draws what was measured', () => {
    const figure = shotsFigure(tables, 'modules', ['baseline', 'two views (control)']);
    const measured = tables.filter(({ table }) => table === 'modules');
    const [baseline] = figure.data as ScatterTrace[];
    expect(figure.layout.xaxis!.tickvals).toEqual(measured.map(shotsOf));
    expect(baseline!.y).toEqual(
      measured.map(({ rows }) => 100 * rows.find(({ name }) => name === 'baseline')!.accuracy.mean),
    );
    expect(figureToSvg(figure)).toContain('two views (control)');
  });

  it('refuses a table or row that is not there', () => {
    expect(() => shotsFigure([], 'modules', ['baseline'])).toThrow('was not measured');
    expect(() => shotsFigure(tables, 'modules', ['nothing'])).toThrow(
      /No row "nothing" in modules: choose from baseline/,
    );
  });
});
