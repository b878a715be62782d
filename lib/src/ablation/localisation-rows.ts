/** What the localisation is measured of: the saliencies and the masks of the ablation tables, each beside the config's own other half. */
import { hashOf } from '../config';
import type { Config, ViewConfig } from '../config';
import { adaptiveOf } from '../train/look';
import { configOf, hasKernel } from '../train/source';
import type { ModelSource } from '../train/source';
import { TABLES } from './tables';

/** A saliency with a mask, in words and as a view config. */
export interface LocalisationRow {
  readonly saliency: string;
  readonly mask: string;
  readonly view: ViewConfig;
  /** Threshold of the `fraction` mask as a share of the maximum: the middle of the range that training draws from. */
  readonly theta: number;
}

const SALIENCIES: Readonly<Record<Exclude<ViewConfig['saliency'], 'truth'>, (trained: boolean) => string>> = {
  activation: () => 'activation',
  attention: () => 'attention of the last block',
  rollout: () => 'attention rolled out',
  kernel: (trained) => (trained ? 'learnt kernel' : 'learnt kernel, as training begins'),
};

const middle = ([low, high]: readonly [number, number]): number => (low + high) / 2;
const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

const MASKS: Readonly<Record<ViewConfig['mask'], (view: ViewConfig) => string>> = {
  mean: () => 'above the mean',
  fraction: ({ fraction }) => `above ${Number(middle(fraction).toFixed(3))} of the maximum`,
  topk: ({ topShare }) => `the top ${percent(topShare)}`,
  soft: () => 'soft (inside from 0.5 on)',
};

/** What of a view config decides its saliency and its mask. */
const essence = ({ saliency, saliencyStride, mask, fraction, topShare, margin }: ViewConfig): string =>
  hashOf({
    ...{ saliency, saliencyStride, mask, margin },
    ...(mask === 'fraction' && { fraction }),
    ...(mask === 'topk' && { topShare }),
  });

/**
 * The rows: the config's own saliency and mask first, then the tables `saliency` (each with the config's mask) and `mask` (each with the
 * config's saliency), as far as the backbone allows them. A trained model without a learnt saliency has no row for one, and the truth none beside itself.
 */
export function localisationRows(source: ModelSource): readonly LocalisationRow[] {
  const config = configOf(source);
  const full: Config = { ...config, view: adaptiveOf(config.view) };
  const views = [
    full,
    ...[TABLES.saliency, TABLES.mask].flatMap(({ variants }) => variants(full).map((one) => one.config)),
  ].map(({ view }) => view);
  const distinct = new Map(views.map((view) => [essence(view), view]));
  const trained = 'values' in source;
  return [...distinct.values()].flatMap((view) => {
    const { saliency, saliencyStride, fraction } = view;
    if (saliency === 'truth' || (saliency === 'kernel' && !hasKernel(source))) return [];
    return {
      saliency: `${SALIENCIES[saliency](trained)}, stride ${saliencyStride}`,
      mask: MASKS[view.mask](view),
      view,
      theta: middle(fraction),
    };
  });
}
