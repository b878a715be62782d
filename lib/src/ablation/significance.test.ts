import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import { mcnemar, pairedDifference } from '../metrics';
import { toLatex, toMarkdown } from '../report/table';
import { runRecord } from '../testing/records';
import type { PlannedRun } from './plan';
import { resultsTable } from './present';
import type { RunRecord } from './record';
import { summarizeRuns } from './results';
import { labelsFrom, significanceOf } from './significance';
import { interpretation, testsTable } from './significance-present';
import { TABLES } from './tables';

const full = preset('tiny');
const table = TABLES.modules;
const variants = table.variants(full);
const CONTROL = table.control!;

function planned(variant: string, seed: number, accuracy: number): PlannedRun {
  const { config: base } = variants.find(({ name }) => name === variant)!;
  const config = { ...base, seed };
  return { id: `${variant}-${seed}`, variant, seed, config, record: runRecord(config, accuracy) };
}
const rowsOf = (accuracies: Readonly<Record<string, readonly number[]>>): PlannedRun[] =>
  Object.entries(accuracies).flatMap(([name, list]) => list.map((value, i) => planned(name, i + 1, value)));

/** The labels of `runRecord`: its images are of the two classes in turn. */
const labelsOf = (): number[] => Array.from({ length: 10 }, (_, i) => i % 2);

const BASE = [0.5, 0.6, 0.4, 0.5, 0.6];
const results = summarizeRuns(
  table,
  variants,
  rowsOf({
    baseline: BASE,
    [CONTROL]: BASE.map((x, i) => x + 0.01 * (i - 2)),
    SSDP: BASE.map((x, i) => x + 0.3 + 0.001 * i),
    DDL: BASE.map((x, i) => x + (i % 2 ? -0.1 : 0.12)),
    [table.full]: BASE.map((x, i) => x + 0.1 + 0.06 * i),
  }),
)!;
const found = significanceOf(results, labelsOf);
const of = (name: string) => found.find((row) => row.name === name)!;

describe('significanceOf', () => {
  it('adjusts the p values over the rows of each question, and compares the reference with the control once', () => {
    const rows = found.flatMap(({ toReference }) => toReference ?? []);
    expect(rows.map(({ against }) => against)).toEqual(new Array(4).fill('baseline'));
    const sorted = rows.map(({ difference }) => difference.p!).sort((a, b) => a - b);
    const smallest = rows.find(({ difference }) => difference.p === sorted[0])!;
    expect(smallest.holm).toBeCloseTo(Math.min(1, 4 * sorted[0]!), 12);
    expect(of('baseline')).toEqual({ name: 'baseline', toReference: null, toControl: null });
    expect(of(CONTROL).toControl).toBeNull();
    expect(of('SSDP').toControl!.against).toBe(CONTROL);
  });

  it('knows the least that five seeds can show, and the interval that needs no normal values', () => {
    const { wilcoxon, bootstrap, difference } = of('SSDP').toReference!;
    expect(wilcoxon).toMatchObject({ p: 0.0625, smallest: 0.0625, n: 5 });
    expect(bootstrap!.low!).toBeGreaterThanOrEqual(difference.low!);
    expect(bootstrap!.high!).toBeLessThanOrEqual(difference.high!);
  });

  it('votes over the seeds before it tests on images', () => {
    // The median of BASE has 5 of 10 right; with 0.3 more it has 8, the same and three others.
    expect(of('SSDP').toReference!.onImages).toEqual({ images: 10, onlyThis: 3, onlyOther: 0, p: mcnemar(3, 0) });
    expect(significanceOf(results).every(({ toReference }) => toReference?.onImages == null)).toBe(true);
    const other = significanceOf(results, () => [0, 1]);
    expect(other.every(({ toReference }) => toReference?.onImages == null)).toBe(true);
  });

  it('takes labels from the dataset of the same fingerprint', () => {
    const samples = labelsOf().map((label) => ({ file: '', name: '', label }));
    const split = { name: 'test', samples };
    const dataset = { name: 'd', root: '/', classes: 2, classNames: ['a', 'b'], train: split, tests: { test: split } };
    const record = results.variants[0]!.records[0]!;
    expect(labelsFrom([{ ...dataset, fingerprint: 'f' }])(record, 'test')).toEqual(labelsOf());
    expect(labelsFrom([{ ...dataset, fingerprint: 'g' }])(record, 'test')).toBeUndefined();
  });

  it('takes the mean over the parts of a seed, and the images of all parts', () => {
    const parts = (name: string, shift: number): RunRecord[] =>
      [1, 2, 3].flatMap((seed) => [0.2, 0.4].map((x) => planned(name, seed, x + shift + 0.01 * seed).record!));
    const row = (name: string, shift: number, difference: number[] | null) => {
      const records = parts(name, shift);
      const accuracies = [1, 2, 3].map((seed) => 0.3 + shift + 0.01 * seed);
      const to = difference ? pairedDifference(accuracies, difference) : null;
      return { ...results.variants[0]!, name, records, accuracies, toReference: to, toControl: null };
    };
    const base = row('baseline', 0, null);
    const [, own] = significanceOf({ ...results, variants: [base, row('DDL', 0.2, base.accuracies)] }, labelsOf);
    expect(own!.toReference!.wilcoxon).toMatchObject({ p: 0.25, n: 3, statistic: 6 });
    expect(own!.toReference!.onImages).toMatchObject({ images: 20, onlyThis: 4, onlyOther: 0 });
  });
});

describe('what is said of a table', () => {
  const sentences = interpretation(results, found);
  const said = (start: string): string => sentences.find((one) => one.startsWith(start))!;

  it('says what the seeds agree on, and what is too little to tell and how many would be needed', () => {
    expect(said(`SSDP against ${CONTROL}`)).toMatch(
      /: a gain that the 5 seeds agree on, also when all 3 rows are counted/,
    );
    const needed = of('DDL').toControl!.seedsNeeded!;
    expect(said('DDL')).toContain(`5 seeds are too few to tell; about ${needed} would be needed`);
    expect(needed).toBeGreaterThan(5);
    expect(said(CONTROL)).toBe(`${CONTROL} against baseline: +0.0 [−2.0, +2.0], p 1.00: 5 seeds are too few to tell.`);
    expect(sentences.filter((one) => one.startsWith(table.full))).toHaveLength(2);
  });

  it('does not call it a gain where one of so many rows may be luck', () => {
    const rows = rowsOf({
      baseline: BASE,
      SSDP: [0.7, 0.65, 0.65, 0.53, 0.75],
      DDL: [0.6, 0.6, 0.3, 0.6, 0.5],
      SSDT: [0.6, 0.5, 0.4, 0.5, 0.7],
    });
    const few = summarizeRuns(table, variants, rows)!;
    const text = interpretation(few, significanceOf(few)).find((one) => one.startsWith('SSDP'))!;
    expect(text).toMatch(/the 5 seeds agree on a gain, but one such row in 3 may be luck \(Holm p 0\.\d+\)/);
  });

  it('does not take two seeds that happen to differ by the same number of images for certainty', () => {
    const same = summarizeRuns(table, variants, rowsOf({ baseline: [0.5, 0.6], SSDP: [0.6, 0.7], DDL: [0.5, 0.6] }))!;
    const rows = significanceOf(same, labelsOf);
    expect(rows.map(({ toReference }) => toReference?.difference.p ?? null)).toEqual([null, null, null]);
    expect(rows[1]!.toReference).toMatchObject({ holm: null, seedsNeeded: null, wilcoxon: { p: 0.5 } });
    expect(interpretation(same, rows)).toEqual([
      'SSDP against baseline: +10.0: the same in all 2 seeds, so there is no spread to judge it by.',
      'DDL against baseline: +0.0: the same in all 2 seeds, so there is no spread to judge it by.',
    ]);
  });

  it('with one seed says that one seed cannot tell', () => {
    const one = summarizeRuns(table, variants, rowsOf({ baseline: [0.5], SSDP: [0.9] }))!;
    const rows = significanceOf(one, labelsOf);
    expect(interpretation(one, rows)).toEqual(['SSDP against baseline: +40.0: one seed cannot tell.']);
    const text = testsTable(one, rows);
    expect(text.rows[0]).toMatchObject({ p: '', holm: '', wilcoxon: '', needed: '', images: '4 : 0' });
  });

  it('is a second table, which has a row for each comparison and every column in each form', () => {
    const text = testsTable(results, found);
    expect(text.rows).toHaveLength(7);
    expect(text.rows.map((row) => row.against).slice(4)).toEqual([CONTROL, CONTROL, CONTROL]);
    expect(text.notes.join(' ')).toContain('with 5 seeds its smallest p is 0.063');
    expect(toMarkdown(text)).toContain('| SSDP | baseline | +30.2');
    expect(toLatex(text)).toContain('SSDP & baseline & +30.2');
  });

  it('shows macro F1 and calibration where every run of a row has them', () => {
    expect(resultsTable(results).columns.map(({ key }) => key)).not.toContain('ece');
    const runs = rowsOf({ baseline: [0.5, 0.6], SSDP: [0.7, 0.7] }).map((run) => {
      const { test } = run.record!.evaluation;
      const measured = { ...test!, ece: 0.125, macroF1: 0.5 };
      return run.variant === 'SSDP' ? { ...run, record: { ...run.record!, evaluation: { test: measured } } } : run;
    });
    const text = resultsTable(summarizeRuns(table, variants, runs)!);
    expect(text.rows.map(({ ece, f1 }) => [ece, f1])).toEqual([
      [null, null],
      ['12.5', '50.0'],
    ]);
  });
});
