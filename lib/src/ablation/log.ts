/** What a run tells while it goes: metrics.csv and TensorBoard's event file in its folder. Each holds every epoch once, however often the run was resumed. */
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { recipeFields, recipeLines } from '../config';
import type { Config } from '../config';
import { withoutControls } from '../core/text';
import { explaining, writeWholeSync } from '../files';
import { csvLine } from '../report/table';
import { fileHead, scalar, sessionEnd, sessionStart, summary, text } from '../tracking/event';
import type { EventTime, Parameter, SummaryValue } from '../tracking/event';
import type { EpochMetrics, Evaluation } from '../train';
import { metricsFile, runFolder } from './record';

/** Milliseconds since 1970. */
export type Now = () => number;

export interface RunLog {
  /** The run begins or goes on: these epochs are done, and whatever else an earlier process wrote is dropped. */
  begin(epochs: readonly EpochMetrics[]): void;
  epoch(metrics: EpochMetrics): void;
  /** The last epoch's scores by test split. */
  end(evaluation: Readonly<Record<string, Evaluation>>): void;
}

/** The name that TensorBoard looks for. The machine's name, which others put there, is left out. */
const eventFileName = (time: number): string =>
  `events.out.tfevents.${Math.floor(time / 1000)}.${process.pid}.${time % 1000}.csdnet`;
const isEventFile = (name: string): boolean => name.startsWith('events.out.tfevents.');

const termsOf = ({ objective }: Config): readonly string[] => objective.map(({ kind }) => kind);

const headOf = (config: Config): readonly string[] => [
  ...['epoch', 'time', 'loss'],
  ...termsOf(config).map((kind) => `loss_${kind}`),
  ...['trainAccuracy', 'gradientNorm', 'rate'],
];

function lineOf(config: Config, metrics: EpochMetrics, time: number): string {
  const { epoch, loss, terms, trainAccuracy, gradientNorm, rate } = metrics;
  const parts = termsOf(config).map((kind) => terms[kind]!);
  return csvLine([epoch, new Date(time).toISOString(), loss, ...parts, trainAccuracy, gradientNorm, rate]);
}

/** When each epoch ended, as an earlier process of the run wrote it down; a line that is cut short or says no time is passed over. */
function timesOf(file: string): ReadonlyMap<number, number> {
  if (!fs.existsSync(file)) return new Map();
  // A line without its end was being written when the process was killed: its time may be cut to another one.
  const text = fs.readFileSync(file, 'utf8');
  const rows = parse(text.slice(0, text.lastIndexOf('\n') + 1), {
    relaxColumnCount: true,
    relaxQuotes: true,
  }) as string[][];
  const times = rows.map(([epoch, time = '']) => [Number(epoch), Date.parse(time)] as const);
  return new Map(times.filter(([epoch, time]) => Number.isInteger(epoch) && Number.isFinite(time)));
}

function epochValues({ loss, terms, trainAccuracy, gradientNorm, rate }: EpochMetrics): readonly SummaryValue[] {
  return [
    scalar('loss/total', loss),
    ...Object.entries(terms).map(([kind, value]) => scalar(`loss/${kind}`, value)),
    scalar('accuracy/train', trainAccuracy),
    scalar('gradient norm', gradientNorm),
    scalar('rate', rate),
  ];
}

/** The recipe as TensorBoard's table of hyper-parameters has it: the seed too, lists as texts. */
const parametersOf = (config: Config): Record<string, Parameter> =>
  Object.fromEntries(
    Object.entries(recipeFields(config)).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : (value as Parameter),
    ]),
  );

/** What stands before the first epoch: the recipe to read, and to compare runs by. */
function recipeEvents(id: string, config: Config, wall: number): Buffer {
  const time: EventTime = { wall, step: 0 };
  // Four spaces make a block of code in Markdown.
  const recipe = recipeLines(config).map((line) => `    ${line}`);
  return Buffer.concat([
    fileHead(wall),
    summary(time, [text('recipe', recipe.join('\n'))]),
    summary(time, [sessionStart(parametersOf(config), { group: id, wall })]),
  ]);
}

const append = (file: string, data: string | Uint8Array): void => explaining(file, () => fs.appendFileSync(file, data));

/**
 * The log of a run. Nothing of it is needed to go on: a file that cannot be written is the caller's to tell.
 *
 * @param now the clock; no result depends on it
 */
export function createRunLog(
  { runs, id, config }: { readonly runs: string; readonly id: string; readonly config: Config },
  now: Now = () => new Date().getTime(),
): RunLog {
  const folder = runFolder(runs, id);
  const table = metricsFile(runs, id);
  let events = '';
  return {
    begin(epochs) {
      const known = timesOf(table);
      const start = now();
      const timeOf = ({ epoch }: EpochMetrics): number => known.get(epoch) ?? start;
      explaining(folder, () => fs.mkdirSync(folder, { recursive: true }));
      writeWholeSync(table, csvLine(headOf(config)) + epochs.map((one) => lineOf(config, one, timeOf(one))).join(''));
      for (const name of fs.readdirSync(folder).filter(isEventFile)) fs.rmSync(path.join(folder, name));
      events = path.join(folder, eventFileName(start));
      const done = epochs.map((one) => summary({ wall: timeOf(one) / 1000, step: one.epoch }, epochValues(one)));
      writeWholeSync(events, Buffer.concat([recipeEvents(id, config, start / 1000), ...done]));
    },
    epoch(metrics) {
      const time = now();
      append(table, lineOf(config, metrics, time));
      append(events, summary({ wall: time / 1000, step: metrics.epoch }, epochValues(metrics)));
    },
    end(evaluation) {
      const wall = now() / 1000;
      const time: EventTime = { wall, step: config.training.epochs };
      const values = Object.entries(evaluation).flatMap(([split, { top1, nll }]) => [
        scalar(`accuracy/${withoutControls(split)}`, top1),
        scalar(`nll/${withoutControls(split)}`, nll),
      ]);
      append(events, Buffer.concat([summary(time, values), summary(time, [sessionEnd(wall)])]));
    },
  };
}
