/** `csdnet tables`: every ablation table there is, and what it would cost here, on a GPU and on several. */
import { Command } from 'commander';
import { GPU_RATE, GPU_START_SECONDS, GPU_STEP_SECONDS, gpuSeconds, sharedSeconds } from '../ablation/cost';
import { expectedSeconds, workOf } from '../ablation/plan';
import { readRecord, runId } from '../ablation/record';
import type { RunRecord } from '../ablation/record';
import { sourcesOf } from '../ablation/sources';
import { tableNamed, tableNames } from '../ablation/tables';
import type { TableName } from '../ablation/tables';
import { hashOf } from '../config';
import type { Config } from '../config';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import { toMarkdown } from '../report/table';
import type { Table } from '../report/table';
import { duration, readCount, readSeeds } from './options';
import { addRecipeOptions, configOf, datasetOf } from './recipe';
import type { RecipeOptions } from './recipe';
import { defaultJobs } from './reproduce';
import { trainingImages } from './table-task';

interface Options extends RecipeOptions {
  readonly table: string;
  readonly seeds: readonly number[];
  readonly jobs?: number;
  readonly gpus: number;
  readonly gpuImagesPerSecond?: number;
}

/** One run that a table asks for. */
interface Wanted {
  /** Equal for runs that two tables share. */
  readonly key: string;
  readonly config: Config;
  readonly record: RunRecord | undefined;
}

/** The record of a run where it is done; none where its weight file is not there either. */
function recordOf(config: Config, dataset: Dataset): RunRecord | undefined {
  try {
    return readRecord(projectPaths().runs, runId(config, sourcesOf(config, dataset)));
  } catch {
    return undefined;
  }
}

function runsOf(name: TableName, { seeds, ...options }: Options, dataset: Dataset): readonly Wanted[] {
  const variants = tableNamed(name).variants(configOf(options), trainingImages(dataset));
  return seeds.flatMap((seed) =>
    variants.map(({ config: base }) => {
      const config = { ...base, seed };
      return { key: hashOf(config), config, record: recordOf(config, dataset) };
    }),
  );
}

/** What of the options is not the default, to be typed again. */
function optionsText({ dataset, preset, shots, epochs, set, seeds }: Options): string {
  const quoted = (text: string): string => (/^[\w./=-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);
  const list = seeds.every((seed, i) => seed === i + 1) ? String(seeds.length) : seeds.join(',');
  return [
    `--dataset ${quoted(dataset)} --preset ${preset} --seeds ${list}`,
    ...(shots === 'all' ? [] : [`--shots ${shots}`]),
    ...(epochs === undefined ? [] : [`--epochs ${epochs}`]),
    ...set.map((one) => `--set ${quoted(one)}`),
  ].join(' ');
}

interface Costing {
  readonly dataset: Dataset;
  readonly options: Options;
  readonly jobs: number;
  readonly known: readonly RunRecord[];
}

/** Passes and times of some runs, as a row's cells; a run that is done counts as if it were not. */
function costs(runs: readonly Wanted[], { dataset, options, jobs, known }: Costing): Table['rows'][number] {
  const speed = { imagesPerSecond: options.gpuImagesPerSecond, full: configOf(options) };
  const here = runs.map(({ config }) => expectedSeconds(config, dataset, known));
  const gpu = runs.map(({ config }) => gpuSeconds(config, dataset, speed));
  const passes = runs.reduce((sum, { config }) => sum + workOf(config, dataset), 0);
  return {
    runs: runs.length,
    done: runs.filter(({ record }) => record !== undefined).length,
    passes: passes / 1e3,
    here: duration(sharedSeconds(here, jobs)),
    gpu: duration(sharedSeconds(gpu, 1)),
    gpus: duration(sharedSeconds(gpu, options.gpus)),
  };
}

function notesOf({ options, jobs, known, dataset }: Costing): string[] {
  const measured =
    options.gpuImagesPerSecond === undefined
      ? `Times on GPUs are estimates from the number of operations, not measured: ${GPU_RATE / 1e12}e12 multiplications with addition a second, ` +
        `${1000 * GPU_STEP_SECONDS} ms a step and ${GPU_START_SECONDS} s to start a run. --gpu-images-per-second puts your own measurement in their place.`
      : `Times on GPUs are estimates from ${options.gpuImagesPerSecond} training images a second with this recipe; other backbones and sizes by their operations.`;
  return [
    `${dataset.name}: ${dataset.classes} classes, ${dataset.train.samples.length} training images. An image forward and back counts 3 passes, an evaluated one 1.`,
    `Here: ${jobs} run${jobs === 1 ? '' : 's'} at a time on the processor, ` +
      (known.length > 0
        ? `by the ${known.length} of these runs that are done.`
        : 'by a guess for an ordinary laptop: none of these runs is done yet.'),
    measured,
    'The tables share rows (the full model is in each), and a run is never done twice: hence the sum is less than its parts.',
    `npm run reproduce -- --table NAME ${optionsText(options)}`,
  ];
}

/** The tables as a table. */
export function costTable(options: Options, dataset: Dataset): Table {
  const jobs = options.jobs ?? defaultJobs();
  const tables = tableNames(options.table).map((name) => ({ name, runs: runsOf(name, options, dataset) }));
  const all = [...new Map(tables.flatMap(({ runs }) => runs).map((run) => [run.key, run])).values()];
  const costing = { options, dataset, jobs, known: all.flatMap(({ record }) => record ?? []) };
  const right = { align: 'right' } as const;
  return {
    title: `Ablation tables: ${dataset.name}, preset ${options.preset}, ${options.seeds.length} seeds`,
    columns: [
      { key: 'name', title: 'Table' },
      { key: 'question', title: 'Question' },
      { key: 'rows', title: 'Rows', ...right },
      { key: 'runs', title: 'Runs' },
      { key: 'done', title: 'Done' },
      { key: 'passes', title: 'Image passes', unit: 'thousand', digits: 0 },
      { key: 'here', title: 'Here', ...right },
      { key: 'gpu', title: 'One GPU, estimated', ...right },
      { key: 'gpus', title: `${options.gpus} GPUs, estimated`, ...right },
    ],
    rows: [
      ...tables.map(({ name, runs }) => ({
        ...{ name, question: tableNamed(name).question, rows: runs.length / options.seeds.length },
        ...costs(runs, costing),
      })),
      ...(tables.length > 1 ? [{ name: 'all', question: '', rows: null, ...costs(all, costing) }] : []),
    ],
    notes: notesOf(costing),
  };
}

/** The command, for main.ts. */
export function tablesCommand(): Command {
  const command = new Command('tables')
    .description(
      'List the ablation tables: question, rows, runs, and the time they take here, on one GPU and on several.',
    )
    .option('--table <names>', 'which, with commas between', 'all');
  return addRecipeOptions(command)
    .option('--seeds <n|list>', 'how many seeds, or which: 5, or 1,4,7', readSeeds, [1, 2, 3, 4, 5])
    .option('--jobs <n>', `runs at a time here (default: one a core, here ${defaultJobs()})`, readCount)
    .option('--gpus <n>', 'how many GPUs the last column is for', readCount, 8)
    .option('--gpu-images-per-second <n>', 'training images (forward and back) a second of one of your GPUs', readCount)
    .action(async (options: Options) => {
      console.log(toMarkdown(costTable(options, await datasetOf(configOf(options)))));
    });
}
