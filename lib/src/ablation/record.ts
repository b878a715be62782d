/**
 * The folder of a run, data/runs/<id>/, and the record in it. The record is written last, whole or not at all: where it is, the run is done. What
 * the run's config decides (`config`, `epochs`, `evaluation`) is the same on every repetition; what it does not decide (times, versions, machine)
 * stands apart in `provenance`.
 */
import fs from 'node:fs';
import path from 'node:path';
import { hashOf, identityOf, withLaterFields } from '../config';
import type { Config } from '../config';
import type { Dataset } from '../data';
import { partOf, removeLeftParts, writeWhole } from '../files';
import type { BestOnTest, EpochMetrics, Evaluation } from '../train';
import type { Provenance } from './provenance';

export const RECORD_FORMAT = 'csdnet-run/2';

/** Which images a run saw. */
export interface DatasetFacts {
  readonly name: string;
  /** SHA-256 of the annotations and file sizes: names the data, not the folder. */
  readonly fingerprint: string;
  readonly classes: number;
  readonly train: number;
  readonly tests: Readonly<Record<string, number>>;
  /** How the folder was laid out, and what a reader of results must know (a split that was drawn); missing in older records. */
  readonly layout?: string;
  readonly notes?: readonly string[];
}

export interface RunRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly id: string;
  /** The whole recipe: every field, also those that the preset left as they are. */
  readonly config: Config;
  /** Fingerprint of the weight file that the backbone started from; null where it started from random numbers. */
  readonly weights: string | null;
  readonly dataset: DatasetFacts;
  readonly epochs: readonly EpochMetrics[];
  /** Of the last epoch, by test split; `validation` alone where the run was scored on training images. */
  readonly evaluation: Readonly<Record<string, Evaluation>>;
  /** The epoch that was best on the test images, where the config asked for it: never the result of a run. */
  readonly bestOnTest?: BestOnTest;
  readonly provenance: Provenance;
}

/** The facts of a dataset that a record keeps. */
export function datasetFacts(dataset: Dataset): DatasetFacts {
  const tests = Object.fromEntries(Object.entries(dataset.tests).map(([name, split]) => [name, split.samples.length]));
  const { name, fingerprint, classes, layout, notes = [] } = dataset;
  return {
    ...{ name, fingerprint, classes, train: dataset.train.samples.length, tests },
    ...(layout !== undefined && { layout }),
    ...(notes.length > 0 && { notes }),
  };
}

/** What a run starts from beside its config, by content: a file that is replaced makes another run. */
export interface RunSources {
  /** Fingerprint of the dataset. */
  readonly dataset: string;
  /** Fingerprint of the weight file, or null. */
  readonly weights: string | null;
}

/** The name of a run: a hash of its config, its data and its first weights, wherever these lie. */
export function runId(given: Config, { dataset, weights }: RunSources): string {
  const config = identityOf(given);
  return hashOf({
    format: RECORD_FORMAT,
    weights,
    config: { ...config, dataset: { ...config.dataset, name: dataset } },
  });
}

/** A part of a file's name: letters, digits, dot, dash and underscore stay as they are. */
const safe = (name: string): string => encodeURIComponent(name);

export const runFolder = (runs: string, id: string): string => path.join(runs, id);
const inRun = (name: string) => (runs: string, id: string) => path.join(runFolder(runs, id), name);
/** Its presence says that the run is done. */
export const recordFile = inRun('record.json');
/** Kept while the run is under way. */
export const checkpointFile = inRun('checkpoint');
/** Who is at work on the run, or why it was left; gone when the run is done. */
export const statusFile = inRun('status.json');
/** Held by the process that is at work on the run. */
export const lockFile = inRun('lock');
/** Losses and accuracy, an epoch a line. */
export const metricsFile = inRun('metrics.csv');
export const predictionsFile = (runs: string, id: string, split: string): string =>
  path.join(runFolder(runs, id), `predictions-${safe(split)}.csv`);
export const outputsFile = (runs: string, id: string, split: string): string =>
  path.join(runFolder(runs, id), `outputs-${safe(split)}.safetensors`);

/** Every run that has left something in a folder, by id. */
export function runIds(runs: string): readonly string[] {
  if (!fs.existsSync(runs)) return [];
  const found = fs.readdirSync(runs).map((name) => /^([0-9a-f]{12})(\.json|\.checkpoint)?$/.exec(name)?.[1]);
  return [...new Set(found.filter((id) => id !== undefined))].sort();
}

/** Where a run's record and checkpoint lay before runs had folders. */
const oldFiles = (runs: string, id: string): readonly string[] =>
  ['json', 'checkpoint'].map((ending) => path.join(runs, `${id}.${ending}`));

/** Whether a run has left a checkpoint, wherever it lies. */
export const hasCheckpoint = (runs: string, id: string): boolean =>
  [checkpointFile(runs, id), oldFiles(runs, id)[1]!].some((file) => fs.existsSync(file));

/**
 * Move a run's files from where they lay before runs had folders into its folder. What is there already stays.
 *
 * @throws where the folder cannot be written
 */
export function adoptRun(runs: string, id: string): void {
  const places = [recordFile(runs, id), checkpointFile(runs, id)];
  oldFiles(runs, id).forEach((old, i) => {
    if (!fs.existsSync(old) || fs.existsSync(places[i]!)) return;
    fs.mkdirSync(runFolder(runs, id), { recursive: true });
    try {
      fs.renameSync(old, places[i]!);
    } catch (error) {
      // Another process may have moved it since.
      if (fs.existsSync(old)) throw error;
    }
  });
}

/** The record's file, wherever it lies; undefined where there is none. Folders that cannot be written are read as they are. */
function findRecord(runs: string, id: string): string | undefined {
  const [file, [old]] = [recordFile(runs, id), oldFiles(runs, id)];
  if (fs.existsSync(file)) return file;
  try {
    adoptRun(runs, id);
  } catch {
    if (fs.existsSync(old!)) return old;
  }
  return fs.existsSync(file) ? file : undefined;
}

/** The record of a run, or undefined where it has none yet. @throws where the file is no record of this run */
export function readRecord(runs: string, id: string): RunRecord | undefined {
  const file = findRecord(runs, id);
  if (file === undefined) return undefined;
  let content: Partial<RunRecord> | null;
  try {
    content = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<RunRecord> | null;
  } catch (error) {
    throw new Error(`${file} is no JSON (${(error as Error).message}): remove it, and the run is done again`, {
      cause: error,
    });
  }
  if (content?.format !== RECORD_FORMAT || content.id !== id || !content.evaluation || !content.epochs) {
    throw new Error(
      `${file} is no record of run ${id} in the format ${RECORD_FORMAT}: remove it, and the run is done again`,
    );
  }
  const record = content as RunRecord;
  return { ...record, config: withLaterFields(record.config) };
}

/** Write a record, whole or not at all. */
export async function writeRecord(runs: string, record: RunRecord): Promise<void> {
  fs.mkdirSync(runFolder(runs, record.id), { recursive: true });
  await writeWhole(recordFile(runs, record.id), `${JSON.stringify(record)}\n`);
}

/** Forget that a run is done, so that it is done again, from its checkpoint where it has one. */
export function forgetRecord(runs: string, id: string): void {
  for (const file of [recordFile(runs, id), oldFiles(runs, id)[0]!]) fs.rmSync(file, { force: true });
}

/** Forget a run and all that it left. The folder is renamed first: a half-removed one is no run. */
export function forgetRun(runs: string, id: string): void {
  for (const file of oldFiles(runs, id)) fs.rmSync(file, { force: true });
  if (!fs.existsSync(runFolder(runs, id))) return;
  removeLeftParts(runs);
  const gone = partOf(path.join(runs, `.${id}`));
  fs.renameSync(runFolder(runs, id), gone);
  fs.rmSync(gone, { recursive: true, force: true });
}
