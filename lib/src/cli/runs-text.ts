/** What `csdnet runs` prints. */
import type { RunRecord } from '../ablation/record';
import type { RunComparison, SplitPair } from '../ablation/run-compare';
import { nearestPreset, runRow } from '../ablation/run-rows';
import type { RunRow } from '../ablation/run-rows';
import type { RunEntry } from '../ablation/runs';
import { recipeLines } from '../config';
import { columns, percent, sizeText } from './columns';
import { duration } from './options';

const NONE = '-';

/** 2026-11-25T13:07:11.123Z -> "2026-11-25 13:07", in UTC as records have it. */
const dateText = (date: string | null): string =>
  date === null || date === '' ? NONE : date.slice(0, 16).replace('T', ' ');

function resultOf({ state, accuracy, epochs: [done, all] }: RunRow): string {
  if (accuracy !== null) return percent(accuracy);
  return state === 'broken' ? 'broken' : `${state}, ${done}${all === null ? '' : `/${all}`} epochs`;
}

const changeOf = ({ preset, change, reason }: RunRow): string =>
  [
    ...(preset === null ? [] : [[`${preset}:`, change.join(', ') || 'as it is'].join(' ')]),
    ...(reason === null ? [] : [`(${reason})`]),
  ].join(' ');

/** A line a run. */
export function runsText(rows: readonly RunRow[]): string {
  const head = ['id', 'date (UTC)', 'dataset', 'seed', 'accuracy', 'time', 'change from the preset'];
  const lines = rows.map((row) => [
    ...[row.id, dateText(row.date), row.dataset ?? NONE, row.seed === null ? NONE : String(row.seed)],
    ...[resultOf(row), row.seconds === null ? NONE : duration(row.seconds), changeOf(row)],
  ]);
  return columns([head, ...lines], [3, 4, 5]);
}

const block = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];

const pairs = (record: Readonly<Record<string, unknown>>): readonly string[] =>
  columns(
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, String(value ?? NONE)]),
  ).split('\n');

/** A line for each test split. */
export const scoreLines = (evaluation: RunRecord['evaluation']): string[] =>
  Object.entries(evaluation).map(
    ([split, { images, top1, top5, nll }]) =>
      `${split}: ${percent(top1)} of ${images} images right (top 5: ${percent(top5)}), NLL ${nll.toFixed(3)} nats`,
  );

/** Everything of one run. */
export function runText(entry: RunEntry, files: readonly { readonly name: string; readonly bytes: number }[]): string {
  const { id, state, record, status, reason, epochs } = entry;
  const config = record?.config ?? status?.config;
  const facts = record?.dataset ?? status?.dataset;
  const near = config && nearestPreset(config);
  const { name, fingerprint, classes, train } = facts ?? {};
  const under = status && { started: status.started, machine: status.host, process: status.pid };
  return [
    `run ${id}: ${state}${reason === undefined ? '' : ` (${reason})`}, ${epochs} of ${config?.training.epochs ?? '?'} epochs`,
    ...(near ? [`preset ${near.name}${near.change.length === 0 ? '' : `, with ${near.change.join(', ')}`}`] : []),
    ...block('Scores', scoreLines(record?.evaluation ?? {})),
    ...(facts ? block('Dataset', pairs({ name, classes, train, ...facts.tests, fingerprint })) : []),
    ...(config ? block('Recipe', recipeLines(config)) : []),
    ...(record ? block('Environment', pairs({ ...record.provenance, weights: record.weights })) : []),
    ...(under && !record ? block('Process', pairs(under)) : []),
    ...block(
      'Files',
      files.map(({ name: file, bytes }) => `${file} (${sizeText(bytes)})`),
    ),
  ].join('\n');
}

function pairLine({ split, accuracies: [first, other], images }: SplitPair): string {
  const difference = 100 * (other - first);
  const points = `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(1)} points`;
  const both = `${split}: ${percent(first)} against ${percent(other)}, ${points}`;
  if ('missing' in images) return `${both} (image by image: ${images.missing})`;
  const { count, onlyFirst, onlyOther, p } = images;
  return `${both}; of ${count} images ${onlyFirst} right in the first alone, ${onlyOther} in the other alone, McNemar p = ${p.toPrecision(2)}`;
}

/** Each further run beside the first. */
export function comparisonText(first: RunEntry, others: readonly RunComparison[]): string {
  const parts = others.map(({ id, changes, splits }) =>
    [
      `${id} beside ${first.id}:`,
      ...(changes.length === 0 ? ['  the same recipe'] : changes.map((change) => `  ${change}`)),
      ...splits.map((pair) => `  ${pairLine(pair)}`),
    ].join('\n'),
  );
  const note =
    'One run a side: McNemar tells these two models apart on these images, not the two recipes. For recipes, compare seeds.';
  return [runsText([runRow(first)]), ...parts, note].join('\n\n');
}
