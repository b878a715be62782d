/** One run, from its config to its record. */
import path from 'node:path';
import type { Values } from '../backbone';
import { decodeSplit, takePerClass } from '../data';
import type { Dataset } from '../data';
import type { Config } from '../config';
import { deviceInfo } from '../tf';
import { removeCheckpoint, trainRun } from '../train';
import type { EpochMetrics, Outputs, RunData, StepProgress } from '../train';
import { provenance } from './provenance';
import { checkpointFile, datasetFacts, readRecord, RECORD_FORMAT, runId, writeRecord } from './record';
import type { RunRecord } from './record';
import { sourcesOf } from './sources';

export interface RunPlace {
  /** Folder of records and checkpoints. */
  readonly runs: string;
  /** Folder of decoded images. */
  readonly cache: string;
}

export interface RunHooks {
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  readonly onNote?: (note: string) => void;
  /** Given the trained weights, before the record is written. */
  readonly onTrained?: (values: Values) => void | Promise<void>;
}

/** What a killed run loses at the most, beside the epoch it is in. */
const CHECKPOINT_SECONDS = 20;

/** The dataset with as many training images a class as the config asks for, drawn by its seed. */
function trainingSet(dataset: Dataset, config: Config): Dataset {
  const { trainPerClass } = config.dataset;
  return trainPerClass === 'all' ? dataset : takePerClass(dataset, trainPerClass, config.seed);
}

/** The test splits that the config names and the dataset has, in the config's order; all it has where none matches. */
export function testSplitsOf(dataset: Dataset, config: Config): readonly string[] {
  const wanted = config.dataset.testSplits.filter((name) => name in dataset.tests);
  return wanted.length > 0 ? wanted : Object.keys(dataset.tests);
}

/** Decode what a run needs; from the cache where it has it. */
export async function decodeFor(
  dataset: Dataset,
  config: Config,
  {
    cache,
    signal,
    onProgress,
  }: { cache: string; signal?: AbortSignal | undefined; onProgress?: (done: number, total: number) => void },
): Promise<RunData> {
  const options = { size: config.input.sourceSize, fit: config.input.fit, cacheDir: cache, signal, onProgress };
  const train = await decodeSplit(trainingSet(dataset, config).train, options);
  const tests: RunData['tests'] = Object.fromEntries(
    await Promise.all(
      testSplitsOf(dataset, config).map(
        async (name) => [name, await decodeSplit(dataset.tests[name]!, options)] as const,
      ),
    ),
  );
  return { classes: dataset.classes, train, tests };
}

export interface RunResult {
  readonly record: RunRecord;
  /** Logits and features on each test split; undefined where the record was there already. */
  readonly outputs?: Readonly<Record<string, Outputs>>;
}

/**
 * Do a run, unless its record is there already. A run that was killed goes on from its last epoch.
 *
 * @throws what training throws; the checkpoint stays
 */
export async function runConfig(
  config: Config,
  dataset: Dataset,
  place: RunPlace,
  hooks: RunHooks = {},
): Promise<RunResult> {
  const sources = sourcesOf(config, dataset);
  const id = runId(config, sources);
  const existing = readRecord(place.runs, id);
  if (existing) return { record: existing };
  const started = new Date().toISOString();
  const begin = performance.now();
  const data = await decodeFor(dataset, config, { cache: place.cache, signal: hooks.signal });
  const checkpoint = path.resolve(checkpointFile(place.runs, id));
  const { epochs, evaluation, outputs } = await trainRun(config, data, {
    ...hooks,
    checkpointFile: checkpoint,
    checkpointSeconds: CHECKPOINT_SECONDS,
  });
  const seconds = (performance.now() - begin) / 1000;
  const record: RunRecord = {
    format: RECORD_FORMAT,
    id,
    config,
    weights: sources.weights,
    dataset: { ...datasetFacts(dataset), train: data.train.count },
    epochs,
    evaluation,
    provenance: provenance({ started, seconds, ...deviceInfo() }),
  };
  await writeRecord(place.runs, record);
  removeCheckpoint(checkpoint);
  return { record, outputs };
}
