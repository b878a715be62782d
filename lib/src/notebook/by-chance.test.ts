import { describe, expect, it } from 'vitest';
import { luckFigure, luckOf, winners } from './by-chance';
import { storedTable } from './stored';

describe('tables of luck', () => {
  it('leave out zero once in twenty, whatever the number of rows and seeds', () => {
    for (const [rows, seeds] of [
      [20, 5],
      [5, 3],
      [40, 12],
    ] as const) {
      // prettier-ignore
      const { share, any, found, drawn } = luckOf({ rows, seeds, seed: 2, tables: 500 });
      expect(share).toBeGreaterThan(0.035);
      expect(share).toBeLessThan(0.065);
      expect(any).toBe(found.filter((count) => count > 0).length / 500);
      expect([drawn.length, drawn[0]!.length, drawn[0]![0]!.n]).toEqual([500, rows, seeds]);
    }
  });

  it('find something more often with more rows, and depend on the seed alone', () => {
    const any = (rows: number) => luckOf({ rows, seeds: 5, seed: 1, tables: 300 }).any;
    expect(any(40)).toBeGreaterThan(any(10) + 0.1);
    const [one, again, other] = [1, 1, 2].map((seed) => luckOf({ rows: 6, seeds: 3, seed, tables: 50 }));
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
  });

  it('are drawn with what luck found in colour', () => {
    const luck = luckOf({ rows: 20, seeds: 5, seed: 1, tables: 100 });
    const table = luck.found.findIndex((count) => count > 0);
    const figure = luckFigure(luck, table);
    const loud = figure.data.find(({ name }) => name === 'leaves out zero')!;
    expect(loud.x).toHaveLength(luck.found[table]!);
    expect(() => luckFigure(luck, 1000)).toThrow('from 0 to 99');
  });

  it('refuse counts that are none', () => {
    expect(() => luckOf({ rows: 0, seeds: 5, seed: 1 })).toThrow('rows is 0');
    expect(() => luckOf({ rows: 5, seeds: 1, seed: 1 })).toThrow('seeds is 1; give a whole number of at least 2');
  });
});

describe('the winner', () => {
  const summary = storedTable({ table: 'margin' })!;
  const [base] = summary.rows.filter(({ name }) => name === summary.reference);
  const table = (rows: Record<string, number[]>) => ({
    ...summary,
    seeds: [1, 2, 3],
    rows: Object.entries(rows).map(([name, accuracies]) => ({ ...base!, name, accuracies })),
  });

  it('is chosen on the other seeds and judged on the one left out', () => {
    // Left out seed 1: "a" leads the others by 0.2 and fails on seed 1; left out 2 or 3: the reference or "a" by its mean.
    const rows = { [summary.reference]: [0.5, 0.5, 0.5], a: [0.1, 0.7, 0.7] };
    const found = winners([table(rows)]);
    expect(found.choices).toBe(3);
    expect(found.promised).toBeCloseTo(0.2 / 3, 12);
    expect(found.kept).toBeCloseTo(-0.4 / 3, 12);
  });

  it('keeps its promise where the effect is real, and needs seeds to leave out', () => {
    const found = winners([table({ [summary.reference]: [0.5, 0.4, 0.3], a: [0.6, 0.5, 0.4] })]);
    expect([found.promised, found.kept]).toEqual([expect.closeTo(0.1, 12), expect.closeTo(0.1, 12)]);
    expect(() => winners([{ ...summary, seeds: [1, 2] }])).toThrow('no table has 3 seeds');
  });
});
