/** `csdnet tables`: every ablation table there is, and what it would cost here, on a GPU and on several. */
import { Command } from 'commander';
import { GPU_RATE, GPU_START_SECONDS, GPU_STEP_SECONDS, gpuSeconds, sharedSeconds } from '../ablation/cost';
import { expectedSeconds, planRuns, workOf } from '../ablation/plan';
import type { Stage } from '../ablation/plan';
import { readRecord } from '../ablation/record';
import type { RunRecord, RunSources } from '../ablation/record';
import { sourcesOf } from '../ablation/sources';
import { tablesOf } from '../ablation/tables';
import type { NamedTable } from '../ablation/tables';
import type { Variant } from '../ablation/variant';
import type { Config } from '../config';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import { toMarkdown } from '../report/table';
import type { Table } from '../report/table';
import { duration, readCount, readSeeds, seedsOption } from './options';
import { addRecipeOptions, configOf } from './recipe';
import { defaultJobs } from './reproduce';
import { datasetsOf, tableData } from './table-data';
import type { TableData } from './table-data';
import { checkImages, trainingImages } from './table-task';
import type { TableOptions } from './table-task';

export interface Options extends TableOptions {
  readonly table: string;
  readonly jobs?: number;
  readonly gpus: number;
  readonly gpuImagesPerSecond?: number;
}

/** One run that a table asks for: of one variant, seed and part. */
interface Wanted {
  /** Equal for runs that two tables share. */
  readonly id: string;
  readonly config: Config;
  readonly dataset: Dataset;
  readonly record: RunRecord | undefined;
}

/** What a run starts from; without weights where their file is not there, so that no run that is done has its name. */
function sourcesFor(config: Config, dataset: Dataset): RunSources {
  try {
    return sourcesOf(config, dataset);
  } catch {
    return { dataset: dataset.fingerprint, weights: null };
  }
}

function find(id: string): RunRecord | undefined {
  try {
    return readRecord(projectPaths().runs, id);
  } catch {
    return undefined;
  }
}

/** Whether there are images enough for a variant's folds; `reproduce` leaves it out where not. */
function hasImages({ config }: Variant, data: TableData): boolean {
  try {
    checkImages(config, data);
    return true;
  } catch {
    return false;
  }
}

export interface WantedTable {
  readonly name: string;
  readonly question: string;
  readonly rows: number;
  readonly runs: readonly Wanted[];
}

/** The runs of a table as `reproduce` plans them: of each variant and seed all stages and folds. */
export function wantedBy({ name, table }: NamedTable, options: Options, data: TableData): WantedTable {
  const all = table.variants(configOf(options), trainingImages(data.dataset));
  const variants = all.filter((variant) => hasImages(variant, data));
  const of = (stage: Stage | undefined): Dataset => stage?.dataset ?? data.dataset;
  const runs = planRuns(variants, options.seeds, {
    ...{ sources: (config, stage) => sourcesFor(config, of(stage)), find, stages: data.stages },
  }).map(({ id, config, stage, record }) => ({ id, config, record, dataset: of(stage) }));
  return { name, question: table.question, rows: variants.length, runs };
}

/** What of the options is not the default, to be typed again. */
function optionsText({ dataset, preset, shots, epochs, select, bestOnTest, set, seeds }: Options): string {
  const quoted = (text: string): string => (/^[\w./=-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`);
  return [
    `--dataset ${quoted(dataset)} --preset ${preset} --seeds ${seedsOption(seeds)}`,
    ...(shots === 'all' ? [] : [`--shots ${shots}`]),
    ...(epochs === undefined ? [] : [`--epochs ${epochs}`]),
    ...(select === undefined ? [] : [`--select ${select}`]),
    ...(bestOnTest ? ['--best-on-test'] : []),
    ...set.map((one) => `--set ${quoted(one)}`),
  ].join(' ');
}

interface Costing {
  readonly data: TableData;
  readonly options: Options;
  readonly jobs: number;
  readonly known: readonly RunRecord[];
}

/** Passes and times of some runs, as a row's cells; a run that is done counts as if it were not. */
function costs(runs: readonly Wanted[], { options, jobs, known }: Costing): Table['rows'][number] {
  const speed = { imagesPerSecond: options.gpuImagesPerSecond, full: configOf(options) };
  const here = runs.map(({ config, dataset }) => expectedSeconds(config, dataset, known));
  const gpu = runs.map(({ config, dataset }) => gpuSeconds(config, dataset, speed));
  const passes = runs.reduce((sum, { config, dataset }) => sum + workOf(config, dataset), 0);
  return {
    runs: runs.length,
    done: runs.filter(({ record }) => record !== undefined).length,
    passes: passes / 1e3,
    here: duration(sharedSeconds(here, jobs)),
    gpu: duration(sharedSeconds(gpu, 1)),
    gpus: duration(sharedSeconds(gpu, options.gpus)),
  };
}

function notesOf({ options, jobs, known, data }: Costing): string[] {
  const { dataset, stages } = data;
  const images = datasetsOf(data).reduce((sum, { train }) => sum + train.samples.length, 0);
  const apart = stages ? ` in ${stages.length} stages, each with runs of its own` : '';
  const measured =
    options.gpuImagesPerSecond === undefined
      ? `Times on GPUs are estimates from the number of operations, not measured: ${GPU_RATE / 1e12}e12 multiplications with addition a second, ` +
        `${1000 * GPU_STEP_SECONDS} ms a step and ${GPU_START_SECONDS} s to start a run. --gpu-images-per-second puts your own measurement in their place.`
      : `Times on GPUs are estimates from ${options.gpuImagesPerSecond} training images a second with this recipe; other backbones and sizes by their operations.`;
  return [
    `${dataset.name}: ${dataset.classes} classes, ${images} training images${apart}. An image forward and back counts 3 passes, an evaluated one 1.`,
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
export function costTable(options: Options, data: TableData): Table {
  const { dataset } = data;
  const jobs = options.jobs ?? defaultJobs();
  const tables = tablesOf(options.table).map((table) => wantedBy(table, options, data));
  const all = [...new Map(tables.flatMap(({ runs }) => runs).map((run) => [run.id, run])).values()];
  const costing = { options, data, jobs, known: all.flatMap(({ record }) => record ?? []) };
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
      ...tables.map(({ name, question, rows, runs }) => ({
        ...{ name, question, rows },
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
      console.log(toMarkdown(costTable(options, await tableData(configOf(options)))));
    });
}
