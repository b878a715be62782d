/** What is measured, as data: one record a row of the report. */
import { groupBy } from '../core/group';
import type { InferenceWork, InputWork, Network, StepWork, UmapWork, Work } from './work';

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

const VIT_SMALL: Network = { backbone: 'vit-small', side: 224, batch: 8, classes: 80 };

/** Networks with batches that a person would train with on a processor. */
const NETWORKS: readonly (readonly [string, Network])[] = [
  ['convnet 64 px', { ...LITE, backbone: 'convnet', side: 64 }],
  ['efficientnet-lite0 96 px', LITE],
  ['efficientnet-lite0 128 px', { ...LITE, side: 128 }],
  ['efficientnet-lite0 224 px', { ...LITE, side: 224, batch: 16 }],
  ['vit-tiny 224 px', { backbone: 'vit-tiny', side: 224, batch: 8, classes: 80 }],
  ['vit-small 224 px', VIT_SMALL],
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

/** Names of a network's CSDNet rows, which `derived.ts` looks for. */
export interface CsdnetNames {
  /** What the network is called in a goal. */
  readonly network: string;
  readonly baseline: string;
  readonly step: string;
  readonly long: string;
}

const namesOf = (network: string, group: string): CsdnetNames => ({
  ...{ network, baseline: `${group}: baseline step` },
  ...{ step: `${group}: step, queues of 256 rows`, long: `${group}: step, queues of 65536 rows` },
});

export const CSDNET = namesOf('efficientnet-lite0 96 px', 'csdnet');
/** A network that is large beside its queues. */
export const CSDNET_LARGE = namesOf('vit-small 224 px', 'csdnet vit-small');

/** What a CSDNet step costs more than a baseline step, and its queues of some lengths: one group, so that the ratios can be trusted. */
const csdnets = (group: string, network: Network, lengths: readonly number[]): readonly Case[] => [
  { name: `${group}: baseline step`, work: step(network), group },
  ...lengths.map((rows): Case => ({
    ...{ name: `${group}: step, queues of ${rows} rows`, group },
    work: step({ ...network, modules: 'csdnet', rows }),
    ...(group === 'csdnet' && { series: { rows } }),
  })),
];

const CSDNETS: readonly Case[] = [
  ...csdnets('csdnet', LITE, [256, 8192, 65536]),
  ...csdnets('csdnet vit-small', { ...VIT_SMALL, batch: 4 }, [256, 65536]),
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

const umap = (rows: number, size: number): Case => ({
  ...{ name: `umap ${rows} x ${size}`, work: { kind: 'umap', rows, size, classes: 80, deviation: 1 } as UmapWork },
});
const UMAPS: readonly Case[] = [umap(2000, 256), umap(5000, 768)];

/** Photographs of a camera's small size for the largest input of the recipes, and of a published dataset's for a common one. */
export const LARGE_INPUT: InputWork = { kind: 'input', images: 96, width: 1024, height: 768, side: 448, batch: 24 };
const SMALL_INPUT: InputWork = { ...LARGE_INPUT, width: 512, height: 384, side: 256 };
const INPUTS: readonly Case[] = [LARGE_INPUT, SMALL_INPUT].map((work) => ({
  ...{ name: `input: JPEG ${work.width} x ${work.height} to ${work.side} px`, work },
}));

/** Every row, in the order of the report. */
export const CASES: readonly Case[] = [
  ...[...STEPS, BATCH_NORM, ...CSDNETS, ...INFERENCES, ...QUEUES],
  ...[...UMAPS, ...INPUTS, ...SWEEPS],
];

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
export const groupsOf = (cases: readonly Case[]): readonly (readonly Case[])[] => [
  ...groupBy(cases, ({ group, name }) => group ?? name).values(),
];
