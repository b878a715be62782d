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
  /** Unit features, one for each queue of the view, [n, d]. */
  readonly features: readonly Tensor2D[];
  /** What enters the queues and is another view's positive: the features themselves, or those of the key encoder. */
  readonly keys: readonly Tensor2D[];
  /** z, [n, classes]. */
  readonly logits: Tensor2D;
}

/** The memory of each view, a queue for each level of features; with one memory both views have the same queues. */
export interface Queues {
  readonly raw: readonly Queue[];
  readonly second: readonly Queue[];
}

export interface Scene {
  readonly raw: Seen;
  readonly second: Seen | undefined;
  /** int32 [n] */
  readonly labels: Tensor1D;
  readonly queues: Queues | undefined;
}

type Rule<T extends Term> = (scene: Scene, term: T) => Tensor1D;

const mean = (losses: readonly Tensor1D[]): Tensor1D =>
  losses.length === 1 ? losses[0]! : (tf.mul(tf.addN([...losses]), 1 / losses.length) as Tensor1D);

function contrast({ raw, second, labels, queues }: Scene, term: ContrastTerm): Tensor1D {
  if (!queues) throw new Error('the contrast term needs its queues');
  const level = (i: number): Tensor1D => {
    const meet = (seen: Seen, other: Seen | undefined, met: readonly (readonly Queue[])[]): Tensor1D => {
      const anchors = { features: seen.features[i]!, positives: other?.keys[i], labels };
      return mean(met.map((memory) => queueContrast(anchors, memory[i]!, term)));
    };
    if (!second) return meet(raw, undefined, [queues.raw]);
    const { crossTerms } = term;
    const first = meet(raw, second, crossTerms ? [queues.raw, queues.second] : [queues.raw]);
    return tf.add(first, meet(second, raw, crossTerms ? [queues.second, queues.raw] : [queues.second]));
  };
  return tf.tidy(() => mean(raw.features.map((_, i) => level(i))));
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
  /** L_qc = contrast(f, Q_raw) + contrast(f', Q_second), the mean over the levels of features */
  contrast,
  /** L_ssdt = T^2 KL(teacher || student) */
  distill({ raw, second, labels }, term) {
    if (!second) throw new Error('the distill term needs a second view: choose view.kind "crop" or "random"');
    return selfDistillation({ raw: raw.logits, second: second.logits, labels }, term);
  },
};

/** The mean over the batch of every term of the objective, [terms]. The one place where the batch is reduced. */
export function termValues(scene: Scene, objective: readonly Term[]): Tensor1D {
  return tf.tidy(
    () => tf.stack(objective.map((term) => tf.mean((TERMS[term.kind] as Rule<Term>)(scene, term)))) as Tensor1D,
  );
}
