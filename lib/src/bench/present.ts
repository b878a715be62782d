/** Results as text: a line for the terminal, Markdown for a reader. */
import { median } from '../core/median';
import { toMarkdown } from '../report/table';
import type { Cell, Table } from '../report/table';
import type { Claim, Measured } from './derived';
import type { JobsResult } from './jobs';
import { QUIET } from './machine';
import type { Machine } from './machine';
import type { Row, Side } from './measure';
import type { SoakResult } from './soak';
import type { Ratio } from './statistics';
import type { WaitingResult } from './waiting';

export interface Report extends Measured {
  readonly date: string;
  readonly machine: Machine;
  readonly threads: number;
  readonly rounds: number;
  readonly claims: readonly Claim[];
  readonly jobs: readonly JobsResult[];
}

const significant = (value: number): string => (value < 100 ? value.toPrecision(3) : Math.round(value).toString());

export const milliseconds = significant;

const mebibytes = (bytes: number | null | undefined): string => (bytes ? (bytes / 2 ** 20).toFixed(0) : '');

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function ratioText({ value, low, high }: Ratio, write = (x: number): string => x.toFixed(2)): string {
  return low === high ? write(value) : `${write(value)} [${write(low)}, ${write(high)}]`;
}

/** How good both results are, where that is what is compared. */
function qualityText({ ours, theirs }: Row): string | undefined {
  if (ours.quality === undefined) return undefined;
  return `trustworthiness ${[ours, theirs].flatMap((side) => side?.quality?.toFixed(4) ?? []).join(' and ')}`;
}

/** Whether both engines computed the same, for a reader. */
function sameText(row: Row): string {
  const quality = qualityText(row);
  if (row.comparable === undefined) return quality ?? '';
  if (row.comparable) return quality ?? 'yes';
  return `not comparable: ${quality ?? `${row.gap!.toExponential(1)} apart`}`;
}

const rateText = ({ imagesPerSecond }: Partial<Side> = {}): string | null =>
  imagesPerSecond === undefined ? null : significant(imagesPerSecond);

/** One line of the terminal for a row. */
export function rowLine(row: Row): string {
  const quality = qualityText(row);
  const time = (side: Side): string => {
    const rate = rateText(side);
    return `${milliseconds(side.milliseconds)} ms${rate ? ` (${rate} images/s)` : ''}`;
  };
  const own = `${row.name}: ${time(row.ours)}`;
  if (!row.theirs || !row.ratio) return own + (quality ? `, ${quality}` : '');
  const doubt = row.comparable
    ? ''
    : `, NOT COMPARABLE${quality ? '' : `: numbers ${row.gap!.toExponential(1)} apart`}`;
  const end = `${quality ? `, ${quality}` : ''}${doubt}`;
  return `${own}, ${row.theirs.engine} ${time(row.theirs)}, ratio ${ratioText(row.ratio)}${end}`;
}

export const jobsLine = ({ name, jobs, threads, cellsPerHour }: JobsResult): string =>
  `${name}, ${jobs} x ${threads} threads: ${cellsPerHour.toFixed(1)} cells an hour`;

/** One line of the terminal for the soak. */
export function soakLine({ steps, warm, milliseconds: step, tensors, growth, share }: SoakResult): string {
  const grown =
    growth === null || share === null ? '' : `, memory ${(growth / 2 ** 20).toFixed(1)} MiB (${percent(share)}) more`;
  return `soak: ${steps} steps of ${milliseconds(step)} ms; after the first ${warm}: tensors ${tensors[0]}, then ${tensors[1]}${grown}`;
}

export const waitingLine = ({ step, shares }: WaitingResult): string =>
  `waiting: steps of ${milliseconds(step)} ms wait ${percent(median(shares))} of the time for their images`;

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
      { key: 'ourRate', title: 'csdnet', unit: 'images/s', align: 'right' },
      { key: 'theirRate', title: 'Peer', unit: 'images/s', align: 'right' },
      { key: 'ourPeak', title: 'Peak, csdnet', unit: 'MiB', align: 'right' },
      { key: 'theirPeak', title: 'Peak, peer', unit: 'MiB', align: 'right' },
      { key: 'same', title: 'Same numbers' },
    ],
    rows: rows.map((row) => ({
      ...{ name: row.name, batch: batchOf(row), ours: milliseconds(row.ours.milliseconds) },
      theirs: row.theirs ? milliseconds(row.theirs.milliseconds) : null,
      ratio: row.ratio ? ratioText(row.ratio) : null,
      ...{ ourRate: rateText(row.ours), theirRate: rateText(row.theirs) },
      ...{ ourPeak: mebibytes(row.ours.peak), theirPeak: mebibytes(row.theirs?.peak), same: sameText(row) },
    })),
    notes: [
      'Both engines start from the same weights and batch, in processes of their own, and take turns; only one computes at a time. Times are ' +
        "medians over the rounds of a round's median iteration. The ratio is that of the medians; in brackets the rank interval of the rounds' " +
        'own ratios (95 %, with fewer than six rounds the whole range). Below 1 we are faster. A slow row has fewer rounds, three at least.',
      'The peak is the most memory that was resident while the row was measured. "Same numbers": losses, gradient norm and the losses after ' +
        'one update (or the logits, or the number of images read) agree to 0.001; maps are compared by their trustworthiness (15 neighbours), ours ' +
        "first: at most 0.005 less than the peer's. A map's time is all of it, neighbours, graph and layout; an input's is one pass over the folder.",
      'Peers: PyTorch; for maps umap-learn with all its threads, compiled before it is timed; for input PIL in the worker processes of a DataLoader, ' +
        'one a thread.',
    ],
  };
}

const WRITE = { times: (x: number): string => x.toFixed(2), share: percent } as const;
const LIMIT = { times: String, share: (x: number): string => `${100 * x} %` } as const;

const claimsTable = (claims: readonly Claim[]): Table => ({
  title: 'Goals',
  columns: [
    { key: 'name', title: 'Goal' },
    { key: 'ours', title: 'csdnet', align: 'right' },
    { key: 'theirs', title: 'Peer', align: 'right' },
    { key: 'limit', title: 'At most', align: 'right' },
    { key: 'met', title: 'Met' },
  ],
  rows: claims.map(({ name, unit, ours, theirs, limit, met }) => ({
    ...{ name, ours: ratioText(ours, WRITE[unit]), theirs: theirs ? ratioText(theirs, WRITE[unit]) : null },
    ...{ limit: LIMIT[unit](limit), met: met ? 'yes' : 'no' },
  })),
  notes: [
    'A step that waits for images is one that leaves the processor free, as on another device. The memory is what is resident in a process that ' +
      'takes steps of a small recipe, and no tensor may be left over.',
  ],
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
