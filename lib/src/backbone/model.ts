/**
 * A model: an architecture with the current values of its parameters. The variables are one of the three states that are owned
 * (with the optimizer's slots and the queue); `disposeModel` ends them.
 */
import fs from 'node:fs';
import * as tf from '../tf';
import type { Tensor, Tensor1D, Tensor4D, Variable } from '../tf';
import type { BackboneConfig } from '../config';
import { drawParameter, sizeOf } from '../core/parameter';
import type { Rng } from '../core/rng';
import { convolution, foldNormalizations } from '../core/kernels';
import type { Folded } from '../core/kernels';
import { survive } from '../core/scope';
import type { Architecture, Features, Layer, Lookup, ParameterSpec, Pass } from './architecture';
import { convnet } from './convnet';
import { efficientNetLite0 } from './efficientnet-lite';
import { normalizedConvolution, normalizedLayer } from './layers';
import type { ConvolutionSpec } from './layers';
import { IMAGENET_SCALE, scalePixels } from './pixels';
import { resnet50 } from './resnet';
import { vitBase, vitSmall, vitTiny } from './vit';
import { imagenetFile } from './weights/files';
import { pretrainedValues } from './weights/pretrained';

const ARCHITECTURES: Readonly<Record<BackboneConfig['kind'], (classes: number, imageSize: number) => Architecture>> = {
  convnet,
  'efficientnet-lite0': efficientNetLite0,
  resnet50,
  'vit-tiny': vitTiny,
  'vit-small': vitSmall,
  'vit-base': vitBase,
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
  /** Frozen convolutions with their frozen statistics, folded once; the variables' owner owns them as well. */
  readonly fixed: FoldedLayers;
}

/** Convolutions with their batch norm folded in, by name. */
export type FoldedLayers = ReadonlyMap<string, Folded>;

/** Values of an architecture's parameters by name, as plain arrays. */
export type Values = ReadonlyMap<string, Float32Array>;

/** The side in pixels that the public weight files were made for. */
const USUAL_SIZE = 224;

/**
 * The architecture that a config names, for a number of classes. Only a transformer depends on the image's side: its position grid does.
 *
 * @param wanted the kind alone takes images as its weights were trained
 */
export function architectureOf(
  wanted: BackboneConfig['kind'] | Pick<BackboneConfig, 'kind' | 'pixels'>,
  classes: number,
  imageSize = USUAL_SIZE,
): Architecture {
  const { kind, pixels } = typeof wanted === 'string' ? { kind: wanted, pixels: 'own' } : wanted;
  const architecture = ARCHITECTURES[kind](classes, imageSize);
  return pixels === 'imagenet' ? { ...architecture, pixels: IMAGENET_SCALE } : architecture;
}

/** Whether a parameter is trained when the layers up to a stride are frozen. */
export const isTrained = (spec: ParameterSpec, frozenStride: number): boolean =>
  spec.group !== 'statistic' && spec.stride > frozenStride;

const lookupIn =
  (byName: ReadonlyMap<string, Variable>, kind: string): Lookup =>
  <T extends Tensor>(name: string): T => {
    const variable = byName.get(name);
    if (!variable) throw new Error(`parameter ${name} is not one of ${kind}`);
    return variable as Tensor as T;
  };

/** What is trained and what keeps its values. */
export type Freezing = Pick<BackboneConfig, 'frozenStride' | 'batchNorm'>;

/**
 * A model from the values of its parameters.
 *
 * @throws where a value is missing or has the wrong size
 */
export function modelFrom(
  architecture: Architecture,
  classes: number,
  values: Values,
  { frozenStride, batchNorm }: Freezing = { frozenStride: 0, batchNorm: 'train' },
): Model {
  for (const { name, shape } of architecture.parameters) {
    const [given, size] = [values.get(name)?.length, sizeOf(shape)];
    if (given !== size) throw new Error(`parameter ${name}: ${given ?? 'no'} values given, ${size} expected`);
  }
  const parameters = architecture.parameters.map((spec): Parameter => {
    const trained = spec.group !== 'statistic';
    const variable = tf.tidy(() => tf.variable(tf.tensor(values.get(spec.name)!, [...spec.shape]), trained));
    return { spec, variable };
  });
  const byName = new Map(parameters.map(({ spec, variable }) => [spec.name, variable]));
  const { kind, convolutions, epsilon } = architecture;
  const lookup = lookupIn(byName, kind);
  const constant = convolutions.filter(({ pixels }) => batchNorm === 'frozen' && pixels <= frozenStride);
  const fixed = new Map([...foldLayers(constant, lookup, epsilon)].map(([name, folded]) => [name, surviving(folded)]));
  return {
    ...{ architecture, classes, byName, fixed },
    trainable: parameters.filter(({ spec }) => isTrained(spec, frozenStride)),
    statistics: parameters.filter(({ spec }) => spec.group === 'statistic'),
  };
}

function foldLayers(specs: readonly ConvolutionSpec[], lookup: Lookup, epsilon: number): FoldedLayers {
  const folded = foldNormalizations(
    specs.map((spec) => normalizedLayer(spec, lookup)),
    epsilon,
  );
  return new Map(specs.map(({ name }, i) => [name, folded[i]!]));
}

/** Folded weights that belong to a model, not to the scope they were made in. */
function surviving({ kernel, bias }: Folded): Folded {
  return { kernel: survive(kernel), bias: survive(bias) };
}

/**
 * A fresh model: ImageNet weights where the config asks for them (with a new head), drawn from `rng` elsewhere. The weight file is the one
 * that `imagenetFile` finds; a transformer's positions are interpolated to the image's side.
 *
 * Own out: end it with `disposeModel`.
 *
 * @throws where there is no weight file, or where it is damaged or another backbone's
 */
export function createModel(config: BackboneConfig, classes: number, rng: Rng, imageSize = USUAL_SIZE): Model {
  const architecture = architectureOf(config, classes, imageSize);
  const given: Values =
    config.weights === 'random' ? new Map() : readPretrained(architecture, imagenetFile(config.kind));
  const values = architecture.parameters.map(
    (spec) => [spec.name, given.get(spec.name) ?? drawParameter(spec, rng)] as const,
  );
  return modelFrom(architecture, classes, new Map(values), config);
}

const readPretrained = (architecture: Architecture, file: string): Values =>
  pretrainedValues(fs.readFileSync(file), { architecture, file });

/**
 * Every convolution with its batch norm folded in, for several passes over the same weights (two views). On the tape where one is
 * open. Own out: the layers that are not the model's own `fixed` ones belong to the caller's scope.
 */
export function foldModel({ architecture, byName, fixed }: Model): FoldedLayers {
  const { kind, convolutions, epsilon } = architecture;
  const moving = convolutions.filter(({ name }) => !fixed.has(name));
  return new Map([...fixed, ...foldLayers(moving, lookupIn(byName, kind), epsilon)]);
}

/**
 * Images [n, s, s, 3] in [0, 255] to features and logits. Borrow in, own out.
 *
 * @param pass.folded of `foldModel`, where the caller has it; else the layers are folded here
 */
export function applyModel(model: Model, images: Tensor4D, pass: Pass = { batchStatistics: false }): Features {
  const { architecture, byName } = model;
  const lookup = lookupIn(byName, architecture.kind);
  const attention = pass.attention ?? 'none';
  const whole = (spec: ConvolutionSpec) =>
    pass.imageGradient && spec.fixedInput ? { ...spec, fixedInput: false } : spec;
  const compute = (): Features => {
    const statistics: Record<string, Tensor1D> = {};
    const scaled = scalePixels(images, architecture.pixels);
    if (pass.batchStatistics) {
      const options = { epsilon: architecture.epsilon, found: statistics };
      const layer: Layer = (x, spec) => normalizedConvolution(x, whole(spec), lookup, options);
      return { ...architecture.forward(scaled, { layer, lookup, attention }), statistics };
    }
    const folded = pass.folded ?? foldModel(model);
    const layer: Layer = (x, spec) => {
      const { kernel, bias } = folded.get(spec.name)!;
      return convolution(x, kernel, bias, whole(spec));
    };
    return { ...architecture.forward(scaled, { layer, lookup, attention }), statistics };
  };
  return tf.tidy(() => compute() as unknown as tf.TensorContainer) as unknown as Features;
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
  for (const { kernel, bias } of model.fixed.values()) tf.dispose([kernel, bias]);
}
