/** The objective's gradient on a batch: two views, two forward passes, the terms, one backward pass. */
import * as tf from '../tf';
import type { NamedTensorMap, Tensor, Tensor1D, Tensor2D, Tensor4D } from '../tf';
import { applyModel, foldModel } from '../backbone';
import type { Features, Pass as ForwardPass } from '../backbone';
import { findTerm } from '../config';
import type { Config } from '../config';
import { lossesAndGradients, offTape } from '../core/gradient';
import type { LossesAndGradients } from '../core/gradient';
import { evenParts } from '../data';
import { featureLevels } from './levels';
import { slicePlan } from './plan';
import type { StepPlan } from './plan';
import { termWeight } from './schedule';
import { kernelWeights, trainableOf } from './state';
import type { TrainState } from './state';
import { termValues } from './terms';
import type { Seen } from './terms';
import { attentionWanted, learnsSaliency, rawView, secondView, sourceTensor } from './views';

/** Pixels and labels of a batch, as plain arrays. */
export interface StepInput {
  /** uint8 [n, side, side, 3] */
  readonly data: Uint8Array;
  readonly labels: Int32Array;
  /** Names of the images, for error messages. */
  readonly names: readonly string[];
  /** Masks of the images, 0..255, [n * side * side], where the second view is made from them. */
  readonly truth?: Uint8Array | undefined;
  readonly plan: StepPlan;
}

/** What a step keeps of its forward pass: logits, batch statistics by name, and what enters the queues, by the queue's name. */
export interface Kept extends NamedTensorMap {
  logits: Tensor2D;
}

/** A state under differentiation, with what does not change within the step. */
interface Pass {
  readonly state: TrainState;
  readonly config: Config;
}

/** Keys of both views by the moving average; the gradient never reaches them. */
function encodeKeys({ state, config }: Pass, images: Tensor4D, view: Tensor4D | undefined) {
  const keys = state.keys!;
  return offTape(() => {
    const batchStatistics = config.backbone.batchNorm === 'train';
    const pass = batchStatistics ? { batchStatistics } : { batchStatistics, folded: foldModel(keys) };
    const encode = (x: Tensor4D): readonly Tensor2D[] => featureLevels(applyModel(keys, x, pass), depthsOf(config));
    return { raw: encode(images), second: view && encode(view) };
  });
}

const depthsOf = (config: Config) => findTerm(config, 'contrast')?.features ?? 'final';

/** Both views through the network. */
function look({ state, config }: Pass, source: Tensor4D, images: Tensor4D, { plan, truth }: StepInput) {
  const { model } = state;
  const batchStatistics = config.backbone.batchNorm === 'train';
  const usual: ForwardPass = batchStatistics ? { batchStatistics } : { batchStatistics, folded: foldModel(model) };
  const raw = applyModel(model, images, { ...usual, attention: attentionWanted(config.view) });
  const view = secondView(source, plan, { raw, weights: kernelWeights(state), truth }, config);
  const second = view && applyModel(model, view, { ...usual, imageGradient: learnsSaliency(config.view) });
  const keys = state.keys && encodeKeys({ state, config }, images, view);
  const seen = (features: Features, own: readonly Tensor2D[] | undefined): Seen => {
    const levels = featureLevels(features, depthsOf(config));
    return { features: levels, keys: own ?? levels, logits: features.logits };
  };
  return { raw: seen(raw, keys?.raw), second: second && seen(second, keys?.second), statistics: raw.statistics };
}

const named = (view: string, tensors: readonly Tensor2D[]): NamedTensorMap =>
  Object.fromEntries(tensors.map((tensor, level) => [`${view}.${level}`, tensor]));

export type BatchGradient = LossesAndGradients<Kept>;

function differentiate(state: TrainState, config: Config, input: StepInput): BatchGradient {
  const labels = tf.tensor1d(input.labels, 'int32');
  const source = sourceTensor(input.data, config.input.sourceSize);
  const images = rawView(source, input.plan.raw, config.input.imageSize);
  const forward = () => {
    const { raw, second, statistics } = look({ state, config }, source, images, input);
    const remembered = state.queues ? { ...named('raw', raw.keys), ...named('second', second?.keys ?? []) } : {};
    const aux: Kept = { logits: raw.logits, ...remembered, ...statistics };
    return { values: termValues({ raw, second, labels, queues: state.queues }, config.objective), aux };
  };
  const weights = tf.tensor1d(config.objective.map((term) => termWeight(term, state.step)));
  const variables = trainableOf(state).map(({ variable }) => variable);
  return lossesAndGradients(forward, variables, weights);
}

/** The images from..to of a batch, as a batch. */
function sliceInput({ data, labels, names, truth, plan }: StepInput, from: number, to: number): StepInput {
  const part = (all: Uint8Array): Uint8Array => {
    const each = all.length / labels.length;
    return all.subarray(from * each, to * each);
  };
  return {
    data: part(data),
    ...(truth && { truth: part(truth) }),
    labels: labels.subarray(from, to),
    names: names.slice(from, to),
    plan: slicePlan(plan, from, to),
  };
}

/** total + share x; both are consumed. */
function addScaled<T extends Tensor>(total: T | undefined, x: T, share: number): T {
  const sum = tf.tidy(() => (total ? tf.add(total, tf.mul(x, share)) : tf.mul(x, share)) as T);
  tf.dispose([x, ...(total ? [total] : [])]);
  return sum;
}

/**
 * The whole batch, in as many parts as the config says. The loss is a mean over images and the queues do not move within a step, so the
 * parts' losses and gradients, weighted by their share of the images, add up to those of the whole.
 */
export function batchGradient(state: TrainState, config: Config, input: StepInput): BatchGradient {
  const images = input.labels.length;
  const parts = evenParts(images, Math.min(config.training.accumulation, images));
  if (parts.length === 1) return differentiate(state, config, input);
  let values: Tensor1D | undefined;
  const gradients: Record<string, Tensor> = {};
  const found: Kept[] = [];
  for (const [from, to] of parts) {
    const share = (to - from) / images;
    const result = differentiatePart(state, config, sliceInput(input, from, to));
    values = addScaled(values, result.values, share);
    for (const [name, gradient] of Object.entries(result.gradients))
      gradients[name] = addScaled(gradients[name], gradient, share);
    found.push(result.aux);
  }
  const joined = (name: string) => tf.concat(found.map((aux) => aux[name]!));
  const aux = Object.fromEntries(Object.keys(found[0]!).map((name) => [name, joined(name)])) as Kept;
  return { values: values!, gradients, aux };
}

/** A part in a scope of its own: its maps are gone before the next one begins. */
const differentiatePart = (...given: Parameters<typeof differentiate>): BatchGradient =>
  tf.tidy(() => differentiate(...given) as unknown as tf.TensorContainer) as unknown as BatchGradient;
