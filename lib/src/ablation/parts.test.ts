/** Tables on several parts: plans, means by hand, what is told. */
import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import type { Config, Validation } from '../config';
import type { Dataset } from '../data';
import { runRecord } from '../testing/records';
import { planRuns } from './plan';
import type { PlannedRun, Stage } from './plan';
import { resultsFigures, resultsTable } from './present';
import { stagesTable } from './protocol-present';
import type { RunRecord } from './record';
import { summarizeRuns } from './results';
import { selectionOf, selectionText } from './selection';
import { summaryOf } from './summary';
import { tableNamed } from './tables';

const table = tableNamed('queues');
const full = (validation: Validation): Config =>
  preset('tiny', { dataset: { validation }, training: { bestOnTest: false } });

const stageOf = (name: string): Stage => {
  const split = { name: 'train', samples: [] };
  const dataset: Dataset = {
    ...{ name, root: `/soy/${name}`, classes: 2, classNames: ['a', 'b'], train: split, tests: {}, fingerprint: name },
  };
  return { name, of: 'Soy', dataset };
};
const STAGES = [stageOf('R1'), stageOf('R3')];

type Score = { readonly top1: number; readonly images?: number; readonly best?: number };

/** A record of a planned run with hand-made scores. */
function recordOf({ config, stage, id }: PlannedRun, { top1, images = 10, best }: Score): RunRecord {
  const record = runRecord(config, top1);
  const split = config.dataset.validation === 'none' ? 'test' : 'validation';
  const curve = best === undefined ? [] : [best, top1];
  return {
    ...{ ...record, id, config },
    dataset: { ...record.dataset, fingerprint: stage?.name ?? 'f', tests: { [split]: images } },
    evaluation: { [split]: { ...record.evaluation.test!, images, nll: 2 * top1 } },
    ...(best === undefined ? {} : { bestOnTest: { split, epoch: 1, top1: best, curve } }),
  };
}

/** The runs of a table; `score` says what is done. */
function plan(
  validation: Validation,
  seeds: readonly number[],
  score: (run: PlannedRun) => Score | undefined,
  stages?: readonly Stage[],
): readonly PlannedRun[] {
  const variants = table.variants(full(validation));
  const sources = (_: Config, stage?: Stage) => ({ dataset: stage?.dataset.fingerprint ?? 'f', weights: null });
  return planRuns(variants, seeds, { sources, find: () => undefined, stages }).map((run) => {
    const found = score(run);
    return { ...run, record: found && recordOf(run, found) };
  });
}
const summarize = (validation: Validation, runs: readonly PlannedRun[]) =>
  summarizeRuns(table, table.variants(full(validation)), runs)!;

const foldOf = ({ config }: PlannedRun): number => Number(/^fold:(\d)/.exec(config.dataset.validation)![1]);

describe('a table over folds', () => {
  it('plans a run for each variant, seed and fold, seed by seed', () => {
    const runs = plan('folds:3', [1, 2], () => undefined);
    expect(runs).toHaveLength(3 * 2 * 3);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
    expect(runs.slice(0, 4).map(({ variant, seed, config }) => [variant, seed, config.dataset.validation])).toEqual([
      ['one queue', 1, 'fold:1/3'],
      ['one queue', 1, 'fold:2/3'],
      ['one queue', 1, 'fold:3/3'],
      ['default', 1, 'fold:1/3'],
    ]);
  });

  // Folds of 4, 4 and 2 images.
  const score = (run: PlannedRun): Score => ({
    top1: (run.variant === 'default' ? 0.5 : 0.25) + 0.25 * Number(foldOf(run) === 3) + 0.01 * run.seed,
    images: foldOf(run) === 3 ? 2 : 4,
  });

  it('counts every training image once: the mean over folds is weighed by their images', () => {
    const results = summarize('folds:3', plan('folds:3', [1, 2], score));
    const own = results.variants.find(({ name }) => name === 'default')!;
    expect(own.accuracies).toEqual([expect.closeTo(0.56, 12), expect.closeTo(0.57, 12)]);
    expect(own.nlls[0]).toBeCloseTo(1.12, 12);
    expect(own.seeds).toEqual([1, 2]);
    expect(own.records).toHaveLength(6);
    expect(own.bestOnTest).toBeNull();
    // 10 images in all are trained on and scored; each run's own record says 4 and 4 or 2.
    expect(results).toMatchObject({ split: 'validation', validation: 'folds:3', stages: [], seeds: [1, 2] });
    expect(results.dataset).toMatchObject({ train: 10, tests: { validation: 10 }, fingerprint: 'f' });
    expect(results.variants[0]!.toReference).toMatchObject({ mean: expect.closeTo(-0.25, 12), n: 2 });
  });

  it('takes a seed when all its folds are done', () => {
    const results = summarize(
      'folds:3',
      plan('folds:3', [1, 2], (run) => (run.seed === 2 && foldOf(run) === 2 ? undefined : score(run))),
    );
    expect(results.seeds).toEqual([1]);
    expect(results.variants.map(({ records }) => records.length)).toEqual([3, 3, 3]);
    expect(summarizeRuns(table, table.variants(full('folds:3')), plan('folds:3', [1], (run) => (foldOf(run) === 1 ? score(run) : undefined)))).toBeUndefined(); // prettier-ignore
  });

  it('says in title, notes and summary what was scored', () => {
    const results = summarize('folds:3', plan('folds:3', [1, 2], score));
    const shown = resultsTable(results);
    const words = 'chosen on 3 validation folds of the training images; no test image was read';
    expect(shown.title).toContain(words);
    expect(shown.notes.join(' ')).toContain(words);
    expect(shown.notes.join(' ')).not.toContain('no choice was made on the test images');
    expect(shown.rows[1]).toMatchObject({ variant: 'default', seed1: '56.0', seed2: '57.0' });
    const summary = summaryOf('queues', full('folds:3'), results);
    expect(summary).toMatchObject({ split: 'validation', recipe: { 'dataset.validation': 'folds:3' } });
    expect(summary.rows[0]).toMatchObject({ change: ['contrast.queues = one'], accuracies: [expect.closeTo(0.31, 12), expect.closeTo(0.32, 12)] }); // prettier-ignore
    expect(summary.rows[1]).toMatchObject({ change: [] });
  });

  it('says on the axes of its figures what was scored', () => {
    const axesOf = (validation: Validation): (string | undefined)[] => {
      const found = summarize(
        validation,
        plan(validation, [1], () => ({ top1: 0.5 })),
      )!;
      const curve = { xTitle: 'x', x: () => 1, lineOf: (name: string) => name };
      const figures = resultsFigures({ ...found, table: { ...table, curve } }, ['a', 'b']);
      return [figures.bars!.layout.xaxis?.title?.text, figures.curve!.layout.yaxis?.title?.text];
    };
    expect(axesOf('folds:2')).toEqual(['Validation accuracy (%)', 'Validation accuracy (%)']);
    expect(axesOf('none')).toEqual(['Test accuracy (%)', 'Test accuracy (%)']);
  });

  it('leaves the recipe of a table without a selection as it was', () => {
    const recipe = summaryOf(
      'queues',
      full('none'),
      summarize(
        'none',
        plan('none', [1], () => ({ top1: 0.5 })),
      ),
    ).recipe;
    expect(Object.keys(recipe).filter((field) => /validation|bestOnTest/.test(field))).toEqual([]);
  });
});

describe('the choice on folds', () => {
  const choose = (accuracy: Readonly<Record<string, readonly number[]>>, seeds = [1, 2, 3]) =>
    summarize(
      'folds:2',
      plan('folds:2', seeds, ({ variant, seed }) => {
        const top1 = accuracy[variant]![seeds.indexOf(seed)];
        return top1 === undefined ? undefined : { top1 };
      }),
    );

  it('is told with its intervals, and that they cannot tell where they hold 0', () => {
    const results = choose({
      ...{ 'one queue': [0.5, 0.6, 0.4], default: [0.4, 0.6, 0.35] },
      'two queues and cross terms': [0.1, 0.2, 0.05],
    });
    const { best, rivals, tied } = selectionOf(results)!;
    expect([best.name, rivals.map(({ name }) => name), tied]).toEqual([
      ...['one queue', ['default', 'two queues and cross terms'], ['default']],
    ]);
    const text = selectionText(results)!;
    expect(text).toContain('Best on the validation images: one queue, 50.0 % (mean of 3 seeds).');
    expect(text).toMatch(
      /against default, the reference and the next best: \+5\.0 points \(95 % interval -7\.4 to \+17\.4, 3 seeds\)/,
    );
    expect(text).toContain('cannot tell it from default: their intervals hold 0');
    expect(text).toContain('No test image was read.');
  });

  it('is told to flatter where it is clear, and a variant that lacks a seed is named', () => {
    const clear = { default: [0.9, 0.8, 0.91], 'one queue': [0.5, 0.41, 0.5] };
    const text = selectionText(choose({ ...clear, 'two queues and cross terms': [0.95] }))!;
    expect(text).toContain('Best on the validation images: default');
    expect(text).toMatch(/leaves out 0\. It is the best of 2, so on the test images expect a little less of default/);
    expect(text).toContain('Not considered, since not finished on all seeds: two queues and cross terms.');
  });

  it('takes no difference that two seeds happen to share for certain', () => {
    const equal = { default: [0.5, 0.6], 'one queue': [0.4, 0.5], 'two queues and cross terms': [0.1, 0.3] };
    const results = choose(equal, [1, 2]);
    expect(results.variants[0]!.toReference).toMatchObject({ mean: expect.closeTo(-0.1, 12), low: null, p: null });
    expect(resultsTable(results).rows[0]).toMatchObject({ variant: 'one queue', reference: '−10.0' });
    expect(selectionOf(results)!.tied).toContain('one queue');
    const text = selectionText(results)!;
    expect(text).toContain('+10.0 points, the same in all 2 seeds: there is no spread to judge it by.');
    expect(text).toContain('their intervals hold 0, or all seeds differ by the same.');
  });

  it('is not made on one seed', () => {
    const one = { default: [0.5], 'one queue': [0.9], 'two queues and cross terms': [0.1] };
    expect(selectionText(choose(one, [1]))).toContain('One seed cannot tell the variants apart');
  });
});

describe('a table over stages', () => {
  // Stages of unequal size weigh the same.
  const score = ({ stage, seed }: PlannedRun): Score =>
    stage!.name === 'R1' ? { top1: 0.2 * seed, images: 30, best: 0.6 } : { top1: 0.6, images: 10, best: 0.8 };
  const results = summarize('none', plan('none', [1, 2], score, STAGES));

  it('averages stages plainly, and keeps each', () => {
    const own = results.variants[0]!;
    expect(own.accuracies).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.5, 12)]);
    expect(own.stages.R1!.mean).toBeCloseTo(0.3, 12);
    expect(own.stages.R3!.mean).toBeCloseTo(0.6, 12);
    expect(own.records.map(({ config }) => config.dataset.name)).toEqual(['/soy/R1', '/soy/R3', '/soy/R1', '/soy/R3']);
    expect(results.stages).toEqual(['R1', 'R3']);
    expect(results.dataset).toMatchObject({ name: 'Soy', train: 8, tests: { test: 40 } });
    expect(results.dataset.fingerprint).not.toBe('R1');
  });

  it('is told by stage beside the average', () => {
    const shown = stagesTable(results)!;
    expect(shown.columns.map(({ title }) => title)).toEqual(['Variant', 'R1', 'R3', 'Average']);
    expect(shown.rows[0]).toEqual({
      ...{ variant: 'one queue', 'stage R1': '30.0 ± 14.1', 'stage R3': '60.0 ± 0.0', average: '45.0 ± 7.1' },
    });
    expect(resultsTable(results).notes[0]).toContain('in 2 stages (R1, R3), trained apart and averaged');
    expect(
      stagesTable(
        summarize(
          'none',
          plan('none', [1], () => ({ top1: 1 })),
        ),
      ),
    ).toBeUndefined();
  });

  it('tells what must be known of the stages, in the table and in the results', () => {
    const noted = STAGES.map(({ dataset, ...rest }) => ({
      ...rest,
      dataset: { ...dataset, notes: ['there is no R4'] },
    }));
    const found = summarize('none', plan('none', [1], score, noted));
    expect(found.dataset.notes).toEqual(['there is no R4']);
    expect(resultsTable(found).notes[0]).toContain('Of the data: there is no R4.');
    expect(summaryOf('queues', full('none'), found).dataset.notes).toEqual(['there is no R4']);
    expect(results.dataset.notes).toBeUndefined();
  });

  it('takes folds of each stage', () => {
    const runs = plan('folds:2', [1], ({ stage }) => ({ top1: stage!.name === 'R1' ? 0 : 1 }), STAGES);
    expect(runs).toHaveLength(3 * 4);
    const { variants, dataset } = summarize('folds:2', runs);
    expect(variants[0]!.accuracies).toEqual([0.5]);
    expect(dataset).toMatchObject({ train: 40, tests: { validation: 40 } });
  });

  it('has a column of its own for the best epoch on test, which nothing is compared by', () => {
    // Best: (0.6 + 0.8) / 2 = 0.7 for both seeds; last: 0.4 and 0.5.
    expect(results.variants[0]!.bestOnTest!.accuracy.mean).toBeCloseTo(0.7, 12);
    expect(results.variants[0]!.bestOnTest!.gain).toBeCloseTo(0.25, 12);
    const shown = resultsTable(results);
    const column = shown.columns.find(({ key }) => key === 'best')!;
    expect(column.title).toBe('Best epoch on test (as peers report it; chosen on the test images)');
    expect(shown.rows[0]).toMatchObject({ best: '70.0 ± 0.0', accuracy: '45.0 ± 7.1' });
    expect(shown.notes.join(' ')).toContain('flatters by +25.0 points on average');
    expect(shown.notes[0]).toContain(
      'no choice was made on the test images but that of the column "Best epoch on test"',
    );
    expect(results.variants[0]!.toReference!.mean).toBeCloseTo(0, 12);
  });

  it('has no such column where a run did not keep it', () => {
    const some = (run: PlannedRun): Score => (run.seed === 1 ? score(run) : { top1: 0.5 });
    const { variants } = summarize('none', plan('none', [1, 2], some, STAGES));
    expect(variants.every(({ bestOnTest }) => bestOnTest === null)).toBe(true);
  });
});
