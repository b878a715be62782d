/** `csdnet reproduce`: an ablation table from images to figures. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { expectedSeconds, planRuns } from '../ablation/plan';
import type { PlannedRun } from '../ablation/plan';
import { runJobs } from '../ablation/pool';
import type { Failure } from '../ablation/pool';
import { resultsFigures, resultsTable } from '../ablation/present';
import { checkpointFile, readRecord, recordFile } from '../ablation/record';
import { summarizeRuns } from '../ablation/results';
import type { TableResults } from '../ablation/results';
import { tableNamed, TABLES } from '../ablation/tables';
import type { TableName } from '../ablation/tables';
import type { Variant } from '../ablation/variant';
import { checkConfig, preset, PRESETS } from '../config';
import type { PresetName } from '../config';
import { decodeSplit, EMBEDDED, loadDataset } from '../data';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import type { ProjectPaths } from '../project';
import { saveFigure, saveTable } from '../report/save';
import { toMarkdown } from '../report/table';
import { duration, readCount, readSeeds, readShots } from './options';
import { createProgress } from './progress';

interface Options {
  readonly preset: PresetName;
  readonly dataset: string;
  readonly seeds: readonly number[];
  readonly table: TableName;
  readonly shots: number | 'all';
  readonly epochs?: number;
  readonly jobs?: number;
  readonly threads: number;
  readonly fresh: boolean;
  readonly dryRun: boolean;
}

interface Task {
  readonly options: Options;
  readonly paths: ProjectPaths;
  readonly dataset: Dataset;
  readonly variants: readonly Variant[];
  readonly runs: readonly PlannedRun[];
}

const DEFAULTS = { preset: 'laptop', dataset: 'leaf80', table: 'modules' } as const;

/** Memory of one run in GiB, generously. */
const RUN_GIB = 2;

/** As many processes as there are cores, as long as their memory fits; one where a GPU does the work. */
function defaultJobs(): number {
  if (projectPaths().tensorflow === 'cuda') return 1;
  const fit = Math.floor((0.8 * os.totalmem()) / 2 ** 30 / RUN_GIB);
  return Math.max(1, Math.min(os.availableParallelism(), fit));
}

/** `modules`, or with the names of what is not the default: `modules.grapevine5.tiny`. */
function outputName({ options, dataset }: Task): string {
  const clean = (text: string): string => text.replace(/[^A-Za-z0-9_-]+/g, '-');
  const parts = [
    options.dataset === DEFAULTS.dataset ? [] : [clean(dataset.name)],
    options.preset === DEFAULTS.preset ? [] : [options.preset],
    options.shots === 'all' ? [] : [`${options.shots}-a-class`],
    options.epochs === undefined ? [] : [`${options.epochs}-epochs`],
  ];
  return [options.table, ...parts.flat()].join('.');
}

async function prepare(options: Options): Promise<Task> {
  const paths = projectPaths();
  const full = preset(options.preset, {
    dataset: { name: options.dataset, trainPerClass: options.shots },
    ...(options.epochs === undefined ? {} : { training: { epochs: options.epochs } }),
  });
  const variants = tableNamed(options.table).variants(full);
  for (const { config } of variants) checkConfig(config);
  const embedded = (EMBEDDED as readonly string[]).includes(options.dataset);
  const onProgress = progressLine(embedded ? 'drawing the images' : 'reading the dataset');
  const dataset = await loadDataset(options.dataset, { dataDir: paths.data, onProgress });
  const { fingerprint } = dataset;
  const plan = () => planRuns(variants, options.seeds, fingerprint, (id) => readRecord(paths.runs, id));
  if (options.fresh && !options.dryRun) forget(plan(), paths.runs);
  return { options, paths, dataset, variants, runs: plan() };
}

/** A counter on one line of the terminal; silent where standard error is none. */
function progressLine(what: string): (done: number, total: number) => void {
  return (done, total) => {
    if (!process.stderr.isTTY) return;
    process.stderr.write(`\r${what}: ${done}/${total}${done === total ? '\n' : ''}`);
  };
}

function forget(runs: readonly PlannedRun[], folder: string): void {
  for (const { id } of runs) {
    fs.rmSync(recordFile(folder, id), { force: true });
    fs.rmSync(checkpointFile(folder, id), { force: true });
  }
}

/** Decode once here, so that the workers find the pixels in the cache. */
async function warmCache({ dataset, variants, paths }: Task): Promise<void> {
  const { sourceSize: size, fit } = variants[0]!.config.input;
  for (const split of [dataset.train, ...Object.values(dataset.tests)]) {
    await decodeSplit(split, { size, fit, cacheDir: paths.cache, onProgress: progressLine(`decoding ${split.name}`) });
  }
}

function resultsOf({ options, variants, runs, paths }: Task): TableResults | undefined {
  const fresh = runs.map((run) => ({ ...run, record: run.record ?? readRecord(paths.runs, run.id) }));
  return summarizeRuns(tableNamed(options.table), variants, fresh);
}

/** Write the table and its figures from the runs that are done. @returns the files written */
async function publish(task: Task, results: TableResults): Promise<readonly string[]> {
  const name = outputName(task);
  const table = await saveTable(resultsTable(results), { dir: task.paths.tables, name });
  const files = Object.values(table);
  for (const [kind, figure] of Object.entries(resultsFigures(results, task.dataset.classNames))) {
    files.push(...Object.values(await saveFigure(figure, { dir: task.paths.figures, name: `${name}-${kind}` })));
  }
  return files;
}

function secondsLeft({ dataset, runs }: Task): ReadonlyMap<string, number> {
  const known = runs.flatMap(({ record }) => record ?? []);
  const open = runs.filter(({ record }) => !record);
  return new Map(open.map(({ id, config }) => [id, expectedSeconds(config, dataset, known)]));
}

function describePlan(task: Task, jobs: number): string {
  const { runs, variants, options, dataset } = task;
  const left = secondsLeft(task);
  const total = [...left.values()].reduce((sum, s) => sum + s, 0) / jobs;
  const lines = variants.map(({ name, why }) => {
    const mine = runs.filter((run) => run.variant === name);
    const open = mine.filter(({ id }) => left.has(id));
    return `  ${name.padEnd(22)} ${open.length} of ${mine.length} runs to do   ${why}`;
  });
  return [
    `${TABLES[options.table].title} on ${dataset.name} (${dataset.classes} classes), preset ${options.preset}, seeds ${options.seeds.join(', ')}:`,
    ...lines,
    `${left.size} runs to do, ${runs.length - left.size} done; about ${duration(total)} with ${jobs} at a time.`,
  ].join('\n');
}

async function train(task: Task, jobs: number, signal: AbortSignal): Promise<readonly Failure[]> {
  const { options, paths, runs } = task;
  const left = secondsLeft(task);
  const open = runs.filter(({ id }) => left.has(id));
  if (open.length === 0) return [];
  await warmCache(task);
  const labelOf = new Map(open.map(({ id, variant, seed }) => [id, `${variant}, seed ${seed}`]));
  const total = [...left.values()].reduce((sum, s) => sum + s, 0);
  const progress = createProgress(total, open.length);
  const place = { runs: paths.runs, cache: paths.cache };
  const list = open.map(({ id, config }) => ({ id, config, dataDir: paths.data, place }));
  const failures = await runJobs(list, {
    ...{ jobs, threads: options.threads, signal },
    onStart: ({ id }) => progress.start(id, labelOf.get(id)!, left.get(id)!),
    onMessage: ({ id }, message) => {
      if (message.kind === 'step') progress.step(id, message.step, message.steps, message.loss);
      if (message.kind === 'note') progress.say(`${labelOf.get(id)}: ${message.text}`);
      if (message.kind === 'failed') progress.finish(id, `${labelOf.get(id)}: failed`);
      if (message.kind === 'done') progress.finish(id, finishedLine(task, id, labelOf.get(id)!));
    },
  });
  progress.stop();
  return failures;
}

/** The table filling up: the run's accuracy, and the variant's mean so far. */
function finishedLine(task: Task, id: string, label: string): string {
  const results = resultsOf(task);
  const variant = results?.variants.find(({ records }) => records.some((record) => record.id === id));
  const index = variant?.records.findIndex((record) => record.id === id) ?? -1;
  if (!variant || index < 0) return label;
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const mean =
    variant.records.length > 1 ? `   mean of ${variant.records.length} seeds ${percent(variant.accuracy.mean)}` : '';
  return `${label.padEnd(32)} ${percent(variant.accuracies[index]!)}${mean}`;
}

async function reproduce(options: Options): Promise<number> {
  const begin = performance.now();
  const task = await prepare({ ...options, dataset: resolveDataset(options.dataset) });
  const jobs = options.jobs ?? defaultJobs();
  console.error(describePlan(task, jobs));
  if (options.dryRun) return 0;
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  process.on('SIGTERM', () => stop.abort());
  const failures = await train(task, jobs, stop.signal);
  const results = resultsOf(task);
  if (results) {
    const files = await publish(task, results);
    console.log(`\n${toMarkdown(resultsTable(results))}\n`);
    console.error(`Written in ${duration((performance.now() - begin) / 1000)}:`);
    for (const file of files) console.error(`  ${path.relative(process.cwd(), file)}`);
  }
  for (const { job, text } of failures) console.error(`\nRun ${job.id} failed: ${text}`);
  if (stop.signal.aborted) console.error('\nStopped. What is done is kept: the same command goes on from there.');
  return stop.signal.aborted ? 130 : failures.length > 0 ? 1 : 0;
}

/** An embedded set keeps its name; a folder gets its absolute path, which means the same in every process. */
function resolveDataset(name: string): string {
  return fs.existsSync(name) && fs.statSync(name).isDirectory() ? path.resolve(name) : name;
}

const names = (record: object): string => Object.keys(record).join(', ');

/** The command, for main.ts. */
export function reproduceCommand(): Command {
  const presets = Object.entries(PRESETS).map(([name, { about }]) => `  ${name.padEnd(8)} ${about}`);
  return new Command('reproduce')
    .description('Train every variant of an ablation table over several seeds, and write the table and its figures.')
    .option('--table <name>', `which table: ${names(TABLES)}`, DEFAULTS.table)
    .option(
      '--dataset <name|path>',
      'leaf80, leaf20, or a folder in the Ultra-FGVC layout (anno/train.txt, images/)',
      DEFAULTS.dataset,
    )
    .option('--preset <name>', `which recipe: ${names(PRESETS)}`, DEFAULTS.preset)
    .option('--seeds <n|list>', 'how many seeds, or which: 3, or 1,4,7', readSeeds, [1, 2, 3])
    .option('--shots <n|all>', 'training images a class, drawn by the seed', readShots, 'all' as const)
    .option('--epochs <n>', "instead of the preset's", readCount)
    .option('--jobs <n>', `runs at a time (default: one a core, here ${defaultJobs()})`, readCount)
    .option('--threads <n>', 'threads of each run; results depend on it in the last digits', readCount, 1)
    .option('--fresh', 'forget the finished runs of this table and do them again', false)
    .option('--dry-run', 'say what would run and how long it would take, and stop', false)
    .addHelpText(
      'after',
      [
        '\nPresets:',
        ...presets,
        '\nFinished runs are kept in data/runs and never done twice; a stopped command goes on where it was.',
        '\nExamples:',
        '  npm run reproduce',
        '  npm run reproduce -- --seeds 5 --jobs 4',
        '  npm run reproduce -- --dataset /data/cotton80 --dry-run',
        '  npm run reproduce -- --dataset /data/soy --shots 5 --preset laptop',
      ].join('\n'),
    )
    .action(async (options: Options) => {
      process.exitCode = await reproduce(options);
    });
}
