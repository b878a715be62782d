/** `csdnet runs`: what was trained, and with what. */
import fs from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { answersOf, readPredictions } from '../ablation/outputs';
import type { ImageAnswer } from '../ablation/outputs';
import { forgetRun } from '../ablation/record';
import type { RunRecord } from '../ablation/record';
import { compareRuns } from '../ablation/run-compare';
import type { Answers } from '../ablation/run-compare';
import { filterRuns, RUN_ORDERS, runRow, sortRuns } from '../ablation/run-rows';
import type { RunFilter, RunOrder } from '../ablation/run-rows';
import { listRuns, readRun, resolveRun, runFiles } from '../ablation/runs';
import type { RunEntry } from '../ablation/runs';
import { PRESETS } from '../config';
import { loadDataset } from '../data';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import { readAssignment, readSince } from './options';
import { comparisonText, runsText, runText } from './runs-text';

interface Output {
  readonly json?: boolean;
}

const folder = (): string => projectPaths().runs;

const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 1));

/** The runs that were named, each once. */
const named = (prefixes: readonly string[]): readonly RunEntry[] =>
  [...new Set(prefixes.map((prefix) => resolveRun(folder(), prefix)))].map((id) => readRun(folder(), id));

/** The runs that a filter lets through; a dataset's folder may be given relative to where the command was called. */
function filtered({ dataset, ...rest }: RunFilter): readonly RunEntry[] {
  const filter = dataset === undefined ? rest : { ...rest, dataset, folder: path.resolve(dataset) };
  return filterRuns(listRuns(folder()), filter);
}

function list({ json = false, sort, ...filter }: RunFilter & Output & { readonly sort: RunOrder }): void {
  const rows = sortRuns(filtered(filter).map(runRow), sort);
  if (json) return printJson(rows);
  if (rows.length === 0) return console.error(`No such run in ${folder()}.`);
  console.log(runsText(rows));
}

function show(prefix: string, { json = false }: Output): void {
  const [entry] = named([prefix]);
  const files = runFiles(folder(), entry!.id);
  if (json) return printJson({ ...entry, files });
  console.log(runText(entry!, files));
}

/** The dataset that a run saw, where it lies where it lay; for runs that are older than their predictions files. */
async function datasetSeen({ config }: RunRecord): Promise<Dataset | undefined> {
  const { name } = config.dataset;
  const { data } = projectPaths();
  // An embedded set that is not there is not drawn for this.
  if (!fs.existsSync(path.resolve(data, name))) return undefined;
  return loadDataset(name, { dataDir: data }).catch(() => undefined);
}

/** What each of some runs had right: by its predictions, else by its record and the dataset. */
async function answersOfAll(records: readonly RunRecord[]): Promise<Answers> {
  const found = new Map<string, readonly ImageAnswer[] | undefined>();
  for (const record of records) {
    for (const split of Object.keys(record.evaluation)) {
      const written = readPredictions(folder(), record.id, split);
      const dataset = written ? undefined : await datasetSeen(record);
      found.set(`${record.id} ${split}`, written ?? (dataset && answersOf(record, split, dataset)));
    }
  }
  return ({ id }, split) => found.get(`${id} ${split}`);
}

async function compare(prefixes: readonly string[], { json = false }: Output): Promise<void> {
  const entries = named(prefixes);
  if (entries.length < 2) throw new Error('Name two runs or more: the others are compared with the first.');
  const records = entries.map(({ id, record, state }) => {
    if (!record) throw new Error(`Run ${id} is ${state}: only finished runs can be compared.`);
    return record;
  });
  const found = compareRuns(records, await answersOfAll(records));
  if (json) return printJson({ first: records[0]!.id, others: found });
  console.log(comparisonText(entries[0]!, found));
}

interface DeleteOptions extends RunFilter {
  readonly yes?: boolean;
}

/** What a person asked to delete: the runs named, or those that a filter lets through. @throws where it is neither or both */
function toDelete(prefixes: readonly string[], filter: RunFilter): readonly RunEntry[] {
  const isFilter = Object.values(filter).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined,
  );
  if (prefixes.length > 0 && isFilter) throw new Error('Name runs or give filters, not both.');
  if (prefixes.length === 0 && !isFilter) throw new Error('Say which runs: ids, or filters such as --dataset leaf80.');
  const entries = prefixes.length > 0 ? named(prefixes) : filtered(filter);
  const busy = entries.filter(({ state }) => state === 'under way');
  if (busy.length > 0 && prefixes.length > 0)
    throw new Error(`Under way, and so not deleted: ${busy.map(({ id }) => id).join(', ')}. Stop them first.`);
  for (const { id } of busy) console.error(`Left out, it is under way: ${id}`);
  return entries.filter(({ state }) => state !== 'under way');
}

function remove(prefixes: readonly string[], { yes = false, ...filter }: DeleteOptions): void {
  const entries = toDelete(prefixes, filter);
  if (entries.length === 0) return console.error('No run is meant: nothing was deleted.');
  console.log(runsText(entries.map(runRow)));
  const many = entries.length === 1 ? '1 run' : `${entries.length} runs`;
  if (!yes) {
    console.error(`\nNothing was deleted. Call again with --yes to delete ${many} with all files.`);
    process.exitCode = 1;
    return;
  }
  for (const { id } of entries) forgetRun(folder(), id);
  console.error(`\nDeleted ${many}.`);
}

function addFilters(command: Command): Command {
  const none: readonly string[] = [];
  return command
    .option('--dataset <name|folder>', 'runs on this dataset, by its name or folder')
    .addOption(
      new Option('--preset <name>', 'runs whose recipe is nearest to this preset').choices(Object.keys(PRESETS)),
    )
    .option('--where <field=value>', 'runs with this value in the recipe; may be repeated', readAssignment, none)
    .option('--since <day|age>', 'runs that began since: 2026-11-25, 12h, 7d', readSince)
    .addOption(new Option('--state <state>', 'only these').choices(['done', 'under way', 'stopped', 'broken']));
}

const JSON_OPTION = ['--json', 'print JSON'] as const;

/** The command, for main.ts. */
export function runsCommand(): Command {
  const runs = new Command('runs').description(
    'List, show, compare and delete runs. An id may be cut to its first letters.',
  );
  addFilters(runs.command('list', { isDefault: true }).description('every run, a line each'))
    .addOption(new Option('--sort <by>', 'in which order').choices(Object.keys(RUN_ORDERS)).default('date'))
    .option(...JSON_OPTION)
    .action(list);
  runs
    .command('show <id>')
    .description('recipe, scores, environment and files of a run')
    .option(...JSON_OPTION)
    .action(show);
  runs
    .command('compare <id...>')
    .description("how the others' recipes and scores differ from the first's, image by image")
    .option(...JSON_OPTION)
    .action(compare);
  addFilters(runs.command('delete [id...]').description('runs with all their files; never one that is under way'))
    .option('--yes', 'delete them; without it they are only listed')
    .action(remove);
  return runs.addHelpText(
    'after',
    [
      '\nExamples:',
      '  npm run csdnet -- runs --dataset leaf80 --where contrast.margin=0.4 --sort accuracy',
      '  npm run csdnet -- runs compare 0a1b 7f3c',
      '  npm run csdnet -- runs delete --state broken --yes',
    ].join('\n'),
  );
}
