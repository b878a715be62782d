/**
 * The defaults, in one file that a holder of the paper can edit. Where a source states a value the comment says so;
 * everything else is our reconstruction and a switch that can be ablated.
 */
import { merge } from './config';
import type { ClassifyTerm, Config, ContrastTerm, DistillTerm, Patch, ViewConfig } from './config';

/** Cross-entropy on both views, label smoothing 0.1 (reconstruction; the peers' value). */
export const CLASSIFY: ClassifyTerm = { kind: 'classify', weight: 1, labelSmoothing: 0.1, secondView: 1 };

/** DDL. Two queues are stated (queues, plural); margin 0.4 is the peers' value; alpha = 1 until a search says otherwise. */
export const CONTRAST: ContrastTerm = {
  ...{ kind: 'contrast', weight: 1, warmupSteps: 0, family: 'margin' },
  ...{ margin: 0.4, queueLength: 256, queues: 'two' },
} as const;

/** SSDT. Logit level is stated; T = 4 and the teacher's stop-gradient follow CS-KD; beta = 1 until a search says otherwise. */
export const DISTILL: DistillTerm = {
  ...{ kind: 'distill', weight: 1, warmupSteps: 0, temperature: 4 },
  ...{ direction: 'augToRaw', stopGradient: true },
} as const;

/** SSDP. An adaptive view is stated; its kind (an attention crop) is our reconstruction. */
export const SSDP: ViewConfig = {
  ...{ kind: 'crop', saliency: 'activation', saliencyStride: 16 },
  ...{ mask: 'fraction', fraction: [0.4, 0.6], margin: 0.1 },
} as const;

const TINY: Config = {
  dataset: { name: 'leaf80', trainPerClass: 'all', testSplits: ['test_large', 'test'] },
  input: { sourceSize: 128, imageSize: 64, fit: 'cover' },
  backbone: { kind: 'convnet', weights: 'random', batchNorm: 'frozen', frozenStride: 0 },
  augment: { cropArea: [0.5, 1], flip: true, brightness: 0.2 },
  view: { ...SSDP, saliencyStride: 8 },
  objective: [CLASSIFY, { ...CONTRAST, warmupSteps: 20 }, { ...DISTILL, warmupSteps: 20 }],
  optimizer: { kind: 'adamw', rate: 3e-3, headRate: 1, momentum: 0.9, weightDecay: 0.01, warmupSteps: 10, clipNorm: 1 },
  training: { epochs: 10, batchSize: 24 },
  seed: 1,
};

const LAPTOP: Config = merge(TINY, {
  input: { sourceSize: 256, imageSize: 128 },
  backbone: { kind: 'efficientnet-lite0', weights: 'imagenet' },
  view: SSDP,
  optimizer: { rate: 1e-3, headRate: 5, warmupSteps: 10 },
  training: { epochs: 10, batchSize: 24 },
});

/** Each preset with the sentence that `--help` shows. All are the full model: CSDNet with its three modules. */
export const PRESETS = {
  tiny: { about: 'a small convnet from scratch at 64 px: seconds a run, for tests and live cells', config: TINY },
  laptop: { about: 'EfficientNet-Lite0 from ImageNet: the default', config: LAPTOP },
} as const satisfies Record<string, { about: string; config: Config }>;

export type PresetName = keyof typeof PRESETS;

/** A preset's config with some fields changed. @throws where no preset has that name */
export function preset(name: PresetName, patch: Patch<Config> = {}): Config {
  const found = PRESETS[name] as { config: Config } | undefined;
  if (!found) throw new Error(`preset "${String(name)}": choose one of ${Object.keys(PRESETS).join(', ')}`);
  return merge(found.config, patch);
}
