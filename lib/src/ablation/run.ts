/** One run, from its config to its record. */
import path from 'node:path';
import type { Values } from '../backbone';
import { decodeSplit, openImages, pickImages } from '../data';
import type { Dataset, Images, ImageSource, Split, Waiting } from '../data';
import type { Config } from '../config';
import { deviceInfo } from '../tf';
import { removeCheckpoint, trainRun } from '../train';
import type { EpochMetrics, Outputs, RunData, StepProgress } from '../train';
import { provenance } from './provenance';
import { checkpointFile, readRecord, RECORD_FORMAT, runId, writeRecord } from './record';
import type { RunRecord } from './record';
import { drawnDataset, seenDataset, seenFacts } from './seen';
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

/** The test splits that the config names and the dataset has, in the config's order; all it has where none matches. */
export function testSplitsOf(dataset: Dataset, config: Config): readonly string[] {
  const wanted = config.dataset.testSplits.filter((name) => name in dataset.tests);
  return wanted.length > 0 ? wanted : Object.keys(dataset.tests);
}

/** The splits that a run reads: training, then those that it is scored on. */
function splitsFor(dataset: Dataset, config: Config): { readonly splits: readonly Split[]; readonly names: string[] } {
  const seen = seenDataset(dataset, config);
  const names = [...testSplitsOf(seen, config)];
  return { names, splits: [seen.train, ...names.map((name) => seen.tests[name]!)] };
}

function dataOf<S extends ImageSource>(classes: number, names: readonly string[], sources: readonly S[]): RunData<S> {
  const tests: Record<string, S> = Object.fromEntries(names.map((name, i) => [name, sources[i + 1]!] as const));
  return { classes, train: sources[0]!, tests };
}

interface ReadOptions {
  /** Folder of decoded images. */
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

const decoding = ({ input }: Config, { cache, signal, onProgress }: ReadOptions) => ({
  ...{ size: input.sourceSize, fit: input.fit },
  ...{ cacheDir: cache, signal, onProgress },
});

/** Decode what a run needs into memory, whatever its size; from the cache where it has it. */
export async function decodeFor(dataset: Dataset, config: Config, options: ReadOptions): Promise<RunData<Images>> {
  const { splits, names } = splitsFor(dataset, config);
  const sources = await Promise.all(splits.map((split) => decodeSplit(split, decoding(config, options))));
  return dataOf(dataset.classes, names, sources);
}

/** What a run needs: in memory where it fits, else decoded as it is read (`openImages`). To be closed whatever happens. */
async function openFor(dataset: Dataset, config: Config, options: ReadOptions) {
  const { splits, names } = splitsFor(dataset, config);
  const whole = config.dataset.validation === 'none' ? undefined : drawnDataset(dataset, config).train;
  const { sources, close } = await openImages(whole ? [whole] : splits, decoding(config, options));
  const read = whole ? partsOf(sources[0]!, whole, splits) : sources;
  return { data: dataOf(dataset.classes, names, read), close };
}

/** Parts of a split that was opened as a whole: all folds, and the run that chooses nothing, share its decoded images. */
function partsOf(source: ImageSource, whole: Split, parts: readonly Split[]): readonly ImageSource[] {
  const places = new Map(whole.samples.map((sample, i) => [sample, i]));
  return parts.map(({ samples }) => pickImages(source, samples.map((sample) => places.get(sample)!))); // prettier-ignore
}

export interface RunResult {
  readonly record: RunRecord;
  /** Logits and features on each test split; undefined where the record was there already. */
  readonly outputs?: Readonly<Record<string, Outputs>>;
  /** How long the steps waited for their images; undefined where the record was there already. */
  readonly waiting?: Waiting;
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
  const checkpoint = path.resolve(checkpointFile(place.runs, id));
  const options = { ...hooks, checkpointFile: checkpoint, checkpointSeconds: CHECKPOINT_SECONDS };
  const { data, close } = await openFor(dataset, config, { cache: place.cache, signal: hooks.signal });
  const outcome = await trainRun(config, data, options).finally(close);
  const { epochs, evaluation, bestOnTest, outputs, waiting } = outcome;
  const seconds = (performance.now() - begin) / 1000;
  const record: RunRecord = {
    format: RECORD_FORMAT,
    id,
    config,
    weights: sources.weights,
    dataset: seenFacts(dataset, config),
    epochs,
    evaluation,
    ...(bestOnTest && { bestOnTest }),
    provenance: provenance({ started, seconds, ...deviceInfo() }),
  };
  await writeRecord(place.runs, record);
  removeCheckpoint(checkpoint);
  return { record, outputs, waiting };
}
