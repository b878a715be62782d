/**
 * The record of a finished run: data/runs/<id>.json. What the run's config decides (`config`, `epochs`, `evaluation`) is the same on every
 * repetition; what it does not decide (times, versions, machine) stands apart in `provenance`.
 */
import fs from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { hashOf, identityOf, withLaterFields } from '../config';
import type { Config } from '../config';
import type { Dataset } from '../data';
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
  const { name, fingerprint, classes } = dataset;
  return { name, fingerprint, classes, train: dataset.train.samples.length, tests };
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

export const recordFile = (runs: string, id: string): string => path.join(runs, `${id}.json`);
export const checkpointFile = (runs: string, id: string): string => path.join(runs, `${id}.checkpoint`);

/** The record of a run, or undefined where it has none yet. @throws where the file is no record of this run */
export function readRecord(runs: string, id: string): RunRecord | undefined {
  const file = recordFile(runs, id);
  if (!fs.existsSync(file)) return undefined;
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
  fs.mkdirSync(runs, { recursive: true });
  await writeFileAtomic(recordFile(runs, record.id), `${JSON.stringify(record)}\n`);
}
