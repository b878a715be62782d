/** One run, from its config to its record. */
import path from 'node:path';
import type { Values } from '../backbone';
import { decodeMasks, decodeSplit, openImages, pickImages } from '../data';
import type { Dataset, Images, ImageSource, Split, Waiting } from '../data';
import { readsTruth } from '../config';
import type { Config } from '../config';
import { deviceInfo } from '../tf';
import { trainRun } from '../train';
import type { EpochMetrics, Outputs, RunData, RunOutcome, StepProgress } from '../train';
import { createRunLog } from './log';
import { predictedImages, writeOutputs, writePredictions } from './outputs';
import { provenance } from './provenance';
import { adoptRun, checkpointFile, readRecord, RECORD_FORMAT, runId, writeRecord } from './record';
import type { RunRecord } from './record';
import { drawnDataset, seenDataset, seenFacts, testSplitsOf } from './seen';
import { sourcesOf } from './sources';
import { claimRun, tidyRun } from './status';

export interface RunPlace {
  /** Folder of records and checkpoints. */
  readonly runs: string;
  /** Folder of decoded images. */
  readonly cache: string;
  /** Seconds between two checkpoints: what a killed run loses at the most, beside the epoch it is in. Default: 20. */
  readonly checkpointSeconds?: number;
}

export interface RunHooks {
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  readonly onNote?: (note: string) => void;
  /** Given the trained weights, before the record is written. */
  readonly onTrained?: (values: Values) => void | Promise<void>;
  /** Keeps logits and features of the test images in the run's folder. Default: predictions alone. */
  readonly keepOutputs?: boolean | undefined;
  /** What a person called, for the record. */
  readonly command?: string | undefined;
}

const CHECKPOINT_SECONDS = 20;

/** The splits that a run reads: training, then those that it is scored on. */
function splitsFor(dataset: Dataset, config: Config): { readonly splits: readonly Split[]; readonly names: string[] } {
  const seen = seenDataset(dataset, config);
  const names = [...testSplitsOf(seen, config)];
  return { names, splits: [seen.train, ...names.map((name) => seen.tests[name]!)] };
}

/** What a run reads, from its opened splits: the training images first, then those it is scored on. */
async function dataOf<S extends ImageSource>(
  dataset: Dataset,
  config: Config,
  { splits, names }: ReturnType<typeof splitsFor>,
  sources: readonly S[],
): Promise<RunData<S>> {
  const tests: Record<string, S> = Object.fromEntries(names.map((name, i) => [name, sources[i + 1]!] as const));
  const truth = readsTruth(config.view) && { truth: await decodeMasks(dataset, splits[0]!, config.input) };
  return { classes: dataset.classes, train: sources[0]!, tests, ...truth };
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
  const parts = splitsFor(dataset, config);
  const sources = await Promise.all(parts.splits.map((split) => decodeSplit(split, decoding(config, options))));
  return dataOf(dataset, config, parts, sources);
}

/** What a run needs: in memory where it fits, else decoded as it is read (`openImages`). To be closed whatever happens. */
async function openFor(dataset: Dataset, config: Config, options: ReadOptions) {
  const parts = splitsFor(dataset, config);
  const { splits } = parts;
  const whole = config.dataset.validation === 'none' ? undefined : drawnDataset(dataset, config).train;
  const { sources, close } = await openImages(whole ? [whole] : splits, decoding(config, options));
  const read = whole ? partsOf(sources[0]!, whole, splits) : sources;
  return { data: await dataOf(dataset, config, parts, read), close };
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

/** Write what the model said of the test images into the run's folder. */
async function writeAnswers(
  { runs, id, keep }: { readonly runs: string; readonly id: string; readonly keep: boolean },
  { outputs }: RunOutcome,
  { tests }: RunData,
  classNames: readonly string[],
): Promise<void> {
  for (const [split, found] of Object.entries(outputs)) {
    const place = { runs, id, split };
    await writePredictions(place, predictedImages(found, tests[split]!, classNames));
    if (keep) await writeOutputs(place, found, tests[split]!.count);
  }
}

/** Train and evaluate a run that this process has claimed, and leave everything but the record in its folder. */
async function trainInFolder(
  { config, id, dataset }: { readonly config: Config; readonly id: string; readonly dataset: Dataset },
  { runs, cache, checkpointSeconds = CHECKPOINT_SECONDS }: RunPlace,
  hooks: RunHooks,
): Promise<RunOutcome> {
  const log = createRunLog({ runs, id, config });
  const { data, close } = await openFor(dataset, config, { cache, signal: hooks.signal });
  const outcome = await trainRun(config, data, {
    ...hooks,
    checkpointFile: path.resolve(checkpointFile(runs, id)),
    checkpointSeconds,
    onBegin: (epochs) => log.begin(epochs),
    onEpoch(metrics) {
      log.epoch(metrics);
      hooks.onEpoch?.(metrics);
    },
  }).finally(close);
  log.end(outcome.evaluation);
  await writeAnswers({ runs, id, keep: hooks.keepOutputs ?? false }, outcome, data, dataset.classNames);
  return outcome;
}

/**
 * Do a run, unless its record is there already. A run that was killed goes on from its last epoch; one that another process of this machine is
 * doing is waited for.
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
  const { runs } = place;
  const before = readRecord(runs, id);
  if (before) {
    tidyRun(runs, id);
    return { record: before };
  }
  adoptRun(runs, id);
  const started = new Date().toISOString();
  const facts = seenFacts(dataset, config);
  const claim = await claimRun(runs, id, { config, dataset: facts, started }, hooks);
  try {
    const meanwhile = readRecord(runs, id);
    if (meanwhile) {
      claim.finish();
      return { record: meanwhile };
    }
    const begin = performance.now();
    const outcome = await trainInFolder({ config, id, dataset }, place, hooks);
    const { epochs, evaluation, bestOnTest, outputs, waiting } = outcome;
    const seconds = (performance.now() - begin) / 1000;
    const record: RunRecord = {
      format: RECORD_FORMAT,
      id,
      config,
      weights: sources.weights,
      dataset: facts,
      epochs,
      evaluation,
      ...(bestOnTest && { bestOnTest }),
      provenance: provenance({ started, seconds, command: hooks.command, ...deviceInfo() }),
    };
    await writeRecord(runs, record);
    claim.finish();
    return { record, outputs, waiting };
  } catch (error) {
    claim.leave(hooks.signal?.aborted ? 'stopped' : (error as Error).message);
    throw error;
  }
}
