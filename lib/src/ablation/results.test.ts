import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import { runRecord } from '../testing/records';
import type { PlannedRun } from './plan';
import { resultsFigures, resultsTable } from './present';
import { summarizeRuns } from './results';
import { TABLES } from './tables';

const full = preset('tiny');
const table = TABLES.modules;
const variants = table.variants(full);

function planned(variant: string, seed: number, accuracy?: number): PlannedRun {
  const { config: base } = variants.find(({ name }) => name === variant)!;
  const config = { ...base, seed };
  return {
    ...{ id: `${variant}-${seed}`, variant, seed, config },
    record: accuracy === undefined ? undefined : runRecord(config, accuracy),
  };
}

describe('results of a table', () => {
  const runs = [
    planned('baseline', 1, 0.5),
    planned('baseline', 2, 0.6),
    planned('baseline', 3, 0.4),
    planned('SSDP', 1, 0.7),
    planned('SSDP', 2, 0.6),
    planned('SSDP', 3, 0.5),
    planned(table.full, 2, 0.8),
    planned(table.full, 3),
  ];
  const results = summarizeRuns(table, variants, runs)!;
  const of = (name: string) => results.variants.find((variant) => variant.name === name)!;

  it('summarises finished runs and leaves out variants without any', () => {
    expect(results.variants.map(({ name }) => name)).toEqual(['baseline', 'SSDP', table.full]);
    expect(of('baseline').accuracy.mean).toBeCloseTo(0.5, 12);
    expect(of('baseline').accuracy.sd).toBeCloseTo(0.1, 12);
    expect(summarizeRuns(table, variants, [planned('baseline', 1)])).toBeUndefined();
  });

  it('pairs differences by seed', () => {
    // Differences 0.2, 0, 0.1: mean 0.1, sd 0.1, t(0.975, 2) = 4.302653 / sqrt(3)
    const { mean, low, high, n } = of('SSDP').toReference!;
    expect([mean, n]).toEqual([expect.closeTo(0.1, 12), 3]);
    expect(low).toBeCloseTo(0.1 - (4.302652729749464 * 0.1) / Math.sqrt(3), 9);
    expect(high).toBeCloseTo(0.1 + (4.302652729749464 * 0.1) / Math.sqrt(3), 9);
    // Only seed 2 is common to both.
    expect(of(table.full).toReference).toMatchObject({ mean: expect.closeTo(0.2, 12), n: 1, low: null });
    expect(of('baseline').toReference).toBeNull();
    expect(of('SSDP').toControl).toBeNull();
  });

  it('is told as a table that says what seeds cannot tell', () => {
    const text = resultsTable(results);
    expect(text.rows.map((row) => row.accuracy)).toEqual(['50.0 ± 10.0', '60.0 ± 10.0', '80.0']);
    expect(text.rows[1]!.reference).toBe('+10.0 [−14.8, +34.8]');
    expect(text.rows[2]).toMatchObject({ seed1: null, seed2: '80.0', seed3: null, cost: 1 });
    expect(text.notes.join(' ')).toContain('one seed cannot tell');
    expect(text.notes.join(' ')).toContain('no choice was made on the test images');
  });

  it('is drawn: bars, differences, curves, confusion, each naming its runs', () => {
    const figures = resultsFigures(results, ['left', 'right']);
    expect(Object.keys(figures)).toEqual(['bars', 'difference', 'curves', 'confusion']);
    for (const figure of Object.values(figures)) expect(figure.meta?.run).toMatch(/^[0-9a-f]{12}$/);
  });

  it('draws no difference of rows that are finished on other seeds than the reference', () => {
    const others = [...runs.slice(0, 2), planned('SSDP', 1, 0.7), planned('SSDP', 3, 0.5)];
    expect(resultsFigures(summarizeRuns(table, variants, others)!, ['left', 'right'])).not.toHaveProperty('difference');
    const same = [...runs.slice(0, 2), planned('SSDP', 2, 0.6), planned('SSDP', 1, 0.7)];
    expect(resultsFigures(summarizeRuns(table, variants, same)!, ['left', 'right'])).toHaveProperty('difference');
  });
});
