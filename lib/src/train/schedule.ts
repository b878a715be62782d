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

/** The weight of a term at a step: 0 before its `startStep`, then a linear rise over its `warmupSteps`, then constant. */
export function termWeight(term: Term, step: number): number {
  if (!('startStep' in term)) return term.weight;
  const since = step - term.startStep;
  if (since < 0) return 0;
  return term.weight * (term.warmupSteps === 0 ? 1 : Math.min(1, since / term.warmupSteps));
}
