/** The memory of a run in plain numbers: what its raw queue holds, how old that is, and how far the weights have left it behind. */
import { findTerm } from '../config';
import type { Config } from '../config';
import type { Images } from '../data';
import { queueStatistics } from '../queue';
import type { AgeDrift, QueueStatistics } from '../queue';
import { rawQueueDrift } from './drift';
import { queueBatchesPerStep } from './state';
import type { TrainState } from './state';

export interface QueueReport {
  readonly statistics: QueueStatistics;
  /** By the age of the rows, youngest first; null where the queue holds features of several depths, which cannot be encoded again one by one. */
  readonly drift: readonly AgeDrift[] | null;
}

/**
 * The report on the raw view's queue (the first one, where each depth has its own). Synchronous.
 *
 * @param state borrowed
 * @param data the run's training images, and how many classes they are of
 * @returns undefined where the objective has no contrast term
 */
export function queueReport(
  state: TrainState,
  config: Config,
  { train, classes }: { readonly train: Images; readonly classes: number },
): QueueReport | undefined {
  const term = findTerm(config, 'contrast');
  if (!state.queues || !term) return undefined;
  const setting = { classes, trainImages: train.count, batchesPerStep: queueBatchesPerStep(state.queues, config) };
  return {
    statistics: queueStatistics(state.queues.raw[0]!, setting),
    drift: term.features === 'final' ? rawQueueDrift(state, config, train) : null,
  };
}
