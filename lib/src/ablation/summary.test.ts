import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import { temporaryFolder } from '../data/testing';
import { runRecord } from '../testing/records';
import type { PlannedRun } from './plan';
import { summarizeRuns } from './results';
import { significanceOf } from './significance';
import { mergeSummaries, readSummaries, summaryOf } from './summary';
import type { Summaries } from './summary';
import { TABLES } from './tables';

const full = preset('tiny');
const variants = TABLES.modules.variants(full);

function planned(name: string, seed: number, accuracy: number): PlannedRun {
  const { config } = variants.find((variant) => variant.name === name)!;
  const record = runRecord({ ...config, seed }, accuracy);
  return { id: record.id, variant: name, seed, config: record.config, record };
}

const runs = [
  planned('baseline', 1, 0.5),
  planned('baseline', 2, 0.6),
  planned('SSDT', 1, 0.7),
  planned('SSDT', 2, 0.7),
];
const summary = summaryOf('modules', full, summarizeRuns(TABLES.modules, variants, runs)!);

describe('summaryOf', () => {
  it('holds what each run scored, and what a row changes of the full model', () => {
    expect(summary.seeds).toEqual([1, 2]);
    expect(summary.rows.map(({ name, accuracies }) => [name, accuracies])).toEqual([
      ['baseline', [0.5, 0.6]],
      ['SSDT', [0.7, 0.7]],
    ]);
    expect(summary.rows[0]!.change).toEqual(['no contrast term', 'no distill term', 'view.kind = none']);
    expect(summary.rows[1]!.toReference!.mean).toBeCloseTo(0.15, 12);
    expect(summary.rows[1]!.runs).toEqual(runs.slice(2).map(({ id }) => id));
  });

  it('holds the tests of each row where they were made, and what each run measured', () => {
    const results = summarizeRuns(TABLES.modules, variants, runs)!;
    const [, row] = summaryOf('modules', full, results, significanceOf(results)).rows;
    expect(row!.tests).toMatchObject({
      toReference: { against: 'baseline', wilcoxon: { p: 0.5, n: 2 } },
      toControl: null,
    });
    expect(JSON.parse(JSON.stringify(row))).toEqual(row);
    expect(row!.top5s).toEqual([1, 1]);
    expect(row).not.toHaveProperty('eces');
    expect(summary.rows[1]).not.toHaveProperty('tests');
  });

  it('says the whole recipe, and nothing of where the images lie', () => {
    expect(summary.recipe).toMatchObject({ 'contrast.margin': 0.4, 'training.batchSize': 24 });
    expect(Object.keys(summary.recipe)).not.toContain('dataset.name');
    expect(summary.made.threads).toEqual(['1']);
  });
});

describe('a file of summaries', () => {
  it('keeps one of each table, the newest, and those of other recipes beside it', () => {
    const once = mergeSummaries(undefined, summary);
    expect(mergeSummaries(once, { ...summary, seeds: [1] }).tables).toEqual([{ ...summary, seeds: [1] }]);
    const other = { ...summary, recipe: { ...summary.recipe, 'dataset.trainPerClass': 5 } };
    expect(mergeSummaries(once, other).tables).toHaveLength(2);
    const ten = { ...summary, recipe: { ...summary.recipe, 'dataset.trainPerClass': 10 } };
    const box = { ...other, table: 'box' } as const;
    const all = [summary, ten, box, other].reduce(mergeSummaries, undefined as Summaries | undefined)!;
    // By images a class, all of them last, and then in the order of the tables.
    expect(all.tables).toEqual([other, box, ten, summary]);
  });

  it('is read back as it was written, and refused where it is something else', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'results.json');
    expect(readSummaries(file)).toBeUndefined();
    const all = mergeSummaries(undefined, summary);
    fs.writeFileSync(file, JSON.stringify(all));
    expect(readSummaries(file)).toEqual(JSON.parse(JSON.stringify(all)));
    for (const text of ['{"format":"csdnet-run/2"}', 'null', 'no json']) {
      fs.writeFileSync(file, text);
      expect(() => readSummaries(file)).toThrow(
        /no file of results in the format csdnet-results\/1: name another file/,
      );
    }
    fs.rmSync(folder, { recursive: true });
  });
});
