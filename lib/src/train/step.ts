/**
 * One training step: the gradient of the objective, one update, and the batch's features into the queues. Synchronous: an await holds
 * no tensor.
 */
import * as tf from '../tf';
import type { Scalar, Tensor1D, Tensor2D } from '../tf';
import { moveStatistics } from '../backbone';
import { findTerm } from '../config';
import type { Config } from '../config';
import { globalNorm } from '../core/kernels';
import { enqueue } from '../queue';
import type { Queue } from '../queue';
import { batchGradient } from './gradient';
import type { BatchGradient, Kept, StepInput } from './gradient';
import { moveKeys } from './keys';
import { applyUpdate, clipScale } from './optimizer';
import { rateShare, termWeight } from './schedule';
import { trainableOf } from './state';
import type { TrainState } from './state';
import type { Queues } from './terms';

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

/** Losses, gradient norm and hits, in one read-back. */
function readReport(result: BatchGradient, input: StepInput, config: Config, step: number): StepReport {
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

/** Put both views' rows into the queues, which are consumed. New queues outlive the scope of the step that makes them. */
function remember(queues: Queues, aux: Kept, { labels, plan }: StepInput): Queues {
  const int = tf.tensor1d(labels, 'int32');
  const put = (view: string, memory: readonly Queue[]): readonly Queue[] =>
    memory.map((queue, level) => {
      const rows = aux[`${view}.${level}`];
      return rows ? enqueue(queue, rows as Tensor2D, int, plan.indices) : queue;
    });
  const shared = queues.raw === queues.second;
  const raw = put('raw', queues.raw);
  const second = put('second', shared ? raw : queues.second);
  int.dispose();
  return { raw: shared ? second : raw, second };
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
    const result = batchGradient(state, config, input);
    report = readReport(result, input, config, step);
    refuseNonFinite(report, input, config, step);
    const { optimizer } = config;
    applyUpdate(trainableOf(state), slots, result.gradients, {
      config: optimizer,
      step,
      rateShare: rateShare(step, totalSteps, optimizer),
      gradientScale: clipScale(report.gradientNorm, optimizer.clipNorm),
    });
    const { logits, ...rest } = result.aux;
    const statistics = Object.entries(rest).filter(([name]) => model.byName.has(name));
    moveStatistics(model, Object.fromEntries(statistics) as Record<string, Tensor1D>);
    if (state.keys) moveKeys(state.keys, model, findTerm(config, 'contrast')!.keyMomentum);
    return Object.fromEntries(Object.entries(rest).filter(([name]) => !model.byName.has(name)));
  }) as Kept;
  const queues = state.queues && remember(state.queues, aux, input);
  tf.dispose(aux);
  return { state: { ...state, queues, step: step + 1 }, report: report! };
}
