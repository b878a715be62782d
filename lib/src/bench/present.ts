/** Results as text: a line for the terminal, Markdown for a reader. */
import { toMarkdown } from '../report/table';
import type { Cell, Table } from '../report/table';
import type { Claim } from './derived';
import type { JobsResult } from './jobs';
import { QUIET } from './machine';
import type { Machine } from './machine';
import type { Row } from './measure';
import type { Ratio } from './statistics';

export interface Report {
  readonly date: string;
  readonly machine: Machine;
  readonly threads: number;
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly claims: readonly Claim[];
  readonly jobs: readonly JobsResult[];
}

export const milliseconds = (value: number): string =>
  value < 100 ? value.toPrecision(3) : Math.round(value).toString();

const mebibytes = (bytes: number | null | undefined): string => (bytes ? (bytes / 2 ** 20).toFixed(0) : '');

const ratioText = ({ value, low, high }: Ratio): string =>
  low === high ? value.toFixed(2) : `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;

/** Whether both engines computed the same, for a reader. */
const sameText = ({ comparable, gap }: Row): string =>
  comparable === undefined ? '' : comparable ? 'yes' : `not comparable: ${gap!.toExponential(1)} apart`;

/** One line of the terminal for a row. */
export function rowLine(row: Row): string {
  const own = `${row.name}: ${milliseconds(row.ours.milliseconds)} ms`;
  if (!row.theirs || !row.ratio) return own;
  const doubt = row.comparable ? '' : `, NOT COMPARABLE: numbers ${row.gap!.toExponential(1)} apart`;
  return `${own}, ${row.theirs.engine} ${milliseconds(row.theirs.milliseconds)} ms, ratio ${ratioText(row.ratio)}${doubt}`;
}

export const jobsLine = ({ name, jobs, threads, cellsPerHour }: JobsResult): string =>
  `${name}, ${jobs} x ${threads} threads: ${cellsPerHour.toFixed(1)} cells an hour`;

const batchOf = ({ work }: Row): Cell => ('batch' in work ? work.batch : null);

function timesTable(rows: readonly Row[]): Table {
  return {
    title: 'Time of an iteration',
    columns: [
      { key: 'name', title: 'What' },
      { key: 'batch', title: 'Batch' },
      { key: 'ours', title: 'csdnet', unit: 'ms', align: 'right' },
      { key: 'theirs', title: 'Peer', unit: 'ms', align: 'right' },
      { key: 'ratio', title: 'csdnet / peer', align: 'right' },
      { key: 'ourPeak', title: 'Peak, csdnet', unit: 'MiB', align: 'right' },
      { key: 'theirPeak', title: 'Peak, peer', unit: 'MiB', align: 'right' },
      { key: 'same', title: 'Same numbers' },
    ],
    rows: rows.map((row) => ({
      ...{ name: row.name, batch: batchOf(row), ours: milliseconds(row.ours.milliseconds) },
      theirs: row.theirs ? milliseconds(row.theirs.milliseconds) : null,
      ratio: row.ratio ? ratioText(row.ratio) : null,
      ...{ ourPeak: mebibytes(row.ours.peak), theirPeak: mebibytes(row.theirs?.peak), same: sameText(row) },
    })),
    notes: [
      'Both engines start from the same weights and batch, in processes of their own, and take turns; only one computes at a time. Times are ' +
        "medians over the rounds of a round's median iteration. The ratio is that of the medians; in brackets the rank interval of the rounds' " +
        'own ratios (95 %, with fewer than six rounds the whole range). Below 1 we are faster.',
      'The peak is the most memory that was resident while the row was measured. "Same numbers": losses, gradient norm and the losses after ' +
        'one update (or the logits) agree to 0.001.',
    ],
  };
}

const claimsTable = (claims: readonly Claim[]): Table => ({
  title: 'Goals',
  columns: [
    { key: 'name', title: 'Goal' },
    { key: 'ours', title: 'csdnet', align: 'right' },
    { key: 'theirs', title: 'Peer', align: 'right' },
    { key: 'limit', title: 'At most', align: 'right' },
    { key: 'met', title: 'Met' },
  ],
  rows: claims.map(({ name, ours, theirs, limit, met }) => ({
    ...{ name, ours: ratioText(ours), theirs: theirs ? ratioText(theirs) : null },
    ...{ limit: limit.toString(), met: met ? 'yes' : 'no' },
  })),
  notes: [],
});

const jobsTable = (jobs: readonly JobsResult[]): Table => ({
  title: 'Runs of a table at a time (csdnet alone)',
  columns: [
    { key: 'name', title: 'What' },
    { key: 'jobs', title: 'Jobs' },
    { key: 'threads', title: 'Threads of each' },
    { key: 'cells', title: 'Cells an hour', align: 'right' },
  ],
  rows: jobs.map(({ name, jobs: count, threads, cellsPerHour }) => ({
    ...{ name, jobs: count, threads, cells: cellsPerHour.toFixed(1) },
  })),
  notes: ["A cell is a run's training steps; its start, its images and its evaluation are not counted."],
});

function headOf({ date, machine, threads, rounds, rows }: Report): string {
  const engines = [...new Set(rows.flatMap(({ ours, theirs }) => [ours.engine, ...(theirs ? [theirs.engine] : [])]))];
  const busy = `${Math.round(100 * machine.busy)} %`;
  const lines = [
    '# Speed',
    `${date}; ${machine.processor}, ${machine.cores} cores, ${machine.memory} GiB, ${machine.system}; Node ${machine.node}; ${engines.join(', ')}; ` +
      `${threads} ${threads === 1 ? 'thread' : 'threads'} each; ${rounds} rounds.`,
    machine.busy > QUIET
      ? `**The machine was not quiet:** other work took ${busy} of it just before or after, so these numbers say little.`
      : `Other work took ${busy} of the machine just before or after, whichever was more.`,
  ];
  return `${lines.join('\n\n')}\n`;
}

/** The whole report in Markdown. */
export function reportMarkdown(report: Report): string {
  const { rows, claims, jobs } = report;
  const tables = [
    ...(claims.length > 0 ? [claimsTable(claims)] : []),
    ...(rows.length > 0 ? [timesTable(rows)] : []),
    ...(jobs.length > 0 ? [jobsTable(jobs)] : []),
  ];
  return [headOf(report), ...tables.map(toMarkdown)].join('\n');
}
