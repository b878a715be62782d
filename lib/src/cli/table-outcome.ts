/** What came out of a table: its tests and tables, made once for the terminal, the files and the page. */
import fs from 'node:fs';
import path from 'node:path';
import { resultsFigures, resultsTable } from '../ablation/present';
import { stagesTable } from '../ablation/protocol-present';
import type { TableResults } from '../ablation/results';
import { labelsFrom, significanceOf } from '../ablation/significance';
import type { RowSignificance } from '../ablation/significance';
import { interpretation, testsTable } from '../ablation/significance-present';
import { mergeSummaries, readSummaries, summaryOf } from '../ablation/summary';
import { withLock } from '../files';
import { saveFigure, saveJson, saveTable } from '../report/save';
import type { Table } from '../report/table';
import { datasetsOf } from './table-data';
import { outputName, resultsOf } from './table-task';
import type { Task } from './table-task';

export interface Outcome {
  readonly results: TableResults;
  /** The tests of the rows, on the test images as well. */
  readonly tests: readonly RowSignificance[];
  readonly table: Table;
  /** The tests as a table; undefined where no row has another to be compared with yet. */
  readonly comparisons: Table | undefined;
  /** Each stage beside the average; undefined where there is one dataset. */
  readonly stages: Table | undefined;
}

/** What came out by now; undefined where no run is done. */
export function outcomeOf(task: Task): Outcome | undefined {
  const results = resultsOf(task);
  if (!results) return undefined;
  const tests = significanceOf(results, labelsFrom(datasetsOf(task)));
  const comparisons = testsTable(results, tests);
  return {
    ...{ results, tests, table: resultsTable(results, tests), stages: stagesTable(results) },
    comparisons: comparisons.rows.length > 0 ? comparisons : undefined,
  };
}

/** What the tests say of the full model. Luck is counted over all rows. */
export const sentencesOf = ({ results, tests }: Outcome): readonly string[] =>
  interpretation(results, tests).filter((text) => text.startsWith(`${results.table.full} against `));

/** Write the table, its tests and its figures. @returns the files written */
export async function publish(task: Task, outcome: Outcome): Promise<readonly string[]> {
  const name = outputName(task);
  const { tables: dir, figures } = task.paths;
  const { results, table, stages, comparisons } = outcome;
  const files: string[] = Object.values(await saveTable(table, { dir, name }));
  if (stages) files.push(...Object.values(await saveTable(stages, { dir, name: `${name}-stages` })));
  if (comparisons) files.push(...Object.values(await saveTable(comparisons, { dir, name: `${name}-tests` })));
  for (const [kind, figure] of Object.entries(resultsFigures(results, task.dataset.classNames))) {
    files.push(...Object.values(await saveFigure(figure, { dir: figures, name: `${name}-${kind}` })));
  }
  return files;
}

/** Put the table's numbers into a file of results, in the place of what it held of the same table. No two processes do so at a time. */
export async function addToResults({ name, full }: Task, { results, tests }: Outcome, file: string): Promise<void> {
  const summary = summaryOf(name, full, results, tests);
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  await withLock(file, () => saveJson(mergeSummaries(readSummaries(file), summary), file));
}
