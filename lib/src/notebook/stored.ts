/** Results that were measured once and are kept in git (data/results): read, and shown as a table and a figure. */
import fs from 'node:fs';
import path from 'node:path';
import { readSummaries, tableNamed } from '../ablation';
import type { TableName, TableSummary } from '../ablation';
import { hashOf, preset, recipeFields } from '../config';
import { differencePlot } from '../plots';
import type { Figure } from '../plots';
import { projectPaths } from '../project';
import { show, showHtml, showTable } from '../report';
import type { Table } from '../report';
import { shotsOf } from '../ablation/summary';
import { differenceText, meanAndSd } from '../ablation/text';
import { leavesOutZero, mean } from '../metrics';
import { comparedRows } from './conclusions';

export interface StoredQuery {
  readonly table: TableName;
  /** The file's name in data/results, which is that of the dataset. Default: `grapevine5`. */
  readonly results?: string;
  /** Training images a class, or all there are; default: 5. */
  readonly shots?: number | 'all';
}

/** Of some tables those whose accuracies are of test images: a choice on held-out training images may lie beside them, with lower numbers. */
export const scoredOnTest = (tables: readonly TableSummary[]): readonly TableSummary[] =>
  tables.filter(({ split }) => split !== 'validation');

/** All tables of a results file that were scored on test images. @throws RangeError where there is no such file, listing those there are */
export function storedTables(results = 'grapevine5'): readonly TableSummary[] {
  const folder = projectPaths().results;
  const found = readSummaries(path.join(folder, `${results}.json`));
  if (found) return scoredOnTest(found.tables);
  const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  const there = names.map((name) => path.basename(name, '.json')).join(', ');
  throw new RangeError(`There are no stored results "${results}": choose from ${there || 'none'}.`);
}

/** Fields that a table of another dataset or number of images sets for itself. */
const OWN = /^(dataset\.|training\.epochs$)/;

/** Where a table's recipe is not the preset's of today: it was measured before those defaults changed. `contrast.weight = 1 (now 10)` */
export function earlierDefaults({ recipe }: Pick<TableSummary, 'recipe'>): readonly string[] {
  const now = recipeFields(preset('laptop'));
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.entries(recipe)
    .filter(([field, value]) => !OWN.test(field) && text(value) !== text(now[field]))
    .map(([field, value]) => `${field} = ${text(value)} (now ${text(now[field])})`);
}

/** One stored table, of several the one whose recipe is nearest to the preset of today; undefined where it was not measured. */
export function storedTable({ table, results, shots = 5 }: StoredQuery): TableSummary | undefined {
  const far = (one: TableSummary): number => earlierDefaults(one).length;
  const found = storedTables(results).filter(
    (one) => one.table === table && shotsOf(one) === (shots === 'all' ? null : shots),
  );
  return [...found].sort((a, b) => far(a) - far(b))[0];
}

/** What all of a table's runs were made on, in a sentence. */
export function sourceNote(summary: TableSummary): string {
  const { dataset, split, seeds, recipe, rows } = summary;
  const earlier = earlierDefaults(summary);
  return (
    `${dataset.name}: ${dataset.classes} classes, ${dataset.train} training images, ${dataset.tests[split]} test images; ` +
    `${String(recipe['backbone.kind'])}, ${String(recipe['input.imageSize'])} px, ${String(recipe['training.epochs'])} epochs, ` +
    `seeds ${seeds.join(', ')}. Last epoch, raw image alone. ${rows.flatMap(({ runs }) => runs).length} runs, ${runsOf(rows)}.` +
    (earlier.length > 0 ? ` Measured with earlier defaults: ${earlier.join(', ')}.` : '')
  );
}

/** One name for all runs of a table. */
export const runsOf = (rows: TableSummary['rows']): string => hashOf(rows.flatMap(({ runs }) => runs));

/** A stored table as people read it. */
export function storedResultsTable(summary: TableSummary): Table {
  const { title, question, compared: words } = tableNamed(summary.table);
  const compared = (name: 'reference' | 'control'): { key: string; title: string; align: 'right' } => ({
    ...{ key: name, title: `Difference to ${words?.[name] ?? summary[name]!}`, align: 'right' },
  });
  return {
    title: `${title}: ${question}`,
    columns: [
      { key: 'name', title: 'Variant' },
      { key: 'accuracy', title: 'Accuracy', unit: '%', align: 'right' },
      compared('reference'),
      ...(summary.control === null ? [] : [compared('control')]),
      { key: 'nll', title: 'NLL', unit: 'nats', digits: 3 },
    ],
    rows: summary.rows.map(({ name, accuracy, toReference, toControl, nlls }) => ({
      name,
      accuracy: meanAndSd(accuracy),
      reference: differenceText(toReference),
      control: differenceText(toControl),
      nll: mean(nlls),
    })),
    notes: [
      'Mean ± standard deviation over seeds; differences are paired by seed, with their 95 % interval, in percentage points.',
      sourceNote(summary),
    ],
  };
}

/** The paired differences of a stored table to its control, or to its reference where it has none. */
export function storedFigure(summary: TableSummary): Figure {
  const { title } = tableNamed(summary.table);
  const against = summary.control ?? summary.reference;
  // Rows with a reference of their own (other images a class) are not compared with the table's.
  const rows = summary.rows.filter((row) => row.reference === undefined);
  const scores = rows.map(({ name, accuracies }) => ({ variant: name, values: accuracies }));
  const reference = scores.find(({ variant }) => variant === against)!;
  const figure = differencePlot(scores, reference, {
    title: `${title} (${summary.dataset.name}): difference to ${against}`,
    run: runsOf(summary.rows),
  });
  const others = comparedRows({ ...summary, rows }, summary.control === null ? 'reference' : 'control');
  const told = others.filter(({ difference }) => leavesOutZero(difference));
  const caption =
    `Points right of the dashed line did better than ${against} on the same seed; an interval that crosses the line cannot tell. ` +
    `Here ${told.length} of ${others.length} do not cross it${told.length > 0 ? `: ${told.map(({ name }) => name).join('; ')}` : ''}. `;
  return { ...figure, meta: { ...figure.meta!, caption: caption + sourceNote(summary) } };
}

/** Shows a stored table and its paired differences, or says how to measure it where it was not. */
export function showStored(query: StoredQuery): void {
  const summary = storedTable(query);
  if (!summary) {
    showHtml(
      `<p>This table was not measured with ${query.shots ?? 5} images a class. Measure it with ` +
        `<code>npm run reproduce -- --table ${query.table} --shots ${query.shots ?? 5}</code>.</p>`,
    );
    return;
  }
  showTable(storedResultsTable(summary));
  show(storedFigure(summary));
}
