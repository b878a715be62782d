/** `csdnet report`: a table as one page of HTML that needs no network. `reproduce` writes the same page. */
import path from 'node:path';
import { Command } from 'commander';
import type { PlannedRun } from '../ablation/plan';
import type { TableResults } from '../ablation/results';
import { readRecords } from '../ablation/runs';
import { isOfLib, summaryOf } from '../ablation/summary';
import { tablesOf } from '../ablation/tables';
import type { NamedTable } from '../ablation/tables';
import { preset, recipeDifferences } from '../config';
import type { Config, PresetName } from '../config';
import { isEmbedded } from '../data';
import { projectPaths } from '../project';
import { comparisonTable, oursOf, publishedKey, readPublished } from '../published';
import { tablePageHtml } from '../report/page';
import { saveHtml } from '../report/save';
import type { Table } from '../report/table';
import { quoted } from '../sweep/script';
import { readSeeds, seedsOption } from './options';
import { featureMap, linkedConfusion, worstMistakes } from './page-parts';
import { addRecipeOptions, addTableOption, configOf, DEFAULTS, presetHelp } from './recipe';
import type { RecipeOptions } from './recipe';
import { datasetsOf, tableData } from './table-data';
import type { TableData } from './table-data';
import { outcomeOf, sentencesOf } from './table-outcome';
import type { Outcome } from './table-outcome';
import { outputName, prepareTable } from './table-task';
import type { Task } from './table-task';

interface Options extends RecipeOptions {
  readonly table: string;
  readonly images: boolean;
  /** Default: those that are finished. */
  readonly seeds?: readonly number[];
}

/** Fields that have an option of their own. */
const SHORT: Readonly<Record<string, string>> = {
  'dataset.trainPerClass': '--shots',
  'training.epochs': '--epochs',
  'dataset.validation': '--select',
};

/** What of a recipe is not the preset's, as options; the dataset's place and the seed go elsewhere. */
function recipeWords(name: PresetName, full: Config): readonly string[] {
  const placed = ['dataset.name', 'seed'];
  return recipeDifferences(preset(name), full).flatMap((difference) => {
    const [field, value] = [difference.split(' = ')[0]!, difference.slice(difference.indexOf(' = ') + 3)];
    if (placed.includes(field)) return [];
    if (field === 'training.bestOnTest') return ['--best-on-test'];
    return SHORT[field] === undefined ? ['--set', `${field}=${value}`] : [SHORT[field], value];
  });
}

/** What to type to get a table. A folder is named without its place, which is another on another machine. */
export function commandOf(
  { word, options, dataset, full }: Pick<Task, 'word' | 'options' | 'dataset' | 'full'>,
  seeds: readonly number[],
): string {
  const words = [
    ...['--table', word, '--seeds', seedsOption(seeds)],
    ...(options.dataset === DEFAULTS.dataset
      ? []
      : ['--dataset', isEmbedded(options.dataset) ? dataset.name : `/path/to/${dataset.name}`]),
    ...(options.preset === DEFAULTS.preset ? [] : ['--preset', options.preset]),
    ...recipeWords(options.preset, full),
  ];
  return ['npm run reproduce --', ...words.map(quoted)].join(' ');
}

/** Ours beside what is published of the dataset; undefined where nothing is, or the table is the user's own. */
function publishedTable({ name, full, dataset }: Task, results: TableResults): Table | undefined {
  const published = readPublished();
  const key = publishedKey(published, dataset.name);
  if (key === undefined) return undefined;
  const summary = summaryOf(name, full, results);
  return isOfLib(summary) ? comparisonTable(published, key, [oursOf(summary)]) : undefined;
}

/** Write a table's page beside its Markdown. @returns the file */
export async function publishPage(task: Task, outcome: Outcome, { images = true } = {}): Promise<string> {
  const { dataset, full, paths } = task;
  const { results, table, comparisons, stages } = outcome;
  const parts = { results, dataset, images, runs: paths.runs };
  const tables = [comparisons, stages].filter((one) => one !== undefined);
  const html = tablePageHtml({
    ...{ results, full, classNames: dataset.classNames, command: commandOf(task, results.seeds) },
    ...{ sentences: sentencesOf(outcome), table, tables },
    published: publishedTable(task, results),
    ...{ map: await featureMap(parts), linked: await linkedConfusion(parts), mistakes: await worstMistakes(parts) },
  });
  return saveHtml(html, { dir: paths.tables, name: outputName(task) });
}

/** The seeds of the finished runs on some data, in order. */
function seedsOnDisk(data: TableData): readonly number[] {
  const own = new Set(datasetsOf(data).map(({ fingerprint }) => fingerprint));
  const records = readRecords(projectPaths().runs).filter(({ dataset }) => own.has(dataset.fingerprint));
  return [...new Set(records.map(({ config }) => config.seed))].sort((a, b) => a - b);
}

/**
 * A table with the seeds that every row has finished; where no row has all of one, with each seed that some row has finished. So a page that was
 * written with five seeds is not written again with three.
 */
export function finishedTable(named: NamedTable, options: RecipeOptions, data: TableData): Task {
  const task = prepareTable(named, { ...options, seeds: seedsOnDisk(data) }, data);
  const [open, begun] = [task.runs.filter(({ record }) => !record), task.runs.filter(({ record }) => record)];
  const of = (runs: readonly PlannedRun[]): Set<number> => new Set(runs.map(({ seed }) => seed));
  const [missing, some] = [of(open), [...of(begun)]];
  const complete = some.filter((seed) => !missing.has(seed));
  const seeds = complete.length > 0 ? complete : some;
  return { ...task, options: { ...options, seeds }, runs: task.runs.filter(({ seed }) => seeds.includes(seed)) };
}

/** The table as it is asked for; says which seeds it takes where that was not. */
function taskOf(named: NamedTable, { seeds, ...options }: Omit<Options, 'table' | 'images'>, data: TableData): Task {
  if (seeds) return prepareTable(named, { ...options, seeds }, data);
  const task = finishedTable(named, options, data);
  const { length } = task.options.seeds;
  const whole = task.runs.every(({ record }) => record) ? 'all that every row has finished' : 'no seed is finished in every row'; // prettier-ignore
  if (length > 0)
    console.error(`${named.name}: seed${length > 1 ? 's' : ''} ${task.options.seeds.join(', ')} (${whole}).`);
  return task;
}

async function report({ table, images, ...options }: Options): Promise<void> {
  const data = await tableData(configOf(options));
  let written = 0;
  for (const named of tablesOf(table)) {
    const task = taskOf(named, options, data);
    const outcome = outcomeOf(task);
    if (!outcome) {
      console.error(
        `${named.name}: no run of this table is finished yet; npm run reproduce -- --table ${named.word} does them.`,
      );
      continue;
    }
    console.log(path.relative(process.cwd(), await publishPage(task, outcome, { images })));
    written++;
  }
  if (written === 0) throw new Error('No report was written: there are no finished runs with these options.');
}

/** The command, for main.ts. */
export function reportCommand(): Command {
  const command = new Command('report').description(
    'Write the page of a table (HTML, offline) again, from the runs that are finished.',
  );
  return addRecipeOptions(addTableOption(command))
    .option(
      '--seeds <n|list>',
      'how many seeds, or which: 3, or 1,4,7 (default: all that every row has finished)',
      readSeeds,
    )
    .option('--no-images', 'leave the pictures of the dataset out, for a page that may be passed on')
    .addHelpText(
      'after',
      [
        ...presetHelp(),
        `\nPages lie in ${path.relative(process.cwd(), projectPaths().tables) || '.'}. Nothing is trained.`,
        '\nExamples:',
        '  npm run csdnet -- report',
        '  npm run csdnet -- report --table margin,length --seeds 5',
        '  npm run csdnet -- report --dataset /data/cotton80 --preset paper --no-images',
      ].join('\n'),
    )
    .action(report);
}
