import type { OptimizerConfig, Term } from '../config';

/**
 * The learning rate at a step as a share of its peak: linear warm-up, then a cosine to 0.
 *
 *   step < w:  (step + 1) / w,     else:  (1 + cos(pi (step - w) / (total - w))) / 2
 *
 * @param step from 0 to total - 1
 */
export function rateShare(step: number, total: number, { warmupSteps }: OptimizerConfig): number {
  const warmup = Math.min(warmupSteps, total);
  if (step < warmup) return (step + 1) / warmup;
  return (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(total - warmup, 1))) / 2;
}

/** The weight of a term at a step: it rises linearly over the term's `warmupSteps`, then stays. */
export function termWeight(term: Term, step: number): number {
  const warmup = 'warmupSteps' in term ? term.warmupSteps : 0;
  return term.weight * (warmup === 0 ? 1 : Math.min(1, step / warmup));
}
