import { describe, expect, it } from 'vitest';
import { pairedDifference } from '../metrics';
import { preset } from '../config';
import { comparedRows, conclude, concludeRows, conclusionText, liveVerdicts } from './conclusions';
import { storedTable, storedTables } from './stored';
import type { VariantRun } from './train-variants';

const row = (name: string, ...differences: number[]) => ({
  name,
  difference: pairedDifference(
    differences,
    differences.map(() => 0),
  ),
});

describe('a conclusion', () => {
  it('sorts rows by what their interval says, and shares the level among them', () => {
    const rows = [
      row('up', 0.02, 0.021, 0.019),
      row('down', -0.03, -0.05, -0.04),
      row('open', 0.03, -0.02, 0.01),
      row('one seed', 0.5),
    ];
    const found = concludeRows(rows, 'the rest');
    const names = (key: 'better' | 'worse' | 'open' | 'strict') => found[key].map(({ name }) => name);
    expect([names('better'), names('worse'), names('open')]).toEqual([['up'], ['down'], ['open']]);
    expect(names('strict')).toEqual(['up']);
    expect([found.compared, found.seeds]).toEqual([3, 3]);
    expect(found.byChance).toBeCloseTo(0.15, 12);
    // t for 2 degrees of freedom times sd 0.01 over sqrt 3: the middle one of the three.
    expect(found.smallest).toBeCloseTo((4.302653 * 0.01) / Math.sqrt(3), 7);
    const text = conclusionText(found);
    expect(text).toContain('**3 rows compared with *the rest*, 3 seeds.**');
    expect(text).toMatch(/Better [^\n]*\*\*1\*\* \(up \(\+2\.0\)\)/);
    expect(text).toMatch(/about 0\.2 intervals of 3[^\n]*here there are 2\.[^\n]*\*\*1\*\* remain: up\./);
  });

  it('names nothing where no interval leaves out zero', () => {
    const text = conclusionText(concludeRows([row('a', 0.01, -0.01)], 'b'));
    expect(text).toMatch(/\*\*1 row compared[^]*\*\*0\*\* \(none\)[^]*here there is none\./);
    expect(text).not.toContain('Bonferroni');
  });

  it('lists the first of many', () => {
    const rows = Array.from({ length: 15 }, (_, i) => row(`r${i}`, 0.02, 0.021, 0.019));
    expect(conclusionText(concludeRows(rows, 'b'))).toContain('r11 (+2.0), and 3 more)');
  });

  it('refuses rows of a single seed, and a control that is not there', () => {
    expect(() => concludeRows([row('a', 0.1)], 'b')).toThrow('at least 2 seeds');
    expect(() => conclude(storedTable({ table: 'margin' })!, 'control')).toThrow('has no control');
  });

  it('counts every compared row of every stored table once', () => {
    for (const summary of storedTables()) {
      const { better, worse, open, compared } = conclude(summary);
      expect(better.length + worse.length + open.length).toBe(compared);
      const against = (to: 'toReference' | 'toControl'): number =>
        summary.rows.filter((row) => row[to] !== null).length;
      expect(compared).toBe(against('toReference'));
      expect(compared).toBeGreaterThan(0);
      // Rows of other images a class are compared within their own number: each has a first row that is compared with nothing.
      if (summary.table !== 'shots') expect(compared).toBe(summary.rows.length - 1);
      if (summary.control !== null) expect(comparedRows(summary, 'control').length).toBe(against('toControl'));
    }
  });
});

describe('live runs', () => {
  const run = (name: string, seed: number, top1: number, stopped = false) =>
    ({ name, stopped, config: { ...preset('tiny'), seed }, evaluation: { top1 } }) as unknown as VariantRun;

  it('are paired by their seeds, and only with whole runs', () => {
    const runs = [
      run('a', 1, 0.5),
      run('a', 2, 0.4),
      run('b', 2, 0.43),
      run('b', 1, 0.51),
      run('c', 1, 0.6),
      run('c', 2, 0.1, true),
    ];
    const text = liveVerdicts(runs, 'a');
    // Differences 0.03 and 0.01: mean 0.02, t for 1 degree of freedom 12.706 times 0.01.
    expect(text).toContain('- b: +2.0 points (95 % interval -10.7 to +14.7, 2 seeds)');
    expect(text).toContain('- c: +10.0 points on a single seed');
    expect(liveVerdicts(runs, 'd')).toContain('No run of *d* was finished');
  });
});
