/** The paper's own ablation tables beside ours, row by row, as soon as a person has filled them in. */
import { percent } from '../ablation/text';
import type { RowSummary, TableSummary } from '../ablation/summary';
import { TABLES } from '../ablation/tables';
import type { TableName } from '../ablation/tables';
import { PRESETS, withFields } from '../config';
import { signedPoints } from '../plots/theme';
import type { Cell, Table } from '../report/table';
import { closest, judgeAblation } from './compare';
import type { Ours } from './ours';
import { verdictText } from './present';
import type { Published, PublishedAblation } from './types';

/** What a sweep calls the value that the preset has: `default` is `xi = 0.4` of the paper. */
function defaultName({ table, recipe }: TableSummary): string | undefined {
  const fields = Object.entries(recipe).map(([field, value]) => `${field}=${JSON.stringify(value)}`);
  const variants = TABLES[table].variants(withFields(PRESETS.laptop.config, fields));
  return variants.find(({ name }) => name === 'default')?.why.replace(/^the preset's own: /, '');
}

/** Our row under the paper's name. */
function rowNamed(summary: TableSummary, name: string): RowSummary | undefined {
  const found = summary.rows.find((row) => row.name === name);
  if (found) return found;
  return defaultName(summary) === name ? summary.rows.find((row) => row.name === 'default') : undefined;
}

/** One ablation table of the paper with ours beside it; `undefined` where it is not obtained. */
export function ablationTable(
  published: Published,
  theirs: PublishedAblation,
  ours: readonly Ours[],
): Table | undefined {
  if (theirs.status === 'not obtained') return undefined;
  const { title, reference } = TABLES[theirs.table as TableName];
  const dataset = published.datasets[theirs.dataset!]!;
  const same = ours.filter(({ summary }) => summary.table === theirs.table);
  const [own, verdict] = closest(same, (one) => judgeAblation(one, theirs, dataset)) ?? [];
  const baseOf = (of: (name: string) => number | null | undefined): number | null => of(reference) ?? null;
  const theirBase = baseOf((name) => theirs.rows.find((row) => row.name === name)?.value);
  const ourBase = baseOf((name) => own?.summary.rows.find((row) => row.name === name)?.accuracy.mean);
  const gain = (value: number | null, base: number | null): string =>
    value === null || base === null ? '' : signedPoints(value - base);
  return {
    title: `${title}: the paper's own table (${theirs.source}) beside ours`,
    columns: [
      { key: 'row', title: 'Row' },
      { key: 'theirs', title: 'Paper', unit: '%', align: 'right' },
      { key: 'ours', title: 'Ours', unit: '%', align: 'right' },
      { key: 'theirGain', title: `Paper, to ${reference}`, unit: 'points', align: 'right' },
      { key: 'ourGain', title: `Ours, to ${reference}`, unit: 'points', align: 'right' },
    ],
    rows: theirs.rows.map(({ name, value }): Readonly<Record<string, Cell>> => {
      const mean = own ? rowNamed(own.summary, name)?.accuracy.mean : undefined;
      return {
        row: name,
        theirs: value === null ? 'not obtained' : value,
        ours: mean === undefined ? 'no row' : percent(mean),
        theirGain: gain(value, theirBase),
        ourGain: mean === undefined || ourBase === null ? '' : gain(100 * mean, 100 * ourBase),
      };
    }),
    notes: [
      own
        ? `Ours: ${own.summary.dataset.name}, ${own.backbone}, ${own.imageSize} px, ${own.seeds} seeds. Comparable: ${verdictText(verdict!)}.`
        : `There is no result of ours of this table: npm run reproduce -- --table ${theirs.table} --results data/results/NAME.json`,
      'Where the settings differ, the differences to the reference may be read side by side, the accuracies may not.',
    ],
  };
}

/** What to say of the tables that nobody has filled in; undefined where all are. */
export function notObtained({ ablations }: Published): string | undefined {
  const empty = ablations.filter(({ status }) => status === 'not obtained').map(({ table }) => table);
  if (empty.length === 0) return undefined;
  return (
    `The paper's own ablation tables (${empty.join(', ')}) are not obtained. Whoever has the paper fills "ablations" in data/published.json; ` +
    'this command then shows ours beside them, row by row.'
  );
}
