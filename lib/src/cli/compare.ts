/** `csdnet compare`: ours beside published numbers, with what may be compared and what not. */
import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { readSummaries } from '../ablation/summary';
import { groupBy } from '../core/group';
import { projectPaths } from '../project';
import { ablationTable, comparisonTable, notObtained } from '../published';
import { commandFor, oursOf, publishedKey, publishedWarnings, readPublished } from '../published';
import type { Ours, Published } from '../published';
import { saveTable } from '../report/save';
import { toMarkdown } from '../report/table';
import type { Table } from '../report/table';

interface Options {
  readonly dataset?: string;
  readonly results: readonly string[];
  readonly published?: string;
}

/** The files of results that are kept with the project. */
function keptResults(): readonly string[] {
  const { results } = projectPaths();
  if (!fs.existsSync(results)) return [];
  return fs
    .readdirSync(results)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => path.join(results, name));
}

/** Every table in some files of results. @throws where a file that was asked for is not there */
function readOurs(files: readonly string[]): readonly Ours[] {
  return files.flatMap((file) => {
    const found = readSummaries(file);
    if (!found) throw new Error(`${file}: there is no such file; reproduce --results writes one`);
    return found.tables.map(oursOf);
  });
}

/** The tables that stand for a recipe: the modules where they were run, else one sweep, whose default row is the full model. */
function headTables(all: readonly Ours[]): readonly Ours[] {
  const byRecipe = groupBy(all, ({ summary }) => JSON.stringify([summary.dataset.fingerprint, summary.recipe]));
  return [...byRecipe.values()].map((group) => group.find(({ summary }) => summary.table === 'modules') ?? group[0]!);
}

/** The datasets to speak of. @throws where the name that was asked for is not published */
function keysFor(published: Published, ours: readonly Ours[], asked: string | undefined): readonly string[] {
  if (asked === undefined) {
    const keys = ours.flatMap(({ summary }) => publishedKey(published, summary.dataset.name) ?? []);
    return [...new Set(keys)];
  }
  const key = publishedKey(published, asked);
  if (key === undefined)
    throw new Error(
      `dataset "${asked}": no numbers are published; choose one of ${Object.keys(published.datasets).join(', ')}`,
    );
  return [key];
}

/** Said where none of our results is on a published dataset. */
function nothingText(published: Published, ours: readonly Ours[]): string {
  const names = [...new Set(ours.map(({ summary }) => summary.dataset.name))];
  const have = names.length > 0 ? `our results are on ${names.join(', ')}` : 'there are no results of ours';
  const titles = Object.values(published.datasets).map(({ title }) => title);
  return [
    `Nothing can be compared: ${have}; numbers are published for ${titles.join(', ')}.`,
    'To see the published numbers of a dataset alone: npm run csdnet -- compare --dataset cotton80',
    `To get results of ours beside them: ${commandFor('cotton80')}`,
  ].join('\n');
}

async function publish(table: Table, name: string): Promise<readonly string[]> {
  return Object.values(await saveTable(table, { dir: projectPaths().tables, name }));
}

async function compare({ dataset, results, published: file }: Options): Promise<void> {
  const published = readPublished(file === undefined ? undefined : path.resolve(file));
  const all = readOurs(results.length > 0 ? results : keptResults());
  const keys = keysFor(published, all, dataset);
  for (const warning of publishedWarnings(published, keys)) console.error(`Note: ${warning}.`);
  const written: string[] = [];
  for (const key of keys) {
    const ours = headTables(all).filter(({ summary }) => publishedKey(published, summary.dataset.name) === key);
    const table = comparisonTable(published, key, ours);
    console.log(toMarkdown(table));
    written.push(...(await publish(table, `compare.${key}`)));
  }
  if (keys.length === 0) console.log(`${nothingText(published, all)}\n`);
  for (const ablation of published.ablations) {
    const table = ablationTable(published, ablation, all);
    if (!table) continue;
    console.log(toMarkdown(table));
    written.push(...(await publish(table, `compare.${ablation.table}.${ablation.dataset}`)));
  }
  const empty = notObtained(published);
  if (empty !== undefined) console.log(empty);
  if (written.length > 0) console.error('\nWritten:');
  for (const one of written) console.error(`  ${path.relative(process.cwd(), one)}`);
}

/** The command, for main.ts. */
export function compareCommand(): Command {
  const none: readonly string[] = [];
  return new Command('compare')
    .description('Put our results beside published numbers, and say of each whether it is comparable, and why not.')
    .option('--dataset <name>', 'one published dataset, such as cotton80 (default: those that there are results on)')
    .option(
      '--results <file>',
      'a file that reproduce --results wrote; may be repeated (default: data/results/*.json)',
      (file: string, before: readonly string[]) => [...before, file],
      none,
    )
    .option('--published <file>', 'the published numbers (default: data/published.json)')
    .addHelpText(
      'after',
      [
        '\nExamples:',
        '  npm run csdnet -- compare',
        '  npm run csdnet -- compare --dataset cotton80',
        '  npm run csdnet -- compare --results data/results/cotton80.json',
      ].join('\n'),
    )
    .action(compare);
}
