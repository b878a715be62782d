/** The numbers of a step that both engines must share, and the config that has them. */
import { CLASSIFY, CONTRAST, DISTILL, preset } from '../config';
import type { Config, ContrastTerm } from '../config';
import type { InferenceWork, StepWork } from './work';

/** What the peer is told of a step beside the work itself. */
export interface Recipe {
  readonly rate: number;
  readonly headRate: number;
  readonly decay: number;
  readonly clip: number;
  readonly smoothing: number;
  readonly margin: number;
  readonly temperature: number;
}

/**
 * The contrast as the peer's side has it: summed over pairs, divided by |Q|. The default of training, a mean over positives and one over negatives, is not
 * fused into one kernel yet: at 256 rows that is lost in the step, at 65,536 it is not.
 */
export const BENCHED_CONTRAST: ContrastTerm = { ...CONTRAST, weight: 1, reduction: 'queue' };

const OPTIMIZER = { rate: 1e-4, headRate: 5, weightDecay: 0.01, warmupSteps: 0, clipNorm: 1 } as const;

export const RECIPE: Recipe = {
  ...{ rate: OPTIMIZER.rate, headRate: OPTIMIZER.headRate, decay: OPTIMIZER.weightDecay, clip: OPTIMIZER.clipNorm },
  ...{ smoothing: CLASSIFY.labelSmoothing, margin: CONTRAST.margin, temperature: DISTILL.temperature },
};

/** Steps that a schedule is made for: so many that the rate stays at its peak while we measure. */
export const ENDLESS = 1e9;

/** The config of a work's network. The source is as large as the view, so that both engines see the same pixels. */
export function benchConfig(work: StepWork | InferenceWork): Config {
  const csdnet = work.kind === 'step' && work.modules === 'csdnet';
  const contrast = { ...BENCHED_CONTRAST, queueLength: work.kind === 'step' ? work.rows : CONTRAST.queueLength };
  return preset('tiny', {
    input: { sourceSize: work.side, imageSize: work.side },
    backbone: { kind: work.backbone, batchNorm: work.kind === 'step' ? work.batchNorm : 'frozen' },
    view: { kind: csdnet ? 'random' : 'none', saliencyStride: 16 },
    objective: csdnet ? [CLASSIFY, contrast, DISTILL] : [CLASSIFY],
    optimizer: { kind: 'adamw', ...OPTIMIZER },
    training: { batchSize: work.batch },
  });
}
