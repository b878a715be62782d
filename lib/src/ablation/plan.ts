/** What a table asks for: variants x seeds, each with its id, and which of them are done. */
import type { Config } from '../config';
import type { Dataset } from '../data';
import { runId } from './record';
import type { RunRecord, RunSources } from './record';
import type { Variant } from './variant';

export interface PlannedRun {
  readonly id: string;
  readonly variant: string;
  readonly seed: number;
  readonly config: Config;
  /** Present where the run is done. */
  readonly record: RunRecord | undefined;
}

/** How a plan learns what it cannot compute. */
export interface PlanKnowledge {
  readonly sources: (config: Config) => RunSources;
  /** The record of a run, where it is done. */
  readonly find: (id: string) => RunRecord | undefined;
}

/** The runs of a table, seed by seed, so that a half-finished table compares all variants on the same seeds. */
export function planRuns(
  variants: readonly Variant[],
  seeds: readonly number[],
  { sources, find }: PlanKnowledge,
): readonly PlannedRun[] {
  return seeds.flatMap((seed) =>
    variants.map(({ name, config: base }): PlannedRun => {
      const config = { ...base, seed };
      const id = runId(config, sources(config));
      return { id, variant: name, seed, config, record: find(id) };
    }),
  );
}

/** Work of a run in image passes: an image forward and back counts 3 (forward 1, back 2), an evaluated one 1. */
export function workOf(config: Config, dataset: Dataset): number {
  const { trainPerClass, testSplits } = config.dataset;
  const train = trainPerClass === 'all' ? dataset.train.samples.length : trainPerClass * dataset.classes;
  const views = config.view.kind === 'none' ? 1 : 2;
  const tests = testSplits.reduce((sum, name) => sum + (dataset.tests[name]?.samples.length ?? 0), 0);
  return 3 * views * train * config.training.epochs + tests;
}

/** Milliseconds of one image pass on one core of an ordinary laptop, for a 128 px image: a first guess. */
const GUESS_MS: Readonly<Record<Config['backbone']['kind'], number>> = {
  ...{ convnet: 0.5, 'efficientnet-lite0': 3.3, resnet50: 35 },
  ...{ 'vit-tiny': 11, 'vit-small': 40, 'vit-base': 150 },
};

/** Seconds that a process needs beside its work: start, weights, checkpoints. */
const OVERHEAD_SECONDS = 4;

/**
 * Expected seconds of a run on one core: from the records of finished runs of the same backbone and image size where there are any, else
 * from a guess.
 */
export function expectedSeconds(config: Config, dataset: Dataset, known: readonly RunRecord[]): number {
  const alike = known.filter(
    (record) =>
      record.config.backbone.kind === config.backbone.kind && record.config.input.imageSize === config.input.imageSize,
  );
  const guess = (GUESS_MS[config.backbone.kind] / 1000) * (config.input.imageSize / 128) ** 2;
  const rates = alike
    .map((record) => (record.provenance.seconds - OVERHEAD_SECONDS) / workOf(record.config, dataset))
    .sort((a, b) => a - b);
  const rate = Math.max(rates[Math.floor(rates.length / 2)] ?? guess, 1e-6);
  return OVERHEAD_SECONDS + rate * workOf(config, dataset);
}
