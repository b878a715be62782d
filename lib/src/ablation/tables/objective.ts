/** Tables of what all modules share: the cross-entropy and the backbone. */
import { merge } from '../../config';
import type { Config, Patch } from '../../config';
import { withTerm } from '../variant';
import { sweep, values } from './table';

export const classify = sweep({
  title: 'Cross-entropy',
  question: 'Should the label be asked of the augmented view as well?',
  rows: values(
    [1, 0.5, 0],
    (weight) => (weight === 0 ? 'raw view alone' : `both views, the second with weight ${weight}`),
    (full, secondView) => withTerm(full, 'classify', { secondView }),
  ),
});

export const smoothing = sweep({
  title: 'Label smoothing',
  question: 'How sure of a label should the network be?',
  rows: values(
    [0, 0.1, 0.2],
    (amount) => `smoothing ${amount}`,
    (full, labelSmoothing) => withTerm(full, 'classify', { labelSmoothing }),
  ),
});

/** Each with the weights it can have; a backbone without the preset's saliency reads its last map. */
export const backbone = sweep({
  title: 'Backbone',
  question: 'Which network should see the images?',
  rows: values(
    ['convnet', 'efficientnet-lite0', 'resnet50', 'vit-tiny', 'vit-small', 'vit-base'] as const,
    (kind) => kind,
    (full, kind) => {
      if (kind === full.backbone.kind) return full;
      // A network from scratch has no statistics of its own that batch norm could keep.
      const start = kind === 'convnet' ? { weights: 'random', batchNorm: 'train' } : { weights: 'imagenet' };
      return merge(full, { backbone: { kind, frozenStride: 0, ...start }, ...seeing(kind) } as Patch<Config>);
    },
  ),
});

export const pixels = sweep({
  title: 'Scale of the pixels',
  question: 'Should pixels be scaled as in the pretraining, or by the statistics of ImageNet?',
  rows: values(
    ['own', 'imagenet'] as const,
    (scale) => (scale === 'own' ? "as the weights' own training" : "by ImageNet's mean and deviation"),
    (full, scale) => merge(full, { backbone: { pixels: scale } } as Patch<Config>),
  ),
});

const seeing = (kind: Config['backbone']['kind']): Patch<Config> => ({
  view: { saliency: kind.startsWith('vit') ? 'attention' : 'activation', saliencyStride: 16 },
});
