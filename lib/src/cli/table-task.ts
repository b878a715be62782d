/** One ablation table on its way: what is planned, what is trained. */
import { expectedSeconds, planRuns } from '../ablation/plan';
import type { PlannedRun } from '../ablation/plan';
import type { Failure } from '../ablation/pool';
import { validationText } from '../ablation/protocol-present';
import { forgetRun, readRecord } from '../ablation/record';
import { headlineSplit, summarizeRuns } from '../ablation/results';
import type { TableResults } from '../ablation/results';
import { seenDataset } from '../ablation/seen';
import { sourcesOf } from '../ablation/sources';
import { isUnderWay, tidyRun } from '../ablation/status';
import type { AblationTable, NamedTable, TrainingImages } from '../ablation/tables';
import type { Variant } from '../ablation/variant';
import { weightsFingerprint } from '../backbone/weights/files';
import { checkConfig, readsTruth, validationParts, validationPlan } from '../config';
import type { Config } from '../config';
import {
  decodeSplit,
  describeDataset,
  fitsMemory,
  imageMemory,
  samplesWithMask,
  splitsOf,
  sumWaiting,
  waitingNote,
} from '../data';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import type { ProjectPaths } from '../project';
import { percent } from './columns';
import { duration } from './options';
import { configOf, progressLine, recipeSuffix, variantText } from './recipe';
import type { RecipeOptions } from './recipe';
import { showRuns } from './show-runs';
import type { ShowOptions } from './show-runs';
import { datasetsOf } from './table-data';
import type { TableData } from './table-data';

export interface TableOptions extends RecipeOptions {
  readonly seeds: readonly number[];
}

export interface Task extends TableData, NamedTable {
  readonly options: TableOptions;
  readonly paths: ProjectPaths;
  /** The full model: what the variants are changes of. */
  readonly full: Config;
  readonly variants: readonly Variant[];
  /** Variants that cannot run here, each with the reason. */
  readonly leftOut: readonly string[];
  readonly runs: readonly PlannedRun[];
}

/** `modules`, or with the names of what is not the default: `modules.grapevine5.tiny`. */
export const outputName = ({ name, options, dataset }: Task): string =>
  [name, ...recipeSuffix(options, dataset)].join('.');

/** Draws the images that a run of a config would see. @throws where a class has too few for the folds that are asked for, or the masks that the view is made from are not there */
export function checkImages(config: Config, data: TableData): void {
  const [validation] = validationParts(config.dataset.validation);
  const run = { ...config, dataset: { ...config.dataset, validation: validation! } };
  if (readsTruth(config.view)) for (const dataset of datasetsOf(data)) samplesWithMask(dataset, dataset.train);
  if (validation !== 'none') for (const dataset of datasetsOf(data)) seenDataset(dataset, run);
}

/**
 * The variants that can run here (their weight file is there, and images enough for the folds), and why the others are left out.
 *
 * @throws where the table's reference is one of them, or all are
 */
function runnable(table: AblationTable, variants: readonly Variant[], data: TableData) {
  const found = variants.map((variant) => {
    try {
      weightsFingerprint(variant.config.backbone);
      checkImages(variant.config, data);
      return { variant };
    } catch (error) {
      if (variant.name === table.reference) throw error;
      return { variant, reason: (error as Error).message };
    }
  });
  const usable = found.filter(({ reason }) => reason === undefined).map(({ variant }) => variant);
  if (usable.length === 0) throw new Error(`no row of ${table.title} can run here: ${found[0]!.reason}`);
  return {
    variants: usable,
    leftOut: found.flatMap(({ variant, reason }) => (reason === undefined ? [] : [`${variant.name}: ${reason}`])),
  };
}

/** What a dataset has to train on. */
export function trainingImages(dataset: Dataset): TrainingImages {
  const { train, classes } = describeDataset(dataset);
  return { classes, perClass: train.perClass.min, images: train.images };
}

/** Plans a table: its variants, and which runs are done. @throws for a variant that cannot be used */
export function prepareTable(named: NamedTable, options: TableOptions, data: TableData): Task {
  const paths = projectPaths();
  const full = configOf(options);
  const { variants, leftOut } = runnable(named.table, named.table.variants(full, trainingImages(data.dataset)), data);
  for (const { config } of variants) checkConfig(config);
  const runs = planRuns(variants, options.seeds, {
    sources: (config, stage) => sourcesOf(config, stage?.dataset ?? data.dataset),
    find: (id) => readRecord(paths.runs, id),
    stages: data.stages,
  });
  return { ...data, ...named, options, paths, full, variants, leftOut, runs };
}

/** Forget a table's finished and half-finished runs. @throws where a process is at work on one of them */
export function forgetTable({ runs, paths }: Task): void {
  const busy = runs.filter(({ id }) => isUnderWay(paths.runs, id)).map(({ id }) => id);
  if (busy.length > 0) throw new Error(`Under way, and so not forgotten: ${busy.join(', ')}. Stop them first.`);
  for (const { id } of runs) forgetRun(paths.runs, id);
}

/** Decode once here, so that the workers find the pixels in the cache; where they do not fit the memory, the workers decode as they read. */
export async function warmCache(
  task: Pick<Task, 'full' | 'paths' | 'dataset' | 'stages'>,
  jobs: number,
): Promise<void> {
  const { full, paths } = task;
  const { sourceSize: size, fit } = full.input;
  for (const dataset of datasetsOf(task)) {
    // Where a part of the training images is scored, the test images stay unread.
    const splits = full.dataset.validation === 'none' ? splitsOf(dataset) : [dataset.train];
    if (!fitsMemory(splits, size, imageMemory(jobs))) continue;
    for (const split of splits) {
      const onProgress = progressLine(`decoding ${dataset.name}, ${split.name}`);
      await decodeSplit(split, { size, fit, cacheDir: paths.cache, onProgress });
    }
  }
}

/** The table's numbers from the runs that are done by now; undefined where none is. */
export function resultsOf({ table, variants, runs, paths }: Task): TableResults | undefined {
  const fresh = runs.map((run) => ({ ...run, record: run.record ?? readRecord(paths.runs, run.id) }));
  return summarizeRuns(table, variants, fresh);
}

function secondsLeft({ dataset, runs }: Task): ReadonlyMap<string, number> {
  const known = runs.flatMap(({ record }) => record ?? []);
  const open = runs.filter(({ record }) => !record);
  return new Map(open.map(({ id, config, stage }) => [id, expectedSeconds(config, stage?.dataset ?? dataset, known)]));
}

/** What a table is averaged over and scored on, a line for each; none where it is one dataset and its test images. */
function protocolLines({ stages, full }: Task): readonly string[] {
  const scored = validationText(full.dataset.validation);
  return [
    ...(stages
      ? [`  ${stages.length} stages, trained apart and averaged: ${stages.map(({ name }) => name).join(', ')}`]
      : []),
    ...(scored === undefined ? [] : [`  ${scored}`]),
    ...(full.training.bestOnTest ? ['  the test images are also scored after every epoch (--best-on-test)'] : []),
  ];
}

/** The part of its variant and seed that a run is: `, R3`, `, fold 2 of 5`. */
function partText({ stage, config }: PlannedRun): string {
  const plan = validationPlan(config.dataset.validation);
  return `${stage ? `, ${stage.name}` : ''}${plan.kind === 'fold' ? `, fold ${plan.fold} of ${plan.folds}` : ''}`;
}

/** A run for people: its variant, seed and part. */
export const runLabel = (run: PlannedRun): string => `${run.variant}, seed ${run.seed}${partText(run)}`;

/** Whether a run keeps its outputs: for a map of features and a confusion matrix one run of the full model is enough. */
export const keepsOutputs = ({ table, options }: Task, { variant, seed }: PlannedRun): boolean =>
  variant === table.full && seed === options.seeds[0];

/** What there is to do, a line for each variant. */
export function describePlan(task: Task, jobs: number): string {
  const { table, runs, variants, options, dataset, full, leftOut } = task;
  const left = secondsLeft(task);
  const total = [...left.values()].reduce((sum, s) => sum + s, 0) / jobs;
  const lines = variants.map(({ name, config }) => {
    const mine = runs.filter((run) => run.variant === name);
    const open = mine.filter(({ id }) => left.has(id));
    return `  ${name.padEnd(22)} ${open.length} of ${mine.length} runs to do   ${variantText(full, config)}`;
  });
  return [
    `${table.title} on ${dataset.name} (${dataset.classes} classes), preset ${options.preset}, seeds ${options.seeds.join(', ')}:`,
    ...protocolLines(task),
    ...lines,
    ...leftOut.map((reason) => `  left out: ${reason}`),
    `${left.size} runs to do, ${new Set(runs.map(({ id }) => id)).size - left.size} done; about ${duration(total)} with ${jobs} at a time.`,
  ].join('\n');
}

/** Do the runs that are not done yet, some at a time. @returns what failed */
export async function trainTable(
  task: Task,
  { jobs, ...how }: Pick<ShowOptions, 'jobs' | 'threads' | 'signal' | 'checkpointSeconds'>,
): Promise<readonly Failure[]> {
  const { paths, runs } = task;
  const left = secondsLeft(task);
  const open = runs.filter(({ id }) => left.has(id));
  for (const { id, record } of runs) if (record) tidyRun(paths.runs, id);
  if (open.length === 0) return [];
  await warmCache(task, Math.min(jobs, open.length));
  const list = open.map((run) => ({
    ...{ id: run.id, config: run.config, keepOutputs: keepsOutputs(task, run), label: runLabel(run) },
  }));
  const { failures, waits } = await showRuns(list, {
    ...{ paths, jobs, ...how, seconds: left },
    doneLine: (id, label) => finishedLine(task, id, label),
  });
  if (waits.length > 0) console.error(waitingNote(sumWaiting(waits)));
  return failures;
}

/** The rows of a table that a run counts in: to read all records after each of a thousand runs is a million reads. */
function rowsWith(task: Task, id: string): Task {
  const names = new Set(task.runs.filter((run) => run.id === id).map(({ variant }) => variant));
  const variants = task.variants.filter(({ name }) => names.has(name));
  return { ...task, variants, runs: task.runs.filter(({ variant }) => names.has(variant)) };
}

/** The table filling up: the run's accuracy, and the variant's mean so far. */
function finishedLine(task: Task, id: string, label: string): string {
  const record = readRecord(task.paths.runs, id);
  if (!record) return label;
  const variant = resultsOf(rowsWith(task, id))?.variants.find(({ records }) => records.some((one) => one.id === id));
  const seeds = variant?.seeds.length ?? 0;
  const parts = variant ? variant.records.length > seeds : false;
  const mean =
    variant && (seeds > 1 || parts)
      ? `   mean of ${seeds} seed${seeds > 1 ? 's' : ''} ${percent(variant.accuracy.mean)}`
      : '';
  return `${label.padEnd(32)} ${percent(record.evaluation[headlineSplit(record)]!.top1)}${mean}`;
}
