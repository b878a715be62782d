/** Models for a notebook: borrowed for one synchronous piece of work, so that no cell ever holds a tensor. */
import { architectureOf, createModel, disposeModel, modelFrom } from '../backbone';
import type { Model, Values } from '../backbone';
import type { Config } from '../config';
import { createRng } from '../core/rng';

/** A trained model as plain values: what `trainLive` gives, and what the looks of a notebook take. */
export interface TrainedModel {
  readonly config: Config;
  readonly classes: number;
  readonly values: Values;
}

/** A config stands for its model before training. */
export type ModelSource = TrainedModel | Config;

/** The config of a source. */
export const configOf = (source: ModelSource): Config => ('values' in source ? source.config : source);

/** Makes the model of a source, hands it to `use`, and disposes it whatever happens. `use` is synchronous and gives plain values. */
export function withModel<T>(source: ModelSource, classes: number, use: (model: Model) => T): T {
  const { backbone, seed } = configOf(source);
  const model =
    'values' in source
      ? modelFrom(architectureOf(backbone.kind, source.classes), source.classes, source.values, backbone)
      : createModel(backbone, classes, createRng(seed, 'initial weights'));
  try {
    return use(model);
  } finally {
    disposeModel(model);
  }
}
