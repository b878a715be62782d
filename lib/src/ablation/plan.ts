/** What a table asks for: variants x seeds x parts, each with its id, and which of them are done. */
import { validationParts, validationPlan } from '../config';
import type { Config } from '../config';
import type { Dataset } from '../data';
import { runId } from './record';
import type { RunRecord, RunSources } from './record';
import { testSplitsOf } from './seen';
import type { Variant } from './variant';

/** One of several datasets that a table is trained on apart, and averaged over: a stage of SoyAgeing. */
export interface Stage {
  readonly name: string;
  /** Name of the whole. */
  readonly of: string;
  readonly dataset: Dataset;
}

export interface PlannedRun {
  readonly id: string;
  readonly variant: string;
  readonly seed: number;
  readonly config: Config;
  /** Absent where the table is trained on one dataset. */
  readonly stage?: Stage;
  /** Present where the run is done. */
  readonly record: RunRecord | undefined;
}

/** How a plan learns what it cannot compute. */
export interface PlanKnowledge {
  readonly sources: (config: Config, stage?: Stage) => RunSources;
  /** The record of a run, where it is done. */
  readonly find: (id: string) => RunRecord | undefined;
  /** What the table is trained on apart; default: the dataset that the configs name. */
  readonly stages?: readonly Stage[] | undefined;
}

/** The parts of one result: a config for each stage and each fold of it. */
function partsOf(config: Config, stages: readonly Stage[] | undefined) {
  const places = stages ?? [undefined];
  return places.flatMap((stage) =>
    validationParts(config.dataset.validation).map((validation) => ({
      stage,
      config: { ...config, dataset: { ...config.dataset, validation, ...(stage && { name: stage.dataset.root }) } },
    })),
  );
}

/**
 * The runs of a table, seed by seed, so that a half-finished table compares all variants on the same seeds; of each variant all parts. A result
 * of one seed is the mean over its parts (`seedResult`).
 */
export function planRuns(
  variants: readonly Variant[],
  seeds: readonly number[],
  { sources, find, stages }: PlanKnowledge,
): readonly PlannedRun[] {
  return seeds.flatMap((seed) =>
    variants.flatMap(({ name, config: base }) =>
      partsOf({ ...base, seed }, stages).map(({ config, stage }): PlannedRun => {
        const id = runId(config, sources(config, stage));
        return { id, variant: name, seed, config, ...(stage && { stage }), record: find(id) };
      }),
    ),
  );
}

/** Images of a run: how many it trains on and how many it is scored on. */
export interface ImageCounts {
  readonly train: number;
  readonly scored: number;
  /** Of these in the first split, which alone is scored after every epoch where the config asks for the best one. */
  readonly headline: number;
}

/** Images that a run of a config will see. */
export function countsFor(config: Config, dataset: Dataset): ImageCounts {
  const { trainPerClass, validation } = config.dataset;
  const all = trainPerClass === 'all' ? dataset.train.samples.length : trainPerClass * dataset.classes;
  const plan = validationPlan(validation);
  if (plan.kind === 'none') {
    const images = testSplitsOf(dataset, config).map((name) => dataset.tests[name]!.samples.length);
    return { train: all, scored: images.reduce((sum, n) => sum + n, 0), headline: images[0] ?? 0 };
  }
  const scored = plan.kind === 'holdout' ? plan.perClass * dataset.classes : Math.round(all / plan.folds);
  return { train: all - scored, scored, headline: scored };
}

/** Images that a run has seen. */
const countsOf = ({ dataset, evaluation }: RunRecord): ImageCounts => ({
  train: dataset.train,
  scored: Object.values(evaluation).reduce((sum, { images }) => sum + images, 0),
  headline: Object.values(evaluation)[0]?.images ?? 0,
});

/** Image passes on so many images: an image forward and back counts 3 (forward 1, back 2), one that is scored 1. */
function passesOn({ view, training }: Config, { train, scored, headline }: ImageCounts): number {
  const views = view.kind === 'none' ? 1 : 2;
  return 3 * views * train * training.epochs + scored + (training.bestOnTest ? headline * training.epochs : 0);
}

/** Work of a run in image passes. */
export const workOf = (config: Config, dataset: Dataset): number => passesOn(config, countsFor(config, dataset));

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
    .map((record) => (record.provenance.seconds - OVERHEAD_SECONDS) / passesOn(record.config, countsOf(record)))
    .sort((a, b) => a - b);
  const rate = Math.max(rates[Math.floor(rates.length / 2)] ?? guess, 1e-6);
  return OVERHEAD_SECONDS + rate * workOf(config, dataset);
}
