/**
 * One training step: two views, two forward passes, the terms, one backward pass, one update. Synchronous: an await holds no tensor.
 */
import * as tf from '../tf';
import type { NamedTensorMap, Scalar, Tensor1D, Tensor2D, Tensor4D } from '../tf';
import { applyModel, foldModel, moveStatistics } from '../backbone';
import type { Features, Pass } from '../backbone';
import type { Config } from '../config';
import { globalNorm, lossesAndGradients } from '../core/gradient';
import type { LossesAndGradients } from '../core/gradient';
import { normalizeRows } from '../core/similarity';
import { enqueue } from '../queue';
import { applyUpdate } from './optimizer';
import type { StepPlan } from './plan';
import { rateShare, termWeight } from './schedule';
import { sharesQueue } from './state';
import type { TrainState } from './state';
import { termValues } from './terms';
import type { Queues, Seen } from './terms';
import { rawView, secondView, sourceTensor } from './views';

/** Pixels and labels of a batch, as plain arrays. */
export interface StepInput {
  /** uint8 [n, side, side, 3] */
  readonly data: Uint8Array;
  readonly labels: Int32Array;
  /** Names of the images, for error messages. */
  readonly names: readonly string[];
  readonly plan: StepPlan;
}

export interface StepReport {
  /** Mean loss of each term over the batch, before its weight, in the objective's order. */
  readonly losses: readonly number[];
  /** Weighted sum of the losses. */
  readonly total: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** Images of the batch whose raw view was classified rightly. */
  readonly correct: number;
}

/** A loss or gradient that is no finite number. The run stops: going on would only spoil the weights. */
export class NonFiniteError extends Error {
  override readonly name = 'NonFiniteError';
}

interface Aux extends NamedTensorMap {
  feature: Tensor2D;
  logits: Tensor2D;
}

const seen = ({ feature, logits }: Features): Seen => ({ feature: normalizeRows(feature), logits });

function differentiate(state: TrainState, config: Config, source: Tensor4D, input: StepInput): LossesAndGradients<Aux> {
  const { model, queues, step } = state;
  const batchStatistics = config.backbone.batchNorm === 'train';
  const labels = tf.tensor1d(input.labels, 'int32');
  const images = rawView(source, input.plan.raw, config.input.imageSize);
  const forward = () => {
    const pass: Pass = batchStatistics ? { batchStatistics } : { batchStatistics, folded: foldModel(model) };
    const raw = applyModel(model, images, pass);
    const view = secondView(source, input.plan, raw, config);
    const scene = {
      raw: seen(raw),
      second: view && seen(applyModel(model, view, pass)),
      labels,
      queues,
    };
    const aux: Aux = { feature: scene.raw.feature, logits: raw.logits, ...raw.statistics };
    if (scene.second) aux.second = scene.second.feature;
    return { values: termValues(scene, config.objective), aux };
  };
  const weights = tf.tensor1d(config.objective.map((term) => termWeight(term, step)));
  return lossesAndGradients(
    forward,
    model.trainable.map(({ variable }) => variable),
    weights,
  );
}

/** Losses, gradient norm and hits, in one read-back. */
function readReport(result: LossesAndGradients<Aux>, input: StepInput, config: Config, step: number): StepReport {
  const norm = globalNorm(Object.values(result.gradients));
  const hits = tf.sum(
    tf.cast(tf.equal(tf.argMax(result.aux.logits, 1), tf.tensor1d(input.labels, 'int32')), 'float32'),
  );
  const numbers = tf.concat([result.values, tf.stack([norm, hits as Scalar])] as Tensor1D[]).dataSync();
  const losses = Array.from(numbers.subarray(0, config.objective.length));
  const [gradientNorm, correct] = numbers.subarray(config.objective.length) as unknown as [number, number];
  const total = losses.reduce((sum, loss, i) => sum + loss * termWeight(config.objective[i]!, step), 0);
  return { losses, total, gradientNorm, correct };
}

function refuseNonFinite(report: StepReport, input: StepInput, config: Config, step: number): void {
  const bad = config.objective
    .filter((_, i) => !Number.isFinite(report.losses[i]))
    .map((term) => `the ${term.kind} loss`);
  if (bad.length === 0 && !Number.isFinite(report.gradientNorm)) bad.push('the gradient');
  if (bad.length === 0) return;
  const batch =
    input.names.slice(0, 8).join(', ') + (input.names.length > 8 ? `, and ${input.names.length - 8} more` : '');
  throw new NonFiniteError(
    `At step ${step + 1} ${bad.join(' and ')} became infinite or no number, on the batch ${batch}. ` +
      'The weights are as they were before this step. A lower optimizer.rate, a longer warm-up or a smaller clipNorm usually mends it.',
  );
}

function remember(queues: Queues, aux: Aux, labels: Tensor1D, shared: boolean): Queues {
  const raw = enqueue(queues.raw, aux.feature, labels);
  const features = aux.second as Tensor2D | undefined;
  if (!features) return { raw, second: raw };
  if (!shared) return { raw, second: enqueue(queues.second, features, labels) };
  const both = enqueue(raw, features, labels);
  return { raw: both, second: both };
}

/** New queues outlive the scope of the step that makes them. */
function rememberOutside(queues: Queues, aux: Aux, input: StepInput, config: Config): Queues {
  const labels = tf.tensor1d(input.labels, 'int32');
  const next = remember(queues, aux, labels, sharesQueue(config));
  labels.dispose();
  return next;
}

/**
 * Train on one batch.
 *
 * @param state consumed: go on with the state that is returned
 * @throws NonFiniteError naming the step, the term and the batch; the weights are then unchanged
 */
export function trainStep(
  state: TrainState,
  config: Config,
  input: StepInput,
  totalSteps: number,
): { readonly state: TrainState; readonly report: StepReport } {
  const { model, slots, step } = state;
  let report: StepReport | undefined;
  const aux = tf.tidy(() => {
    const source = sourceTensor(input.data, config.input.sourceSize);
    const result = differentiate(state, config, source, input);
    report = readReport(result, input, config, step);
    refuseNonFinite(report, input, config, step);
    const { optimizer } = config;
    applyUpdate(model.trainable, slots, result.gradients, {
      config: optimizer,
      step,
      rateShare: rateShare(step, totalSteps, optimizer),
      gradientScale: Math.min(1, optimizer.clipNorm / (report.gradientNorm + 1e-6)),
    });
    const { feature, logits, second, ...statistics } = result.aux;
    moveStatistics(model, statistics as Record<string, Tensor1D>);
    return (second ? { feature, second } : { feature }) as NamedTensorMap;
  }) as Aux;
  const queues = state.queues && rememberOutside(state.queues, aux, input, config);
  tf.dispose(aux);
  return { state: { model, slots, queues, step: step + 1 }, report: report! };
}
