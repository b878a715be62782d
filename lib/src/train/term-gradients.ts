/** Where each term of the objective pulls: its own gradient on a batch, beside that of the classification. */
import * as tf from '../tf';
import type { Scalar, Tensor } from '../tf';
import type { Config, Term } from '../config';
import { batchGradient } from './gradient';
import type { StepInput } from './gradient';
import { termWeight } from './schedule';
import { trainableOf } from './state';
import type { TrainState } from './state';

/** What one term's gradient is on a part of the network, before the optimizer scales it. */
export interface Pull {
  /** Euclidean norm of the term's gradient, weight and schedule left out. */
  readonly norm: number;
  /** Cosine of its angle to the gradient of the classification; null where either is 0. */
  readonly cosine: number | null;
}

export interface TermGradient {
  readonly kind: Term['kind'];
  /** Mean over the batch, before its weight. */
  readonly loss: number;
  /** Its weight at this step, schedule included. */
  readonly weight: number;
  readonly backbone: Pull;
  /** The classifier; a contrast of features does not reach it. */
  readonly head: Pull;
}

/** The objective with one term alone, at weight 1 from the first step on. */
function alone(config: Config, kind: Term['kind']): Config {
  const at = (term: Term, weight: number): Term =>
    'startStep' in term ? { ...term, weight, startStep: 0, warmupSteps: 0 } : { ...term, weight };
  return { ...config, objective: config.objective.map((term) => at(term, term.kind === kind ? 1 : 0)) };
}

type Gradients = Readonly<Record<string, Tensor>>;

const dot = (a: Gradients, b: Gradients, names: readonly string[]): Scalar =>
  tf.addN(names.map((name) => tf.sum(tf.mul(a[name]!, b[name]!)))) as Scalar;

/** The pull of one gradient beside another on some variables. */
function pullOf(own: Gradients, other: Gradients, names: readonly string[]): Pull {
  const known = names.filter((name) => own[name] && other[name]);
  if (known.length === 0) return { norm: 0, cosine: null };
  const [norm, otherNorm, product] = tf
    .stack([tf.sqrt(dot(own, own, known)), tf.sqrt(dot(other, other, known)), dot(own, other, known)])
    .dataSync() as unknown as [number, number, number];
  return { norm, cosine: norm > 0 && otherNorm > 0 ? product / (norm * otherNorm) : null };
}

/**
 * The gradient of each term by itself on one batch: g_k = d L_k / d theta, its norm, and cos(g_k, g_classify), for the backbone and the head
 * apart. Nothing moves: the state is borrowed, the queues are as they were.
 *
 * A term pulls by weight * norm: two terms matter alike where these are alike, whatever their losses are. A negative cosine says that the term
 * works against the classification on this batch.
 *
 * @throws where the objective has no classify term to compare with
 */
export function termGradients(state: TrainState, config: Config, input: StepInput): readonly TermGradient[] {
  if (!config.objective.some(({ kind }) => kind === 'classify'))
    throw new Error('termGradients: the objective has no classify term to compare the others with');
  const group = (wanted: (name: string) => boolean): readonly string[] =>
    trainableOf(state)
      .filter(({ spec }) => wanted(spec.group))
      .map(({ variable }) => variable.name);
  const [head, backbone] = [group((name) => name === 'head'), group((name) => name !== 'head')];
  return tf.tidy(() => {
    const each = config.objective.map(({ kind }) => batchGradient(state, alone(config, kind), input));
    const reference = each[config.objective.findIndex(({ kind }) => kind === 'classify')]!.gradients;
    const losses = each[0]!.values.dataSync();
    return config.objective.map((term, i) => ({
      kind: term.kind,
      loss: losses[i]!,
      weight: termWeight(term, state.step),
      backbone: pullOf(each[i]!.gradients, reference, backbone),
      head: pullOf(each[i]!.gradients, reference, head),
    })) as unknown as tf.TensorContainer;
  }) as unknown as readonly TermGradient[];
}
