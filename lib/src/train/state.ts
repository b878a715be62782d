/**
 * The states that training moves: variables (of the model, of a learnt saliency, of the key encoder), the optimizer's slots, the queues.
 */
import * as tf from '../tf';
import { kernelParameters } from '../augment';
import type { KernelWeights } from '../augment';
import { createModel, disposeModel, modelFrom, modelValues } from '../backbone';
import type { Architecture, Model, Parameter, Values } from '../backbone';
import { findTerm } from '../config';
import type { Config, ViewConfig } from '../config';
import { drawParameter } from '../core/parameter';
import type { ParameterSpec } from '../core/parameter';
import { createRng } from '../core/rng';
import { createQueue, disposeQueue } from '../queue';
import type { Queue } from '../queue';
import { levelSizes } from './levels';
import { createSlots, disposeSlots } from './optimizer';
import type { Slots } from './optimizer';
import type { Queues } from './terms';
import { learnsSaliency } from './views';

export interface TrainState {
  readonly model: Model;
  /** Weights of the learnt saliency; empty where the config has none. Not part of the model: inference needs none of it. */
  readonly kernel: readonly Parameter[];
  /** The moving average that encodes the queue's rows, where the config asks for one. */
  readonly keys: Model | undefined;
  readonly slots: Slots;
  /** Undefined where the objective has no contrast term. */
  readonly queues: Queues | undefined;
  /** Steps done. */
  readonly step: number;
}

/** Everything that gets a gradient. */
export const trainableOf = ({ model, kernel }: Pick<TrainState, 'model' | 'kernel'>): readonly Parameter[] => [
  ...model.trainable,
  ...kernel,
];

/** The learnt saliency's weights by name, or undefined where there are none. */
export function kernelWeights({ kernel }: Pick<TrainState, 'kernel'>): KernelWeights | undefined {
  if (kernel.length === 0) return undefined;
  const byName = new Map(kernel.map(({ spec, variable }) => [spec.name, variable]));
  return (name) => byName.get(name)!;
}

/** Whether both views share one memory: by choice, or because there is only one view. */
export const sharesQueue = (config: Config): boolean =>
  findTerm(config, 'contrast')?.queues === 'one' || config.view.kind === 'none';

/** Batches that one step brings to the raw view's queues: both views' where they share them. */
export const queueBatchesPerStep = (queues: Queues, config: Config): number =>
  queues.raw === queues.second && config.view.kind !== 'none' ? 2 : 1;

/** Whether a moving average of the network encodes what enters the queue. */
export const averagesKeys = (config: Config): boolean => findTerm(config, 'contrast')?.keys === 'ema';

/** The queues of a config from a way to make one of a length and a row size. */
export function makeQueues(
  config: Config,
  architecture: Architecture,
  make: (name: string, length: number, size: number) => Queue,
): Queues | undefined {
  const term = findTerm(config, 'contrast');
  if (!term) return undefined;
  const memory = (view: 'raw' | 'second'): readonly Queue[] =>
    levelSizes(architecture, term.features).map((size, level) => make(`${view}.${level}`, term.queueLength, size));
  const raw = memory('raw');
  return { raw, second: sharesQueue(config) ? raw : memory('second') };
}

/** Channels of a backbone's map: its stages are the averages of its maps, and the last one is the feature. */
function mapChannels({ stageSizes, featureSize }: Architecture, stride: ViewConfig['saliencyStride']): number {
  return { 8: stageSizes[0]!, 16: stageSizes[1]!, 32: featureSize }[stride];
}

/** What a config's learnt saliency consists of; empty where it has none. */
export const kernelSpecs = ({ view }: Config, architecture: Architecture): readonly ParameterSpec[] =>
  learnsSaliency(view) ? kernelParameters(mapChannels(architecture, view.saliencyStride)) : [];

/** Variables from values by name. Own out. */
export const variablesOf = (specs: readonly ParameterSpec[], values: Values): readonly Parameter[] =>
  specs.map((spec) => ({
    spec,
    variable: tf.tidy(() => tf.variable(tf.tensor(values.get(spec.name)!, [...spec.shape]))),
  }));

/** The key encoder at its beginning: a copy of the model. Own out. */
export const copyModel = (model: Model, { backbone }: Config): Model =>
  modelFrom(model.architecture, model.classes, modelValues(model), backbone);

/** The state before the first step. Own out: end it with `disposeState`. */
export function createState(config: Config, classes: number): TrainState {
  const rng = createRng(config.seed, 'initial weights');
  const model = createModel(config.backbone, classes, rng, config.input.imageSize);
  const specs = kernelSpecs(config, model.architecture);
  const kernel = variablesOf(specs, new Map(specs.map((spec) => [spec.name, drawParameter(spec, rng)])));
  return {
    ...{ model, kernel },
    keys: averagesKeys(config) ? copyModel(model, config) : undefined,
    slots: createSlots(trainableOf({ model, kernel }), config.optimizer.kind),
    queues: makeQueues(config, model.architecture, (_name, length, size) => createQueue(length, size)),
    step: 0,
  };
}

/** Every queue once, by its name in a checkpoint. */
export function queueList({ raw, second }: Queues): readonly (readonly [string, Queue])[] {
  const named = (view: string, queues: readonly Queue[]) =>
    queues.map((queue, level) => [`${view}.${level}`, queue] as const);
  return [...named('raw', raw), ...(second === raw ? [] : named('second', second))];
}

export function disposeState({ model, kernel, keys, slots, queues }: TrainState): void {
  disposeModel(model);
  if (keys) disposeModel(keys);
  for (const { variable } of kernel) variable.dispose();
  disposeSlots(slots);
  if (queues) for (const [, queue] of queueList(queues)) disposeQueue(queue);
}
