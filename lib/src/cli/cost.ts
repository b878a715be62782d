/** `csdnet cost`: what all tables on nine datasets would cost, on paper. docs/cost.md is what it prints. */
import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import {
  GPU_RATE,
  GPU_START_SECONDS,
  GPU_STEP_SECONDS,
  gpuSeconds,
  passOperations,
  sharedSeconds,
} from '../ablation/cost';
import { workOf } from '../ablation/plan';
import { preset } from '../config';
import type { Config, PresetName } from '../config';
import type { Report } from '../bench/present';
import { projectPaths } from '../project';
import { toMarkdown } from '../report/table';
import type { Table } from '../report/table';
import { NINE, onPaper } from './on-paper';
import { readCount } from './options';
import { wantedBy } from './tables';
import { tablesOf } from '../ablation/tables';

export interface CostOptions {
  readonly seeds: number;
  /** Numbers of GPUs. */
  readonly gpus: readonly number[];
  /** US dollars that a GPU costs an hour. */
  readonly price: number;
}

/** How wrong the estimate for a GPU may be, either way: a share of what the card promises of a third, taken as a tenth to all of it. */
const RANGE = 3;

/** The steps on this processor that the estimate of a recipe goes back to, by preset. */
const MEASURED: Readonly<Partial<Record<PresetName, string>>> = {
  laptop: 'step efficientnet-lite0 96 px',
  paper: 'step vit-base 224 px',
};

type StepRow = {
  readonly work: { readonly batch: number; readonly side: number };
  readonly ours: { readonly milliseconds: number };
};

/** Multiplications with addition that the benchmark's machine does in a second with a preset's network, as measured. */
function measuredRate(report: Report, name: PresetName, config: Config): number {
  const row = report.rows.find((one) => one.name === MEASURED[name]) as StepRow | undefined;
  if (!row) throw new Error(`the benchmark has no row "${MEASURED[name]}": npm run bench makes it`);
  const operations = passOperations({ ...config, input: { ...config.input, imageSize: row.work.side } });
  // A training step is three passes of each image.
  return (3 * row.work.batch * operations) / (row.ours.milliseconds / 1000);
}

const hours = (seconds: number): number => seconds / 3600;

/** Runs, passes and seconds of all tables on a set; runs that tables share count once. */
function reckoned(title: string, name: PresetName, { seeds }: CostOptions) {
  const data = onPaper(title);
  const list = Array.from({ length: seeds }, (_, i) => i + 1);
  const options = { preset: name, dataset: title, shots: 'all', set: [], table: 'all', seeds: list, gpus: 1 } as const;
  const full = preset(name);
  const seen = new Set<string>();
  const found = tablesOf('all').map((table) => {
    const own = wantedBy(table, options, data).runs.filter(({ id }) => !seen.has(id));
    for (const { id } of own) seen.add(id);
    const runs = own.map(({ config, dataset }) => ({
      passes: workOf(config, dataset),
      operations: workOf(config, dataset) * passOperations(config),
      gpu: gpuSeconds(config, dataset, { full }),
    }));
    return { table, runs };
  });
  // The table of the modules is the first: none of its runs is another's.
  return { title, full, all: found.flatMap(({ runs }) => runs), modules: found[0]!.runs };
}

type Reckoned = ReturnType<typeof reckoned>;

/** Two significant digits, and thousands apart: no estimate here bears more. */
export function rough(value: number): string {
  const digits = Math.max(0, Math.floor(Math.log10(Math.max(value, 1e-9))) - 1);
  const rounded = Math.round(value / 10 ** digits) * 10 ** digits;
  return (value < 10 ? Number(value.toPrecision(2)) : rounded).toLocaleString('en-GB').replace(/,/g, ' ');
}

/** `12 (4-36)`. */
const ranged = (value: number): string => `${rough(value)} (${rough(value / RANGE)} to ${rough(RANGE * value)})`;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function rowOf(title: string, runs: Reckoned['all'], rate: number, { gpus, price }: CostOptions) {
  const gpu = runs.map((run) => run.gpu);
  const total = hours(sum(gpu));
  return {
    ...{ title, runs: runs.length, passes: rough(sum(runs.map(({ passes }) => passes)) / 1e6) },
    here: rough(hours(sum(runs.map(({ operations }) => operations)) / rate) / 24),
    ...Object.fromEntries(gpus.map((n) => [`gpu${n}`, ranged(hours(sharedSeconds(gpu, n)))])),
    price: ranged(total * price),
  };
}

/** The table of a preset: a row a dataset, and all of them. */
export function paperTable(name: PresetName, report: Report, options: CostOptions): Table {
  const parts = NINE.map((title) => reckoned(title, name, options));
  const { full } = parts[0]!;
  const rate = measuredRate(report, name, full);
  const right = { align: 'right' } as const;
  const { kind } = full.backbone;
  return {
    title: `Preset ${name}: ${kind} at ${full.input.imageSize} px, ${full.training.epochs} epochs, ${options.seeds} seeds`,
    columns: [
      { key: 'title', title: 'Dataset' },
      { key: 'runs', title: 'Runs' },
      { key: 'passes', title: 'Image passes', unit: 'millions', ...right },
      { key: 'here', title: 'Days on two cores', ...right },
      ...options.gpus.map((n) => ({ key: `gpu${n}`, title: `Hours on ${n} GPU${n > 1 ? 's' : ''}`, ...right })),
      { key: 'price', title: 'US dollars', ...right },
    ],
    rows: [
      ...parts.map(({ title, all }) => rowOf(title, all, rate, options)),
      rowOf('all nine', parts.flatMap(({ all }) => all), rate, options), // prettier-ignore
      rowOf('all nine, the modules table alone', parts.flatMap(({ modules }) => modules), rate, options), // prettier-ignore
    ],
    notes: [
      `Days on two cores: from the measured ${MEASURED[name]} of the benchmark (${rough(rate / 1e9)} thousand million multiplications with addition a second), ` +
        'for image passes alone.',
    ],
  };
}

/** The page. @param report the benchmark of the processor */
export function costPage(report: Report, options: CostOptions): string {
  const { machine } = report;
  const gpu = `${GPU_RATE / 1e12} x 10^12 multiplications with addition a second, ${1000 * GPU_STEP_SECONDS} ms a step at the least, ${GPU_START_SECONDS} s to start a run`;
  return [
    '# What it would cost',
    '',
    'All ablation tables on nine datasets, on paper: **nothing of this page was run, and no GPU was at hand.** `npm run csdnet -- cost` prints it anew;',
    '`--price`, `--gpus` and `--seeds` put in your own numbers. A measurement of your own is better than any line here: `npm run csdnet -- tables',
    '--gpu-images-per-second N` reckons with it.',
    '',
    ...(['paper', 'laptop'] as const).flatMap((name) => [toMarkdown(paperTable(name, report, options))]),
    '## What is assumed',
    '',
    '- **Datasets**: the five subsets of Ultra-FGVC (SoyAgeing as five stages, each trained apart) and CUB-200-2011, Stanford Dogs, Stanford Cars,',
    '  FGVC-Aircraft, by their published counts of images, spread evenly over the classes. The paper speaks of nine; which nine is our reading.',
    `- **Runs**: every row of every table of \`csdnet tables\`, ${options.seeds} seeds; a run that tables share is counted once.`,
    '- **Work**: an image forward and back counts three passes (six with a second view), an evaluated one counts one.',
    `- **One GPU**: ${gpu}. A third of what a middling card promises, assumed and not measured. In brackets: a third and three times of it, for a slow`,
    '  card or much waiting, and for a fast one that is kept busy. Input is not counted: images must be decoded as fast as they are trained on.',
    `- **Several GPUs**: one run a GPU at a time, divided evenly, and never less than the longest run. No run uses two.`,
    `- **Price**: ${options.price} US dollars a GPU and hour, a parameter and no offer; the time of the GPUs alone.`,
    `- **Two cores**: ${machine.processor}, ${machine.cores} cores, step times of ${report.date.slice(0, 10)} (data/bench/latest.json).`,
    '',
  ].join('\n');
}

/** The benchmark that is kept. */
export const keptReport = (): Report =>
  JSON.parse(fs.readFileSync(path.join(projectPaths().root, 'data', 'bench', 'latest.json'), 'utf8')) as Report;

/** What the page in docs was made with. */
export const COST_DEFAULTS: CostOptions = { seeds: 5, gpus: [1, 8, 64], price: 2.5 };

const readGpus = (text: string): readonly number[] => text.split(',').map(readCount);

function readPrice(text: string): number {
  const price = Number(text);
  if (text.trim() === '' || !Number.isFinite(price) || price < 0)
    throw new Error(`"${text}" is no price: give US dollars a GPU and hour, such as 2.5`);
  return price;
}

/** The command, for main.ts. */
export function costCommand(): Command {
  return new Command('cost')
    .description('Reckon, on paper, what all tables on nine datasets would cost: time on GPUs and here, and money.')
    .option('--seeds <n>', 'seeds of every row', readCount, COST_DEFAULTS.seeds)
    .option('--gpus <list>', 'numbers of GPUs, with commas between', readGpus, COST_DEFAULTS.gpus)
    .option('--price <dollars>', 'of a GPU an hour', readPrice, COST_DEFAULTS.price)
    .action((options: CostOptions) => console.log(costPage(keptReport(), options)));
}
