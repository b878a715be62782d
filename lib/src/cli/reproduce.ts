/** `csdnet reproduce`: ablation tables from images to figures. */
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { selectionText } from '../ablation/selection';
import { tablesOf } from '../ablation/tables';
import { projectPaths } from '../project';
import { toMarkdown } from '../report/table';
import { checkpointOption, duration, readCount, readSeeds, stopOnSignals } from './options';
import { addRecipeOptions, addTableOption, configOf, presetHelp, recipeText } from './recipe';
import { publishPage } from './report';
import { tableData } from './table-data';
import { addToResults, outcomeOf, publish } from './table-outcome';
import { describePlan, forgetTable, prepareTable, trainTable } from './table-task';
import type { TableOptions, Task } from './table-task';

interface Options extends TableOptions {
  readonly table: string;
  readonly jobs?: number;
  readonly threads: number;
  readonly checkpoint: number;
  readonly fresh: boolean;
  readonly dryRun: boolean;
  readonly finished: boolean;
  readonly results?: string;
}

/** Memory of one run in GiB, generously. */
const RUN_GIB = 2;

/** As many processes as there are cores, as long as their memory fits; one where a GPU does the work. */
export function defaultJobs(): number {
  if (projectPaths().tensorflow === 'cuda') return 1;
  const fit = Math.floor((0.8 * os.totalmem()) / 2 ** 30 / RUN_GIB);
  return Math.max(1, Math.min(os.availableParallelism(), fit));
}

/** Write and print what is done of a table. */
export async function report(task: Task, { results: file }: Pick<Options, 'results'>): Promise<void> {
  const outcome = outcomeOf(task);
  if (!outcome) return console.error('No run of this table is finished yet.');
  const files = [...(await publish(task, outcome))];
  if (file) {
    await addToResults(task, outcome, file);
    files.push(file);
  }
  const { results, table, comparisons, stages } = outcome;
  const tables = [table, comparisons, stages].filter((one) => one !== undefined);
  console.log(`\n${tables.map(toMarkdown).join('\n\n')}\n`);
  const choice = results.validation === 'none' ? undefined : selectionText(results);
  if (choice) console.log(`${choice}\n`);
  // Behind the numbers, which are kept and told whatever becomes of the page.
  files.push(await publishPage(task, outcome));
  console.error('Written:');
  for (const one of files) console.error(`  ${path.relative(process.cwd(), one)}`);
}

/** One table from its plan to its files. @returns whether all its runs went well */
async function reproduceTable(task: Task, options: Options, signal: AbortSignal): Promise<boolean> {
  const jobs = options.jobs ?? defaultJobs();
  console.error(`\n${describePlan(task, jobs)}`);
  if (options.dryRun) return true;
  const { threads, checkpoint: checkpointSeconds } = options;
  const failures = options.finished ? [] : await trainTable(task, { jobs, ...{ threads, checkpointSeconds }, signal });
  await report(task, options);
  for (const { job, text } of failures) console.error(`\nRun ${job.id} failed: ${text}`);
  return failures.length === 0;
}

async function reproduce(options: Options): Promise<number> {
  const begin = performance.now();
  const tables = tablesOf(options.table);
  const full = configOf(options);
  console.error(recipeText('The recipe of the full model:', full));
  const data = await tableData(full);
  // All before the first is trained: tables share rows, and none is to be trained twice.
  if (options.fresh && !options.dryRun) for (const table of tables) forgetTable(prepareTable(table, options, data));
  const stop = stopOnSignals();
  let well = true;
  for (const table of tables) {
    if (stop.aborted) break;
    well = (await reproduceTable(prepareTable(table, options, data), options, stop)) && well;
  }
  if (!options.dryRun) console.error(`Took ${duration((performance.now() - begin) / 1000)}.`);
  if (stop.aborted) console.error('\nStopped. What is done is kept: the same command goes on from there.');
  return stop.aborted ? 130 : well ? 0 : 1;
}

/** The command, for main.ts. */
export function reproduceCommand(): Command {
  const command = new Command('reproduce').description(
    'Train every variant of an ablation table over several seeds, and write the table and its figures.',
  );
  return addRecipeOptions(addTableOption(command))
    .option('--seeds <n|list>', 'how many seeds, or which: 3, or 1,4,7', readSeeds, [1, 2, 3])
    .option('--jobs <n>', `runs at a time (default: one a core, here ${defaultJobs()})`, readCount)
    .option('--threads <n>', 'threads of each run; results depend on it in the last digits', readCount, 1)
    .addOption(checkpointOption())
    .option('--fresh', 'forget the finished runs of this table and do them again', false)
    .option('--finished', 'train nothing: write the table from the runs that are finished', false)
    .option('--results <file>', 'also put the numbers into this JSON file, beside those of other tables')
    .option('--dry-run', 'say what would run and how long it would take, and stop', false)
    .addHelpText(
      'after',
      [
        ...presetHelp(),
        '\nFinished runs are kept in data/runs and never done twice; a stopped command goes on where it was.',
        '\nExamples:',
        '  npm run reproduce',
        '  npm run reproduce -- --seeds 5 --jobs 4',
        '  npm run reproduce -- --dataset /data/cotton80 --dry-run',
        '  npm run reproduce -- --dataset /data/soy --shots 5 --preset laptop',
        '  npm run reproduce -- --table all --seeds 5',
        '  npm run reproduce -- --table margin --select folds:3',
        '  npm run reproduce -- --table margin --set view.kind=keep --set contrast.queueLength=512',
      ].join('\n'),
    )
    .action(async (options: Options) => {
      process.exitCode = await reproduce(options);
    });
}
