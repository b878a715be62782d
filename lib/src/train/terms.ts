/**
 * The terms of the objective. The record is exhaustive over the kinds of `Term`: a term that is forgotten here does not compile.
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import type { ContrastTerm, Term } from '../config';
import { crossEntropy } from '../core/divergence';
import { selfDistillation } from '../distill';
import { queueContrast } from '../queue';
import type { Queue } from '../queue';

/** What the backbone made of one view of a batch. */
export interface Seen {
  /** Unit features f, [n, d]. */
  readonly feature: Tensor2D;
  /** z, [n, classes]. */
  readonly logits: Tensor2D;
}

/** The memory of each view; with one queue both are the same. */
export interface Queues {
  readonly raw: Queue;
  readonly second: Queue;
}

export interface Scene {
  readonly raw: Seen;
  readonly second: Seen | undefined;
  /** int32 [n] */
  readonly labels: Tensor1D;
  readonly queues: Queues | undefined;
}

type Rule<T extends Term> = (scene: Scene, term: T) => Tensor1D;

function contrast({ raw, second, labels, queues }: Scene, term: ContrastTerm): Tensor1D {
  if (!queues) throw new Error('the contrast term needs its queues');
  return tf.tidy(() => {
    const of = (seen: Seen, other: Seen | undefined, queue: Queue): Tensor1D =>
      queueContrast({ features: seen.feature, positives: other?.feature, labels }, queue, term);
    const first = of(raw, second, queues.raw);
    return second ? tf.add(first, of(second, raw, queues.second)) : first;
  });
}

/** Each term's loss for every sample of the batch, [n], before its weight. */
export const TERMS: { readonly [K in Term['kind']]: Rule<Extract<Term, { kind: K }>> } = {
  /** L_cls = CE(z, y) + w CE(z', y) */
  classify({ raw, second, labels }, term) {
    return tf.tidy(() => {
      const first = crossEntropy(raw.logits, labels, term.labelSmoothing);
      if (!second || term.secondView === 0) return first;
      return tf.add(first, tf.mul(crossEntropy(second.logits, labels, term.labelSmoothing), term.secondView));
    });
  },
  /** L_qc = contrast(f, Q_raw) + contrast(f', Q_second) */
  contrast,
  /** L_ssdt = T^2 KL(teacher || student) */
  distill({ raw, second }, term) {
    if (!second) throw new Error('the distill term needs a second view: choose view.kind "crop" or "random"');
    const [teacher, student] =
      term.direction === 'augToRaw' ? [second.logits, raw.logits] : [raw.logits, second.logits];
    return selfDistillation(teacher, student, term);
  },
};

/** The mean over the batch of every term of the objective, [terms]. The one place where the batch is reduced. */
export function termValues(scene: Scene, objective: readonly Term[]): Tensor1D {
  return tf.tidy(
    () => tf.stack(objective.map((term) => tf.mean((TERMS[term.kind] as Rule<Term>)(scene, term)))) as Tensor1D,
  );
}
