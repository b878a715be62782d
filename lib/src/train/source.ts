/** Models from plain values: a trained model, or a config for its model before training. */
import * as tf from '../tf';
import { kernelParameters } from '../augment';
import type { KernelWeights } from '../augment';
import { architectureOf, createModel, disposeModel, modelFrom } from '../backbone';
import type { Model, Values } from '../backbone';
import type { Config } from '../config';
import { drawParameter } from '../core/parameter';
import { createRng } from '../core/rng';

/** A trained model as plain values: what `trainLive` gives, and what looks at images take. */
export interface TrainedModel {
  readonly config: Config;
  readonly classes: number;
  readonly values: Values;
}

/** A config stands for its model before training. */
export type ModelSource = TrainedModel | Config;

/** The config of a source. */
export const configOf = (source: ModelSource): Config => ('values' in source ? source.config : source);

/** The model of a source; `classes` sizes the head of an untrained one. Own out: end it with `disposeModel`. */
export function modelOf(source: ModelSource, classes: number): Model {
  const { backbone, seed, input } = configOf(source);
  if (!('values' in source)) return createModel(backbone, classes, createRng(seed, 'initial weights'), input.imageSize);
  const architecture = architectureOf(backbone, source.classes, input.imageSize);
  return modelFrom(architecture, source.classes, source.values, backbone);
}

/** Makes the model of a source, hands it to `use`, and disposes it whatever happens. `use` is synchronous and gives plain values. */
export function withModel<T>(source: ModelSource, classes: number, use: (model: Model) => T): T {
  const model = modelOf(source, classes);
  try {
    return use(model);
  } finally {
    disposeModel(model);
  }
}

/** Whether a source has a learnt saliency to show: a trained model where it was trained with one, a config always. */
export const hasKernel = (source: ModelSource): boolean =>
  !('values' in source) || kernelParameters(1).every(({ name }) => source.values.has(name));

/**
 * The learnt saliency's weights for maps of so many channels: those of a trained model, or the ones that training begins with. Tensors
 * of the scope that is open.
 *
 * @throws where a trained model has none
 */
export function kernelOf(source: ModelSource, channels: number): KernelWeights {
  const specs = kernelParameters(channels);
  const rng = createRng(configOf(source).seed, 'initial weights');
  return (name) => {
    const spec = specs.find((one) => one.name === name)!;
    const values = 'values' in source ? source.values.get(name) : drawParameter(spec, rng);
    if (!values) throw new Error(`the trained model has no ${name}, a weight of its learnt saliency`);
    return tf.tensor(values, [...spec.shape]);
  };
}
