/**
 * A model: an architecture with the current values of its parameters. The variables are one of the three states that are owned
 * (with the optimizer's slots and the queue); `disposeModel` ends them.
 */
import fs from 'node:fs';
import * as tf from '../tf';
import type { Tensor, Tensor1D, Tensor4D, Variable } from '../tf';
import type { BackboneConfig } from '../config';
import type { Rng } from '../core/rng';
import type { Architecture, Features, ParameterSpec, Pass } from './architecture';
import { convnet } from './convnet';
import { efficientNetLite0 } from './efficientnet-lite';
import { imagenetFile } from './weights/files';
import { matchWeights } from './weights/layout';
import { readTorchLegacy } from './weights/torch';

const ARCHITECTURES: Readonly<Record<BackboneConfig['kind'], (classes: number) => Architecture>> = {
  convnet,
  'efficientnet-lite0': efficientNetLite0,
};

export interface Parameter {
  readonly spec: ParameterSpec;
  readonly variable: Variable;
}

export interface Model {
  readonly architecture: Architecture;
  readonly classes: number;
  /** Everything that is trained, in the architecture's order; frozen layers are left out. */
  readonly trainable: readonly Parameter[];
  /** Moving statistics of batch norm. */
  readonly statistics: readonly Parameter[];
  readonly byName: ReadonlyMap<string, Variable>;
}

/** Values of an architecture's parameters by name, as plain arrays. */
export type Values = ReadonlyMap<string, Float32Array>;

function draw(spec: ParameterSpec, rng: Rng): Float32Array {
  const size = spec.shape.reduce((product, n) => product * n, 1);
  const { init } = spec;
  if (init.kind !== 'normal') return new Float32Array(size).fill(init.kind === 'ones' ? 1 : 0);
  const stream = rng.fork(spec.name);
  return Float32Array.from({ length: size }, () => init.sd * stream.normal());
}

/** The architecture of a kind, for a number of classes. */
export const architectureOf = (kind: BackboneConfig['kind'], classes: number): Architecture =>
  ARCHITECTURES[kind](classes);

/** Whether a parameter is trained when the layers up to a stride are frozen. */
export const isTrained = (spec: ParameterSpec, frozenStride: number): boolean =>
  spec.group !== 'statistic' && spec.stride > frozenStride;

/**
 * A model from the values of its parameters.
 *
 * @param frozenStride layers up to this stride are not trained
 * @throws where a value is missing or has the wrong size
 */
export function modelFrom(architecture: Architecture, classes: number, values: Values, frozenStride = 0): Model {
  const parameters = architecture.parameters.map((spec): Parameter => {
    const value = values.get(spec.name);
    const size = spec.shape.reduce((product, n) => product * n, 1);
    if (value?.length !== size)
      throw new Error(`parameter ${spec.name}: ${value?.length ?? 'no'} values given, ${size} expected`);
    const variable = tf.tidy(() => tf.variable(tf.tensor(value, [...spec.shape]), spec.group !== 'statistic'));
    return { spec, variable };
  });
  return {
    architecture,
    classes,
    trainable: parameters.filter(({ spec }) => isTrained(spec, frozenStride)),
    statistics: parameters.filter(({ spec }) => spec.group === 'statistic'),
    byName: new Map(parameters.map(({ spec, variable }) => [spec.name, variable])),
  };
}

/**
 * A fresh model: ImageNet weights where the config asks for them (with a new head), drawn from `rng` elsewhere.
 *
 * Own out: end it with `disposeModel`.
 */
export function createModel(config: BackboneConfig, classes: number, rng: Rng): Model {
  const architecture = architectureOf(config.kind, classes);
  const drawn = new Map(architecture.parameters.map((spec) => [spec.name, draw(spec, rng)]));
  if (config.weights === 'random') return modelFrom(architecture, classes, drawn, config.frozenStride);
  const file = readTorchLegacy(fs.readFileSync(imagenetFile(config.kind)));
  const values = new Map([...drawn, ...matchWeights(architecture.parameters, file, ['head'])]);
  return modelFrom(architecture, classes, values, config.frozenStride);
}

/** Images [n, s, s, 3] in [0, 255] to features and logits. Borrow in, own out. */
export function applyModel(model: Model, images: Tensor4D, pass: Pass = { batchStatistics: false }): Features {
  const lookup = <T extends Tensor>(name: string): T => {
    const variable = model.byName.get(name);
    if (!variable) throw new Error(`parameter ${name} is not one of ${model.architecture.kind}`);
    return variable as Tensor as T;
  };
  return tf.tidy(
    () => model.architecture.forward(images, lookup, pass) as unknown as tf.TensorContainer,
  ) as unknown as Features;
}

/** Move the running statistics towards a batch's: new = (1 - m) old + m batch. */
export function moveStatistics(model: Model, found: Readonly<Record<string, Tensor1D>>): void {
  const m = model.architecture.statisticsMomentum;
  for (const [name, batch] of Object.entries(found)) {
    const variable = model.byName.get(name)!;
    tf.tidy(() => variable.assign(tf.add(tf.mul(variable, 1 - m), tf.mul(batch, m))));
  }
}

/** The current values of all parameters and statistics, as plain arrays. */
export function modelValues(model: Model): Values {
  return new Map([...model.byName].map(([name, variable]) => [name, variable.dataSync<'float32'>() as Float32Array]));
}

export function disposeModel(model: Model): void {
  for (const variable of model.byName.values()) variable.dispose();
}
