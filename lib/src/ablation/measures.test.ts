/** Measures by hand: pooled over folds, averaged over stages, and told by seed. */
import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import type { Evaluation } from '../train';
import { runRecord } from '../testing/records';
import { overFolds, overStages } from './measures';
import { planRuns } from './plan';
import { resultsTable } from './present';
import { summarizeRuns } from './results';
import { summaryOf } from './summary';
import { tableNamed } from './tables';

const evaluation = (own: Partial<Evaluation>): Evaluation => ({
  ...{ images: 4, top1: 0.5, top5: 1, nll: 1, ece: 0.1, macroF1: 0.9, perClass: [0.9, 0.9], predictions: [] },
  ...{ confusion: [], ...own },
});

// Fold 1: three of class 0 right, one of class 1 called 0. Fold 2: two of class 1 right, none of class 0.
const first = evaluation({
  confusion: [
    [0, 0, 3],
    [1, 0, 1],
  ],
});
const second = evaluation({ images: 2, ece: 0.4, top5: 0.5, confusion: [[1, 1, 2]] });

describe('over folds', () => {
  it('classes and macro F1 are pooled, ECE and top-5 weighed by images', () => {
    const found = overFolds([first, second]);
    // F1 of class 0: 2 * 3 / (4 + 3); of class 1: 2 * 2 / (2 + 3).
    expect(found.macroF1).toBeCloseTo((6 / 7 + 4 / 5) / 2, 12);
    expect(found.ece).toBeCloseTo((4 * 0.1 + 2 * 0.4) / 6, 12);
    expect(found.top5).toBeCloseTo((4 + 1) / 6, 12);
    expect(found.perClass).toEqual([1, expect.closeTo(2 / 3, 12)]);
  });

  it('one part is what its run measured', () => {
    expect(overFolds([first])).toEqual({ ece: 0.1, macroF1: 0.9, top5: 1, perClass: [0.9, 0.9] });
    const { ece: _, macroF1: __, ...older } = first;
    expect(overFolds([older])).toMatchObject({ ece: null, macroF1: null });
    expect(overFolds([older, second]).ece).toBeNull();
  });
});

describe('over stages', () => {
  it('all is a plain mean, of a class over the stages that have it', () => {
    const stages = [overFolds([first]), { ece: 0.5, macroF1: null, top5: 0.5, perClass: [null, 0.5] }];
    expect(overStages(stages)).toEqual({ ece: 0.3, macroF1: null, top5: 0.75, perClass: [0.9, 0.7] });
  });
});

it('a table and its results tell them by seed', () => {
  const table = tableNamed('queues');
  const full = preset('tiny', { dataset: { validation: 'folds:2' } });
  const sources = () => ({ dataset: 'f', weights: null });
  const runs = planRuns(table.variants(full), [1], { sources, find: () => undefined }).map((run) => {
    const validation = run.config.dataset.validation === 'fold:1/2' ? first : second;
    return { ...run, record: { ...runRecord(run.config, 0.5), evaluation: { validation } } };
  });
  const results = summarizeRuns(table, table.variants(full), runs)!;
  expect(resultsTable(results).rows[0]).toMatchObject({ f1: '82.9', ece: '20.0' });
  const [row] = summaryOf('queues', full, results).rows;
  expect(row).toMatchObject({ eces: [expect.closeTo(0.2, 12)], macroF1s: [results.variants[0]!.measures[0]!.macroF1] });
});
