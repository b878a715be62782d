/**
 * The three states that training moves: the model's variables, the optimizer's slots, the queues.
 */
import { createModel, disposeModel } from '../backbone';
import type { Model } from '../backbone';
import { findTerm } from '../config';
import type { Config } from '../config';
import { createRng } from '../core/rng';
import { createQueue, disposeQueue } from '../queue';
import type { Queue } from '../queue';
import { createSlots, disposeSlots } from './optimizer';
import type { Slots } from './optimizer';
import type { Queues } from './terms';

export interface TrainState {
  readonly model: Model;
  readonly slots: Slots;
  /** Undefined where the objective has no contrast term. */
  readonly queues: Queues | undefined;
  /** Steps done. */
  readonly step: number;
}

/** Whether both views share one queue: by choice, or because there is only one view. */
export const sharesQueue = (config: Config): boolean =>
  findTerm(config, 'contrast')?.queues === 'one' || config.view.kind === 'none';

/** The queues of a config from a way to make one. */
export function makeQueues(
  config: Config,
  make: (name: 'raw' | 'second', length: number) => Queue,
): Queues | undefined {
  const term = findTerm(config, 'contrast');
  if (!term) return undefined;
  const raw = make('raw', term.queueLength);
  return { raw, second: sharesQueue(config) ? raw : make('second', term.queueLength) };
}

/** The state before the first step. Own out: end it with `disposeState`. */
export function createState(config: Config, classes: number): TrainState {
  const model = createModel(config.backbone, classes, createRng(config.seed, 'initial weights'));
  return {
    model,
    slots: createSlots(model.trainable, config.optimizer.kind),
    queues: makeQueues(config, (_name, length) => createQueue(length, model.architecture.featureSize)),
    step: 0,
  };
}

export function disposeState({ model, slots, queues }: TrainState): void {
  disposeModel(model);
  disposeSlots(slots);
  if (!queues) return;
  disposeQueue(queues.raw);
  if (queues.second !== queues.raw) disposeQueue(queues.second);
}
