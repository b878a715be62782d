/**
 * Tables as numbers in one small file that is kept in git: no image, no prediction of one, only what each run scored and what follows from it.
 */
import fs from 'node:fs';
import { identityOf, recipeDifferences, recipeFields } from '../config';
import type { Config } from '../config';
import type { Difference, Interval } from '../metrics';
import type { DatasetFacts, RunRecord } from './record';
import type { TableResults, VariantResult } from './results';
import type { Comparison, RowSignificance } from './significance';
import { isTableName, TABLES } from './tables';
import type { TableName } from './tables';

const FORMAT = 'csdnet-results/1';

/** The tests of a row; its difference stands in the row itself. */
export type KeptTests = Omit<Comparison, 'difference'>;

export interface RowSummary {
  readonly name: string;
  /** What of the recipe the row changes. */
  readonly change: readonly string[];
  /** In the order of the seeds that are done; of a seed all its parts (stages, folds). */
  readonly runs: readonly string[];
  /** By seed: the mean over its parts. */
  readonly accuracies: readonly number[];
  readonly nlls: readonly number[];
  readonly accuracy: Interval;
  readonly toReference: Difference | null;
  readonly toControl: Difference | null;
  /** The epoch that was best on the test images, where it was kept: chosen on them, and never compared. */
  readonly bestOnTest?: NonNullable<VariantResult['bestOnTest']>;
  /** Accuracy by stage, where the table was trained on several. */
  readonly stages?: VariantResult['stages'];
  /** What the row is compared with, where that is not the table's own. */
  readonly reference?: string;
  readonly control?: string;
  /** In 0..1, by seed: pooled over its folds and averaged over its stages (`Measures`). Files and runs of before they were measured lack them. */
  readonly eces?: readonly number[];
  readonly macroF1s?: readonly number[];
  readonly top5s?: readonly number[];
  /** The tests against the reference and the control. */
  readonly tests?: Readonly<Record<'toReference' | 'toControl', KeptTests | null>>;
}

/** @typeParam Name of a table of lib, or any where the table came from a file */
export interface TableSummary<Name extends string = TableName> {
  readonly table: Name;
  readonly question: string;
  readonly reference: string;
  readonly control: string | null;
  readonly dataset: Pick<DatasetFacts, 'name' | 'fingerprint' | 'classes' | 'train' | 'tests' | 'notes'>;
  readonly split: string;
  readonly seeds: readonly number[];
  /** Every field of the full model's recipe, but for the dataset's place and the seed. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** What the runs were made with. */
  readonly made: Readonly<Record<'commit' | 'tensorflow' | 'cpu' | 'threads', readonly string[]>>;
  readonly rows: readonly RowSummary[];
}

export interface Summaries {
  readonly format: typeof FORMAT;
  readonly about: string;
  readonly tables: readonly TableSummary[];
  /** Tables that came from files of their own. */
  readonly own?: readonly TableSummary<string>[];
}

const ABOUT =
  'Made by "csdnet reproduce --results". Accuracy of the last epoch on the raw image alone; intervals are 95 % t intervals over seeds, differences ' +
  'are paired by seed. The modules are a reconstruction: the equations of the paper were not at hand.';

/** A run's config as a variant of the full model: its seed, and which part of the data it saw, are no change of the recipe. */
export const asVariant = (config: Config, { seed, dataset: { name, validation } }: Config): Config => ({
  ...config,
  seed,
  dataset: { ...config.dataset, name, validation },
});

/** What a row measured beside accuracy and likelihood, by seed; a measure that one of its runs lacks is left out. */
function measuresOf({ measures }: Pick<VariantResult, 'measures'>): Pick<RowSummary, 'eces' | 'macroF1s' | 'top5s'> {
  const all = (key: 'ece' | 'macroF1' | 'top5') => measures.flatMap((one) => one[key] ?? []);
  const found = { eces: all('ece'), macroF1s: all('macroF1'), top5s: all('top5') };
  return Object.fromEntries(Object.entries(found).filter(([, values]) => values.length === measures.length));
}

const rowOf = (full: Config, { records, name, accuracies, nlls, ...rest }: VariantResult): RowSummary => ({
  name,
  ...(rest.reference === undefined ? {} : { reference: rest.reference }),
  ...(rest.control === undefined ? {} : { control: rest.control }),
  change: recipeDifferences(full, asVariant(records[0]!.config, full)),
  runs: records.map(({ id }) => id),
  ...{ accuracies, nlls },
  accuracy: rest.accuracy,
  toReference: rest.toReference,
  toControl: rest.toControl,
  ...(rest.bestOnTest && { bestOnTest: rest.bestOnTest }),
  ...(Object.keys(rest.stages).length > 0 && { stages: rest.stages }),
  ...measuresOf(rest),
});

/** JSON has no Infinity: more seeds than can be counted are none. */
function kept(found: Comparison | null): KeptTests | null {
  if (!found) return null;
  const { difference: _, ...tests } = found;
  return { ...tests, seedsNeeded: Number.isFinite(tests.seedsNeeded) ? tests.seedsNeeded : null };
}

/** A row's tests, as they are kept. */
function withTests(row: RowSummary, tests: readonly RowSignificance[]): RowSummary {
  const found = tests.find(({ name }) => name === row.name);
  if (!found) return row;
  return { ...row, tests: { toReference: kept(found.toReference), toControl: kept(found.toControl) } };
}

/** Each value once, in order. */
const distinct = (records: readonly RunRecord[], read: (record: RunRecord) => string | null): readonly string[] =>
  [...new Set(records.map((record) => read(record) ?? 'unknown'))].sort();

/** The recipe's fields without what differs from place to place and from run to run. */
function recipeOf(full: Config): Readonly<Record<string, unknown>> {
  const placed = ['dataset.name', 'seed'];
  return Object.fromEntries(
    Object.entries(recipeFields(identityOf(full))).filter(([field]) => !placed.includes(field)),
  );
}

/** A table's results as numbers, with the tests of its rows where they were made. */
export function summaryOf<Name extends string>(
  table: Name,
  full: Config,
  results: TableResults,
  tests: readonly RowSignificance[] = [],
): TableSummary<Name> {
  const records = results.variants.flatMap((variant) => variant.records);
  const { question, reference, control = null } = results.table;
  return {
    ...{ table, question, reference, control },
    ...{ dataset: results.dataset, split: results.split, seeds: results.seeds, recipe: recipeOf(full) },
    made: {
      commit: distinct(records, ({ provenance }) => provenance.commit),
      tensorflow: distinct(records, ({ provenance }) => provenance.tensorflow),
      cpu: distinct(records, ({ provenance }) => provenance.cpu),
      threads: distinct(records, ({ provenance }) => provenance.threads),
    },
    rows: results.variants.map((variant) => withTests(rowOf(full, variant), tests)),
  };
}

/** What makes two summaries the same table. */
const keyOf = ({ table, dataset, recipe }: TableSummary<string>): string =>
  JSON.stringify([dataset.fingerprint, table, recipe]);

/** Training images a class of a table; null where all were taken. */
export const shotsOf = ({ recipe }: Pick<TableSummary, 'recipe'>): number | null =>
  typeof recipe['dataset.trainPerClass'] === 'number' ? recipe['dataset.trainPerClass'] : null;

const ORDER: readonly string[] = Object.keys(TABLES);

/** By dataset, images a class (all of them come last) and table, in the order of the tables. */
function compare(a: TableSummary<string>, b: TableSummary<string>): number {
  const byName = a.dataset.name.localeCompare(b.dataset.name, 'en');
  const byShots = Math.sign((shotsOf(a) ?? Infinity) - (shotsOf(b) ?? Infinity)) || 0;
  return byName || byShots || ORDER.indexOf(a.table) - ORDER.indexOf(b.table) || (keyOf(a) < keyOf(b) ? -1 : 1);
}

/** Whether a table is one of lib's, not of a file. */
export const isOfLib = (summary: TableSummary<string>): summary is TableSummary => isTableName(summary.table);

/** The summaries with one more, in the place of an older one of the same table. */
export function mergeSummaries(before: Summaries | undefined, summary: TableSummary<string>): Summaries {
  const { tables = [], own = [] } = before ?? {};
  const merged = <Name extends string>(all: readonly TableSummary<Name>[], one: TableSummary<Name>) =>
    [...all.filter((other) => keyOf(other) !== keyOf(one)), one].sort(compare);
  const head = { format: FORMAT, about: ABOUT } as const;
  if (isOfLib(summary)) return { ...head, tables: merged(tables, summary), ...(own.length > 0 && { own }) };
  return { ...head, tables, own: merged(own, summary) };
}

/** The summaries in a file; undefined where there is none. @throws where the file is something else */
export function readSummaries(file: string): Summaries | undefined {
  if (!fs.existsSync(file)) return undefined;
  let content: Partial<Summaries> | null = null;
  try {
    content = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Summaries> | null;
  } catch {
    // Told below: what is no JSON is no file of results either.
  }
  if (content?.format !== FORMAT || !Array.isArray(content.tables)) {
    throw new Error(`${file} is no file of results in the format ${FORMAT}: name another file, or remove it`);
  }
  return content as Summaries;
}
