/**
 * Training from the first step to the last, and the evaluation at the end. Here the three rings meet: plain numbers decide, tensors compute,
 * and between the steps the world (progress, stop signals, checkpoints) has its turn.
 */
import { setImmediate as pause } from 'node:timers/promises';
import fs from 'node:fs';
import { modelValues } from '../backbone';
import type { Values } from '../backbone';
import { stepsPerEpoch } from '../config';
import type { Config } from '../config';
import { gatherMasks, prefetch, readBatch, sumWaiting, timed } from '../data';
import type { ImageSource, Masks, Waiting } from '../data';
import { bestOnTest } from './best-on-test';
import type { BestOnTest } from './best-on-test';
import { loadCheckpoint, saveCheckpoint } from './checkpoint';
import { accuracyOn, computeOutputs, score } from './evaluate';
import type { Evaluation, Outputs } from './evaluate';
import { planEpoch } from './plan';
import type { StepPlan } from './plan';
import { rateShare } from './schedule';
import { createState, disposeState } from './state';
import type { TrainState } from './state';
import { trainStep } from './step';
import type { StepInput } from './gradient';
import type { StepReport } from './step';

export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  /** Mean weighted loss over the epoch's images. */
  readonly loss: number;
  /** Mean loss of each term before its weight, by kind. */
  readonly terms: Readonly<Record<string, number>>;
  /** Share of training images (under augmentation) classified rightly. */
  readonly trainAccuracy: number;
  /** Largest gradient norm of the epoch, before clipping. */
  readonly gradientNorm: number;
  /** The backbone's learning rate at the epoch's last step. */
  readonly rate: number;
}

export interface RunData<Source extends ImageSource = ImageSource> {
  readonly classes: number;
  readonly train: Source;
  /** Masks of the training images, where the second view is made from them (`readsTruth`). */
  readonly truth?: Masks | undefined;
  /** By split name. */
  readonly tests: Readonly<Record<string, Source>>;
}

export interface StepProgress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly report: StepReport;
}

export interface RunOptions {
  /** Where the state is kept at the end of an epoch; a run that finds its own goes on from there. */
  readonly checkpointFile?: string;
  /**
   * Seconds that lie at least between two checkpoints; 0 (default) keeps every epoch. With few images an epoch is a step or two, and
   * writing the state after each takes as long as the training.
   */
  readonly checkpointSeconds?: number;
  /** Stops the run after the current step. The last checkpoint stays. */
  readonly signal?: AbortSignal;
  /** Told the epochs that are done before the first step: those of the checkpoint that the run goes on from, or none. */
  readonly onBegin?: (epochs: readonly EpochMetrics[]) => void;
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  /**
   * Lent the state at the end of each epoch, after `onEpoch`, for a look at it in plain numbers; the next step waits for it. The state is gone
   * afterwards: nothing of it may be kept.
   */
  readonly onState?: (state: TrainState, epoch: number) => void | Promise<void>;
  /** Told in a sentence of what a person may want to know (a run resumed, a damaged checkpoint set aside). */
  readonly onNote?: (note: string) => void;
  /** Given the weights of the last epoch, before they are evaluated. */
  readonly onTrained?: (values: Values) => void | Promise<void>;
  /** Milliseconds, for checkpoints and `waiting`; no result depends on it. Default: performance.now. */
  readonly clock?: () => number;
}

export interface RunOutcome {
  readonly epochs: readonly EpochMetrics[];
  readonly evaluation: Readonly<Record<string, Evaluation>>;
  /** The epoch that was best on the test images, where the config asks for it. */
  readonly bestOnTest?: BestOnTest;
  /** Outputs on each test split, for figures; not part of the record. */
  readonly outputs: Readonly<Record<string, Outputs>>;
  /** How long the steps waited for their images, all but the first, which nothing can be read ahead of; not part of the record. */
  readonly waiting: Waiting;
}

/** Batches that are made ready while a step runs. */
const AHEAD = 2;

interface Beginning {
  readonly state: TrainState;
  readonly epochs: EpochMetrics[];
  /** Test accuracy after each of the epochs; stays empty where the run does not ask for it. */
  readonly testCurve: number[];
}

function begin(config: Config, { classes, tests }: RunData, options: RunOptions): Beginning {
  const file = options.checkpointFile;
  if (file) {
    try {
      const found = loadCheckpoint(file, config, classes);
      if (found) {
        const { state, epochs, testCurve = [] } = found;
        if (headlineOf(config, tests) && testCurve.length !== epochs.length) {
          disposeState(state);
          throw new Error('the checkpoint was kept without the test accuracy of its epochs');
        }
        options.onNote?.(`Resumed after epoch ${epochs.length}.`);
        return { state, epochs: [...epochs], testCurve: [...testCurve] };
      }
    } catch (error) {
      options.onNote?.(`Started again: ${(error as Error).message}.${setAside(file)}`);
    }
  }
  return { state: createState(config, classes), epochs: [], testCurve: [] };
}

/** Put a checkpoint that cannot be used out of the way of the next one. @returns where it is now, for people */
function setAside(file: string): string {
  const aside = `${file}.set-aside`;
  try {
    fs.renameSync(file, aside);
    return ` The file is kept as ${aside}.`;
  } catch {
    return '';
  }
}

/** The split whose best epoch a run keeps: its first test split; undefined where the config does not ask for it. */
function headlineOf({ training }: Config, tests: RunData['tests']): string | undefined {
  return training.bestOnTest ? Object.keys(tests)[0] : undefined;
}

/** What a step reads: the images of its plan, and their masks where the run has some. */
export async function inputOf(plan: StepPlan, { train, truth }: RunData, signal?: AbortSignal): Promise<StepInput> {
  const { data, labels } = await readBatch(train, plan.indices, signal);
  const masks = truth && { truth: gatherMasks(truth, plan.indices) };
  return { data, labels, ...masks, names: Array.from(plan.indices, (index) => train.names[index]!), plan };
}

/** The inputs of all steps from the first of epoch `from` to the run's last: reading ahead does not stop at the end of an epoch. */
function inputsFrom(from: number, config: Config, data: RunData, signal: AbortSignal | undefined) {
  const { train } = data;
  const perEpoch = stepsPerEpoch(train.count, config);
  const count = perEpoch * Math.max(0, config.training.epochs - from + 1);
  let planned: { readonly epoch: number; readonly plans: readonly StepPlan[] } | undefined;
  const make = (step: number, stop: AbortSignal): Promise<StepInput> => {
    const epoch = from + Math.floor(step / perEpoch);
    if (planned?.epoch !== epoch) planned = { epoch, plans: planEpoch(train.count, config, epoch) };
    return inputOf(planned.plans[step % perEpoch]!, data, stop);
  };
  return prefetch(make, AHEAD, { count, signal });
}

interface Seen {
  readonly size: number;
  readonly report: StepReport;
}

function summarize(epoch: number, seen: readonly Seen[], config: Config, rate: number): EpochMetrics {
  const images = seen.reduce((sum, { size }) => sum + size, 0);
  const average = (value: (report: StepReport) => number): number =>
    seen.reduce((sum, { size, report }) => sum + size * value(report), 0) / images;
  return {
    epoch,
    loss: average((report) => report.total),
    terms: Object.fromEntries(config.objective.map((term, i) => [term.kind, average((report) => report.losses[i]!)])),
    trainAccuracy: seen.reduce((sum, { report }) => sum + report.correct, 0) / images,
    gradientNorm: Math.max(...seen.map(({ report }) => report.gradientNorm)),
    rate,
  };
}

/** What the loop moves on; one owner, ended by `trainRun`. */
interface Moving {
  state: TrainState;
  readonly inputs: AsyncGenerator<StepInput, void, undefined>;
}

async function trainEpoch(
  moving: Moving,
  config: Config,
  images: number,
  options: RunOptions & { epoch: number },
): Promise<EpochMetrics> {
  const { epoch, signal } = options;
  const perEpoch = stepsPerEpoch(images, config);
  const steps = perEpoch * config.training.epochs;
  const seen: Seen[] = [];
  while (seen.length < perEpoch) {
    const input = (await moving.inputs.next()).value!;
    signal?.throwIfAborted();
    const { state, report } = trainStep(moving.state, config, input, steps);
    moving.state = state;
    seen.push({ size: input.labels.length, report });
    options.onStep?.({ step: state.step, steps, epoch, report });
    await pause();
  }
  signal?.throwIfAborted();
  const rate = config.optimizer.rate * rateShare(moving.state.step - 1, steps, config.optimizer);
  return summarize(epoch, seen, config, rate);
}

async function evaluateAll(state: TrainState, config: Config, data: RunData, signal?: AbortSignal) {
  const evaluation: Record<string, Evaluation> = {};
  const outputs: Record<string, Outputs> = {};
  for (const [name, images] of Object.entries(data.tests)) {
    const found = await computeOutputs(state.model, images, config, signal);
    outputs[name] = found;
    evaluation[name] = score(found, images, data.classes);
  }
  return { evaluation, outputs };
}

/**
 * Train a config on decoded images, then evaluate its last epoch (never its best) on every test split. Before the end no test image is looked
 * at, unless `training.bestOnTest` asks for it.
 *
 * The outcome is a pure function of config and data: the same on every repetition, whether or not the run was killed and resumed.
 *
 * @throws NonFiniteError where a loss or gradient is no finite number; the signal's reason where it was stopped
 */
export async function trainRun(config: Config, data: RunData, options: RunOptions = {}): Promise<RunOutcome> {
  const { checkpointFile: file, signal, clock = () => performance.now() } = options;
  const { state, epochs, testCurve } = begin(config, data, options);
  const headline = headlineOf(config, data.tests);
  const waits: Waiting[] = [];
  const inputs = inputsFrom(epochs.length + 1, config, data, signal);
  const moving: Moving = { state, inputs: timed(inputs, (wait) => waits.push(wait), clock) };
  const due = dueEvery(options.checkpointSeconds ?? 0, clock);
  try {
    options.onBegin?.([...epochs]);
    for (let epoch = epochs.length + 1; epoch <= config.training.epochs; epoch++) {
      const metrics = await trainEpoch(moving, config, data.train.count, { ...options, epoch });
      epochs.push(metrics);
      if (headline !== undefined)
        testCurve.push(await accuracyOn(data.tests[headline]!, moving.state.model, config, signal));
      const curve = headline === undefined ? {} : { testCurve };
      if (file && due()) await saveCheckpoint(file, config, { state: moving.state, epochs, ...curve });
      options.onEpoch?.(metrics);
      await options.onState?.(moving.state, epoch);
    }
    await moving.inputs.return();
    await options.onTrained?.(modelValues(moving.state.model));
    const evaluated = await evaluateAll(moving.state, config, data, signal);
    const best = headline === undefined ? {} : { bestOnTest: bestOnTest(headline, testCurve) };
    return { epochs, ...evaluated, ...best, waiting: sumWaiting(waits.slice(1)) };
  } finally {
    await moving.inputs.return();
    disposeState(moving.state);
  }
}

/** Says at each call whether so many seconds have passed since it last said yes, or since it was made. */
function dueEvery(seconds: number, clock: () => number): () => boolean {
  let last = clock();
  return () => {
    if (clock() - last < seconds * 1000) return false;
    last = clock();
    return true;
  };
}

/** Forget a finished run's checkpoint. */
export const removeCheckpoint = (file: string): void => fs.rmSync(file, { force: true });
