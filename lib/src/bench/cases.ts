/** What is measured, as data: one record a row of the report. */
import type { BackboneConfig } from '../config';

type Backbone = BackboneConfig['kind'];

interface Network {
  readonly backbone: Backbone;
  /** Side of the images in pixels. */
  readonly side: number;
  readonly batch: number;
  readonly classes: number;
}

/** One training step: forward, backward, clipping, AdamW, read-back of the loss. */
export interface StepWork extends Network {
  readonly kind: 'step';
  /** `frozen` normalises by the stored statistics and trains the affine parameters; `train` normalises by the batch. */
  readonly batchNorm: 'frozen' | 'train';
  /** `baseline` is cross-entropy on one view; `csdnet` has a second view, the contrast over two queues and the distillation. */
  readonly modules: 'baseline' | 'csdnet';
  /** Rows of each of the two queues of `csdnet`, all filled. */
  readonly rows: number;
}

/** Logits of a batch, from bytes to numbers. */
export interface InferenceWork extends Network {
  readonly kind: 'inference';
}

/** The margin contrast of a batch of features against a full queue: forward, gradient of the features, and the batch into the queue. */
export interface QueueWork {
  readonly kind: 'queue';
  readonly rows: number;
  readonly batch: number;
  /** Numbers a row. */
  readonly size: number;
}

export type Work = StepWork | InferenceWork | QueueWork;

/** What a series varies; its panel of the figure draws the cost against it. */
export const SERIES = {
  batch: 'Batch (images)',
  side: 'Image side (px)',
  classes: 'Classes',
  rows: 'Rows of each queue',
} as const;
export type SeriesName = keyof typeof SERIES;

export interface Case {
  readonly name: string;
  readonly work: Work;
  /** Cases of one group are timed in the same rounds, so that their ratios are as trustworthy as those of two engines. */
  readonly group?: string;
  /** Series that the case is a point of, with its place on the axis. */
  readonly series?: Readonly<Partial<Record<SeriesName, number>>>;
}

const LITE: Omit<StepWork, 'kind'> = {
  ...{ backbone: 'efficientnet-lite0', side: 96, batch: 24, classes: 80 },
  ...{ batchNorm: 'frozen', modules: 'baseline', rows: 256 },
};

const step = (change: Partial<StepWork>): StepWork => ({ kind: 'step', ...LITE, ...change });
const inference = ({ backbone, side, batch, classes }: Network): InferenceWork => ({
  ...{ kind: 'inference', backbone, side, batch, classes },
});

/** Networks with batches that a person would train with on a processor. */
const NETWORKS: readonly (readonly [string, Network])[] = [
  ['convnet 64 px', { ...LITE, backbone: 'convnet', side: 64 }],
  ['efficientnet-lite0 96 px', LITE],
  ['efficientnet-lite0 128 px', { ...LITE, side: 128 }],
  ['efficientnet-lite0 224 px', { ...LITE, side: 224, batch: 16 }],
  ['vit-tiny 224 px', { backbone: 'vit-tiny', side: 224, batch: 8, classes: 80 }],
  ['vit-small 224 px', { backbone: 'vit-small', side: 224, batch: 8, classes: 80 }],
  ['vit-base 224 px', { backbone: 'vit-base', side: 224, batch: 4, classes: 80 }],
];

const STEPS: readonly Case[] = NETWORKS.map(([name, network]) => ({ name: `step ${name}`, work: step(network) }));
const INFERENCES: readonly Case[] = NETWORKS.map(([name, network]) => ({
  ...{ name: `inference ${name}`, work: inference(network) },
}));

const BATCH_NORM: Case = {
  name: 'step efficientnet-lite0 96 px, batch norm trained',
  work: step({ batchNorm: 'train' }),
};

/** Names that `derived.ts` looks for. */
export const CSDNET = {
  baseline: 'csdnet: baseline step',
  step: 'csdnet: step, queues of 256 rows',
  long: 'csdnet: step, queues of 65536 rows',
} as const;

const csdnet = (rows: number): Case => ({
  name: `csdnet: step, queues of ${rows} rows`,
  work: step({ modules: 'csdnet', rows }),
  group: 'csdnet',
  series: { rows },
});

const CSDNETS: readonly Case[] = [
  { name: CSDNET.baseline, work: step({}), group: 'csdnet' },
  ...[256, 8192, 65536].map(csdnet),
];

const QUEUES: readonly Case[] = [1024, 8192, 65536].map((rows) => ({
  ...{ name: `queue of ${rows} rows`, work: { kind: 'queue', rows, batch: 24, size: 1280 } },
}));

const sweep = (field: 'batch' | 'side' | 'classes', values: readonly number[]): readonly Case[] =>
  values.map((value) => ({
    name: `cost: ${field} ${value}`,
    work: step({ [field]: value }),
    series: { [field]: value },
  }));

const SWEEPS: readonly Case[] = [
  ...sweep('batch', [4, 8, 16, 32, 64]),
  ...sweep('side', [64, 96, 128, 192, 256]),
  ...sweep('classes', [10, 100, 1000, 10000]),
];

/** Every row, in the order of the report. */
export const CASES: readonly Case[] = [...STEPS, BATCH_NORM, ...CSDNETS, ...INFERENCES, ...QUEUES, ...SWEEPS];

/**
 * The cases whose name contains one of the texts; all of them where there is no text.
 *
 * @throws where a text is in no name
 */
export function chooseCases<T extends Pick<Case, 'name'>>(cases: readonly T[], texts: readonly string[]): readonly T[] {
  for (const text of texts) {
    if (cases.some(({ name }) => name.includes(text))) continue;
    const names = cases.map(({ name }) => `  ${name}`).join('\n');
    throw new Error(`--only ${JSON.stringify(text)} is part of no name. The rows are:\n${names}`);
  }
  return texts.length === 0 ? cases : cases.filter(({ name }) => texts.some((text) => name.includes(text)));
}

/** Cases by group, in order; a case without a group is one of its own. */
export function groupsOf(cases: readonly Case[]): readonly (readonly Case[])[] {
  const groups = new Map<string, Case[]>();
  for (const one of cases) {
    const key = one.group ?? one.name;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}
