/** All stored tables at once: which there are, and every row's difference in one figure. */
import { recipeDifferences } from '../config';
import type { Config } from '../config';
import { TABLES } from '../ablation';
import type { AblationTable, TableName, TableSummary } from '../ablation';
import { shotsOf } from '../ablation/summary';
import { intervalRows, OKABE_ITO } from '../plots';
import type { Figure, IntervalGroup } from '../plots';
import { GREY } from '../plots/theme';
import type { Table } from '../report';
import { comparedRows, concludeRows } from './conclusions';
import type { ComparedRow, Conclusion } from './conclusions';
import { runsOf } from './stored';

/** The part of the model whose switch each table turns. A table that is not placed does not compile. */
const MODULE: Readonly<Record<TableName, 'modules' | 'SSDP' | 'DDL' | 'SSDT' | 'shared'>> = {
  modules: 'modules',
  ...{ view: 'SSDP', saliency: 'SSDP', mask: 'SSDP', box: 'SSDP' },
  ...{ length: 'DDL', margin: 'DDL', alpha: 'DDL', family: 'DDL', sharpness: 'DDL' },
  ...{ reduction: 'DDL', queues: 'DDL', depth: 'DDL', keys: 'DDL', start: 'DDL' },
  ...{ beta: 'SSDT', temperature: 'SSDT', direction: 'SSDT', teacher: 'SSDT', divergence: 'SSDT', lessons: 'SSDT' },
  ...{ classify: 'shared', smoothing: 'shared', backbone: 'shared', pixels: 'shared' },
  shots: 'modules',
};

/** A colour and a form for each module: SSDP as in the tables, DDL and SSDT as in the live curves. */
const GROUPS: readonly IntervalGroup[] = [
  { name: 'SSDP', colour: OKABE_ITO[4], symbol: 'square' },
  { name: 'DDL', colour: OKABE_ITO[0], symbol: 'circle' },
  { name: 'SSDT', colour: OKABE_ITO[1], symbol: 'diamond' },
  { name: 'shared', colour: GREY, symbol: 'triangle-up' },
];

/** Every variant of a table: why it is there, and what it changes in the recipe of the full model. */
export function variantsTable({ title, question, variants }: AblationTable, full: Config): Table {
  return {
    title: `${title}: ${question}`,
    columns: [
      { key: 'name', title: 'Variant' },
      { key: 'why', title: 'Why it is there' },
      { key: 'change', title: 'What it changes in the recipe' },
    ],
    rows: variants(full).map(({ name, why, config }) => ({
      ...{ name, why },
      change: recipeDifferences(full, config).join(', ') || 'nothing: it is the full model',
    })),
    notes: [],
  };
}

/** Every table of this project, and with how many images a class it was measured. */
export function storedIndex(summaries: readonly TableSummary[]): Table {
  const names = Object.keys(TABLES) as TableName[];
  const measured = (name: TableName): string =>
    summaries
      .filter(({ table }) => table === name)
      .map((summary) => `${shotsOf(summary) ?? 'all'} (${summary.seeds.length} seeds)`)
      .join(', ');
  return {
    title: 'The tables, and what was measured of them',
    columns: [
      { key: 'name', title: 'tableName' },
      { key: 'module', title: 'Part' },
      { key: 'question', title: 'Question' },
      { key: 'measured', title: 'Images a class' },
    ],
    rows: names.map((name) => ({
      ...{ name, module: MODULE[name], question: TABLES[name].question },
      measured: measured(name) || 'not yet',
    })),
    notes: [],
  };
}

/** The tables of single switches with this many images a class, by module. @throws RangeError where there is none */
function switchesAt(summaries: readonly TableSummary[], shots: number): readonly TableSummary[] {
  const order = GROUPS.map(({ name }) => name);
  const own = summaries.filter((summary) => MODULE[summary.table] !== 'modules' && shotsOf(summary) === shots);
  if (own.length === 0) throw new RangeError(`No switch was measured with ${shots} images a class.`);
  return [...own].sort((a, b) => order.indexOf(MODULE[a.table]) - order.indexOf(MODULE[b.table]));
}

/**
 * What all switches together allow one to say: every row beside the full model. A row that stands in two tables is counted once.
 *
 * @throws RangeError where no switch was measured with this many images a class
 */
export function concludeSwitches(summaries: readonly TableSummary[], shots: number): Conclusion {
  const rows = new Map<string, ComparedRow>();
  for (const summary of switchesAt(summaries, shots)) {
    for (const { name, difference } of comparedRows(summary)) {
      const { runs } = summary.rows.find((row) => row.name === name)!;
      const key = runs.join();
      if (!rows.has(key)) rows.set(key, { name: `${summary.table}: ${name}`, difference });
    }
  }
  return concludeRows([...rows.values()], 'the full model');
}

/**
 * Every row of every switch beside the full model, in the colour of its module.
 *
 * @param most ends of the axis in points; what lies beyond is written at the edge
 * @throws RangeError where no switch was measured with this many images a class
 */
export function switchesFigure(summaries: readonly TableSummary[], shots: number, { most = 10 } = {}): Figure {
  const own = switchesAt(summaries, shots);
  const rows = own.flatMap((summary) =>
    comparedRows(summary).map(({ name, difference }) => ({
      ...{ name: `${summary.table}: ${name}`, group: MODULE[summary.table], interval: difference },
    })),
  );
  const { dataset, seeds } = own[0]!;
  return intervalRows(rows, {
    title: `Every switch: difference to the full model (${dataset.name}, ${shots} images a class)`,
    xTitle: 'Difference in test accuracy (percentage points)',
    caption:
      'Each row turns one switch of the full model. The dot is the mean of the paired differences, the line its 95 % interval. ' +
      `Look for lines that do not touch the dashed one. ${dataset.tests[own[0]!.split]} test images, seeds ${seeds.join(', ')}.`,
    groups: GROUPS,
    most,
    run: runsOf(own.flatMap((summary) => summary.rows)),
  });
}
