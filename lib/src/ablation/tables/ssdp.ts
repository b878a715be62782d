/** Tables of SSDP's switches: which view, from which saliency, by which mask. */
import { merge } from '../../config';
import type { Config, Patch, ViewConfig } from '../../config';
import { sweepOf } from './table';

type Change = Partial<ViewConfig>;

const changed = (full: Config, change: Change): Config => merge(full, { view: change } as Patch<Config>);

const viewSweep = sweepOf(changed);

export const view = viewSweep('Second view', 'What should the second view show?', {
  'a second ordinary view': { kind: 'random' },
  'crop of the mask': { kind: 'crop' },
  'keep the mask': { kind: 'keep' },
  'erase the mask': { kind: 'erase' },
  'jigsaw of 2 x 2': { kind: 'shuffle', tiles: 2 },
  'jigsaw of 3 x 3': { kind: 'shuffle', tiles: 3 },
});

export const saliency = viewSweep('Saliency', 'What should say where to look?', {
  'activation, stride 8': { saliency: 'activation', saliencyStride: 8 },
  'activation, stride 16': { saliency: 'activation', saliencyStride: 16 },
  'activation, stride 32': { saliency: 'activation', saliencyStride: 32 },
  'attention of the last block': { saliency: 'attention' },
  'attention rolled out': { saliency: 'rollout' },
  'activation, as a soft mask': { saliency: 'activation', mask: 'soft', kind: 'keep' },
  'learnt kernel, as a soft mask': { saliency: 'kernel', mask: 'soft', kind: 'keep' },
  'the truth (upper bound)': { saliency: 'truth' },
});

export const mask = viewSweep('Mask', 'Where should the saliency be cut off?', {
  'above the mean': { mask: 'mean' },
  'above 0.2 to 0.4 of the maximum': { mask: 'fraction', fraction: [0.2, 0.4] },
  'above 0.4 to 0.6 of the maximum': { mask: 'fraction', fraction: [0.4, 0.6] },
  'above 0.6 to 0.8 of the maximum': { mask: 'fraction', fraction: [0.6, 0.8] },
  'the top tenth': { mask: 'topk', topShare: 0.1 },
  'the top quarter': { mask: 'topk', topShare: 0.25 },
  'the top half': { mask: 'topk', topShare: 0.5 },
});

export const box = viewSweep('Box', 'How much should the crop show beside the mask?', {
  'no margin': { margin: 0 },
  'a tenth on each side': { margin: 0.1 },
  'a third on each side': { margin: 0.33 },
});
