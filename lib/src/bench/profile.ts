/** The kernels of a recipe's training step, on drawn pixels and fresh weights. */
import { createRng } from '../core/rng';
import type { Config } from '../config';
import { gather } from '../data';
import type { Images } from '../data';
import { trainStep } from '../train';
import { planEpoch } from '../train/plan';
import { createState, disposeState } from '../train/state';
import { recordKernels } from './kernels';
import type { Call } from './kernels';
import { ENDLESS } from './recipe';

export interface ProfileOptions {
  readonly steps: number;
  readonly classes: number;
}

export interface Profile {
  readonly calls: readonly Call[];
  readonly steps: number;
  /** Milliseconds of all steps, kernels and JavaScript. */
  readonly milliseconds: number;
}

/** Steps before the first one that counts. */
const WARM_UP = 2;

/** As many as a batch has, or so many: chance pixels, labels in turn. */
export function drawnImages({ training, input }: Config, classes: number, count = training.batchSize): Images {
  const rng = createRng(1, 'profile');
  return {
    ...{ count, size: input.sourceSize },
    data: Uint8Array.from({ length: count * input.sourceSize ** 2 * 3 }, () => rng.int(256)),
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
    names: Array.from({ length: count }, (_, i) => `drawn ${i}`),
  };
}

/** Take some steps of a config and note their kernels. The weights are drawn: what a kernel takes does not depend on them. */
export function profileSteps(config: Config, { steps, classes }: ProfileOptions): Profile {
  const images = drawnImages(config, classes);
  let state = createState({ ...config, backbone: { ...config.backbone, weights: 'random' } }, classes);
  const plans = planEpoch(images.count, config, 1);
  const [plan] = plans as [(typeof plans)[number]];
  const { data, labels } = gather(images, plan.indices);
  const step = (): void => {
    state = trainStep(state, config, { data, labels, names: images.names, plan }, ENDLESS).state;
  };
  for (let i = 0; i < WARM_UP; i++) step();
  let milliseconds = 0;
  const calls = recordKernels(() => {
    const begin = performance.now();
    for (let i = 0; i < steps; i++) step();
    milliseconds = performance.now() - begin;
  });
  disposeState(state);
  return { calls, steps, milliseconds };
}
