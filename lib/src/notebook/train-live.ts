/** Training in a cell: a bar with the time left, a live curve, and a stop button that keeps what is done. */
import fs from 'node:fs';
import path from 'node:path';
import { decodeFor, runId, sourcesOf } from '../ablation';
import { modelValues } from '../backbone';
import { checkConfig } from '../config';
import type { Config } from '../config';
import type { Dataset, Images } from '../data';
import { partOf, removeLeftParts } from '../files';
import { projectPaths } from '../project';
import { figureToSvg, liveDisplay } from '../report';
import type { LiveDisplay } from '../report';
import { computeOutputs, disposeState, queueReport, removeCheckpoint, score, trainRun } from '../train';
import type { EpochMetrics, Evaluation, Outputs, QueueReport, RunData, StepProgress, TrainState } from '../train';
import { loadCheckpoint } from '../train/checkpoint';
import type { TrainedModel } from '../train/source';
import { stoppedBy } from './interrupt';
import { epochCurves } from './live-figures';
import { progressHtml, stopwatch, throttle, timeLeft } from './progress';

/** What a live run leaves: plain values only. */
export interface LiveRun {
  /** Names the run: a hash of its config and its data, as in data/runs. */
  readonly id: string;
  readonly config: Config;
  readonly classNames: readonly string[];
  /** True where the stop button ended it: everything below is then of the last whole epoch. */
  readonly stopped: boolean;
  readonly seconds: number;
  readonly epochs: readonly EpochMetrics[];
  /** The test split that was evaluated. */
  readonly split: string;
  readonly labels: readonly number[];
  readonly evaluation: Evaluation;
  readonly outputs: Outputs;
  /** The trained weights, for `lookAtViews` and `lookAtQueue`. */
  readonly model: TrainedModel;
  /** What the raw queue held at the end; undefined where the objective has no contrast term. */
  readonly queue: QueueReport | undefined;
}

/** Where a live run tells how far it is. */
export interface LiveReport {
  readonly note?: (text: string) => void;
  readonly step: (progress: StepProgress) => void;
  readonly epoch?: (metrics: EpochMetrics) => void;
  /** Lent the state after each epoch, with the images of the run, and awaited; nothing of the state may be kept. */
  readonly state?: (state: TrainState, epoch: number, data: RunData<Images>) => Promise<void>;
  readonly end?: (run: LiveRun) => void;
}

/** Bar and curve on one live display. */
export function reporter(display: LiveDisplay, config: Config): LiveReport {
  const seconds = stopwatch();
  const due = throttle(0.4);
  const epochs: EpochMetrics[] = [];
  const draw = (share: number, text: string): void => {
    const curve = epochs.length > 1 ? figureToSvg(epochCurves(epochs, config), { width: 760, height: 300 }) : '';
    display.html(progressHtml(share, text) + curve);
  };
  return {
    note: (text) => display.html(progressHtml(0, text)),
    step({ step, steps, epoch, report }) {
      if (!due()) return;
      const left = timeLeft(seconds(), step / steps);
      draw(step / steps, `epoch ${epoch} of ${config.training.epochs}, loss ${report.total.toFixed(2)}, ${left}`);
    },
    epoch: (metrics) => void epochs.push(metrics),
    end: (run) => {
      const kept = `stopped; kept: ${run.epochs.length} of ${config.training.epochs} epochs`;
      display.html(progressHtml(epochs.length / config.training.epochs, run.stopped ? kept : timeLeft(run.seconds, 1)));
    },
  };
}

/** The last whole epoch as it stands in the checkpoint: its weights as plain values, and what they score. */
async function fromCheckpoint(file: string, config: Config, data: RunData<Images>) {
  const found = loadCheckpoint(file, config, data.classes);
  if (!found) return undefined;
  try {
    const [split, images] = Object.entries(data.tests)[0]!;
    const outputs = await computeOutputs(found.state.model, images, config);
    const values = modelValues(found.state.model);
    const evaluation = score(outputs, images, data.classes);
    const labels = Array.from(images.labels);
    return {
      queue: queueReport(found.state, config, data),
      epochs: found.epochs,
      split,
      labels,
      outputs,
      evaluation,
      model: { config, classes: data.classes, values },
    };
  } finally {
    disposeState(found.state);
  }
}

/** Trains a checked config, telling a report how far it is. @throws as `trainLive` */
export async function liveRun(dataset: Dataset, config: Config, report: LiveReport): Promise<LiveRun> {
  const id = runId(config, sourcesOf(config, dataset));
  const paths = projectPaths();
  const folder = path.join(path.dirname(paths.cache), 'live');
  removeLeftParts(folder);
  const file = partOf(path.join(folder, `${id}.checkpoint`));
  const elapsed = stopwatch();
  removeCheckpoint(file);
  report.note?.('reading the images');
  const data = await decodeFor(dataset, config, { cache: paths.cache });
  try {
    const stopped = await stoppedBy((signal) =>
      trainRun(
        config,
        { ...data, tests: {} },
        {
          ...{ signal, checkpointFile: file, onStep: report.step },
          onEpoch: (metrics) => report.epoch?.(metrics),
          onState: (state, epoch) => report.state?.(state, epoch, data),
        },
      ),
    );
    const last = fs.existsSync(file) ? await fromCheckpoint(file, config, data) : undefined;
    if (!last)
      throw new Error(
        'The run was stopped before its first epoch was whole, so there is nothing to keep: run the cell again.',
      );
    const run = { id, config, classNames: dataset.classNames, stopped, seconds: elapsed(), ...last };
    report.end?.(run);
    return run;
  } finally {
    removeCheckpoint(file);
  }
}

/**
 * Trains a config from its first step, in view, and evaluates it on its first test split. For the `tiny` preset; long work belongs to the
 * runner (`npm run reproduce`), also because all images are held in memory here. The stop button ends it after the current step and keeps the last whole epoch.
 *
 * @throws ConfigError where the config cannot be used; Error where it was stopped before the first epoch was whole
 */
export async function trainLive(dataset: Dataset, config: Config): Promise<LiveRun> {
  const checked = checkConfig(config);
  return liveRun(dataset, checked, reporter(liveDisplay(), checked));
}
