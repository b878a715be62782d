/** One result from the runs that it takes: the folds of a selection, the stages of a set that are trained apart. Plain values in and out. */
import { hashOf, validationPlan, wholeValidation } from '../config';
import type { Validation } from '../config';
import { groupBy } from '../core/group';
import { mean } from '../metrics';
import { overFolds, overStages } from './measures';
import type { Measures } from './measures';
import type { PlannedRun } from './plan';
import type { DatasetFacts, RunRecord } from './record';

/** A run that is done. */
export interface DoneRun extends PlannedRun {
  readonly record: RunRecord;
}

/** What a variant reached with one seed: over all its parts, each of which is done. */
export interface SeedResult {
  readonly seed: number;
  readonly runs: readonly DoneRun[];
  readonly accuracy: number;
  readonly nll: number;
  readonly measures: Measures;
  /** Accuracy by stage; empty where the table is trained on one dataset. */
  readonly stages: Readonly<Record<string, number>>;
  /** Accuracy of the epoch that was best on the test images (of each part its own); null where it was not kept. */
  readonly best: number | null;
}

/** The runs of each stage; all of them under one name where there are no stages. */
const byStage = (runs: readonly DoneRun[]): ReadonlyMap<string, readonly DoneRun[]> =>
  groupBy(runs, ({ stage }) => stage?.name ?? '');

/** The mean over runs, each counted by its images: over folds every training image counts once. */
function overImages(runs: readonly DoneRun[], split: string, read: (record: RunRecord) => number): number {
  const images = ({ record }: DoneRun): number => record.evaluation[split]!.images;
  const all = runs.reduce((sum, run) => sum + images(run), 0);
  return runs.reduce((sum, run) => sum + images(run) * read(run.record), 0) / all;
}

/**
 * The result of one seed of one variant: over the folds of a stage the mean over images, over stages the plain mean (as the peers average SoyAgeing).
 *
 * @param runs all runs of that variant and seed
 * @returns undefined where one of them is not done
 */
export function seedResult(runs: readonly PlannedRun[], split: string): SeedResult | undefined {
  const done = runs.filter((run): run is DoneRun => run.record !== undefined);
  if (done.length === 0 || done.length < runs.length) return undefined;
  const stages = byStage(done);
  const over = (read: (record: RunRecord) => number): number =>
    mean([...stages.values()].map((own) => overImages(own, split, read)));
  const accuracy = (record: RunRecord): number => record.evaluation[split]!.top1;
  const scored = [...stages].map(([name, own]) => [name, overImages(own, split, accuracy)] as const);
  return {
    ...{ seed: done[0]!.seed, runs: done, accuracy: over(accuracy), nll: over((one) => one.evaluation[split]!.nll) },
    measures: overStages(
      [...stages.values()].map((own) => overFolds(own.map(({ record }) => record.evaluation[split]!))),
    ),
    stages: done[0]!.stage ? Object.fromEntries(scored) : {},
    best: done.every(({ record }) => record.bestOnTest) ? over((one) => one.bestOnTest!.top1) : null,
  };
}

/** The validation that the runs of one result are the parts of. */
export const validationOf = ({ runs }: SeedResult): Validation =>
  wholeValidation(runs[0]!.record.config.dataset.validation);

/** What a reader must know of the images: from the runs, and from the stages as they were read together (one of them may be missing). */
const notesOf = (runs: readonly DoneRun[]): readonly string[] => [
  ...new Set(runs.flatMap(({ record, stage }) => [...(record.dataset.notes ?? []), ...(stage?.dataset.notes ?? [])])),
];

/** The images of one result: of all its parts together. */
export function factsOf({ runs }: SeedResult): DatasetFacts {
  const first = runs[0]!;
  const sum = (facts: readonly DatasetFacts[]): DatasetFacts => ({
    ...facts[0]!,
    train: facts.reduce((total, { train }) => total + train, 0),
    tests: Object.fromEntries(
      Object.keys(facts[0]!.tests).map((split) => [
        split,
        facts.reduce((total, { tests }) => total + (tests[split] ?? 0), 0),
      ]),
    ),
  });
  const ofStage = (own: readonly DoneRun[]): DatasetFacts => {
    const facts = sum(own.map(({ record }) => record.dataset));
    // Every training image is validated on in one fold and trained on in the others.
    const folds = validationPlan(own[0]!.record.config.dataset.validation).kind === 'fold' && own.length > 1;
    return folds ? { ...facts, train: facts.tests.validation! } : facts;
  };
  const stages = [...byStage(runs).values()].map(ofStage);
  if (!first.stage) return stages[0]!;
  const notes = notesOf(runs);
  return {
    ...sum(stages),
    ...{ name: first.stage.of, fingerprint: hashOf(stages.map(({ fingerprint }) => fingerprint)) },
    ...(notes.length > 0 && { notes }),
  };
}
