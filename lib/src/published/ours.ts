/** Our stored results as a comparison needs them. */
import type { RowSummary, TableSummary } from '../ablation/summary';
import { TABLES } from '../ablation/tables';
import type { Config } from '../config';
import type { Interval } from '../metrics';
import type { Published } from './types';

/** The backbones under the names that papers use. */
const BACKBONE_NAMES: Readonly<Record<Config['backbone']['kind'], string>> = {
  convnet: 'small convnet',
  'efficientnet-lite0': 'EfficientNet-Lite0',
  resnet50: 'ResNet-50',
  'vit-tiny': 'ViT-Ti/16',
  'vit-small': 'ViT-S/16',
  'vit-base': 'ViT-B/16',
};

export interface OurRow {
  /** Its part in the table: the full model, the plain network, or the control that spends the same work. */
  readonly role: 'full' | 'reference' | 'control';
  readonly row: RowSummary;
  /** The epoch that did best on the test images, chosen on them; null where it was not kept. */
  readonly best: Interval | null;
}

/** One table of ours, told by its conditions. */
export interface Ours {
  readonly summary: TableSummary;
  readonly backbone: string;
  readonly imageSize: number;
  /** Training images a class; null where all were taken. */
  readonly shots: number | null;
  readonly seeds: number;
  readonly rows: readonly OurRow[];
}

/** The rows that stand for something published. A sweep of one switch has the full model alone: its `default`. */
function rolesOf({ table, reference, control, rows }: TableSummary): readonly OurRow[] {
  const { full } = TABLES[table];
  const named = [
    { role: 'reference' as const, name: full === reference ? undefined : reference },
    { role: 'control' as const, name: control ?? undefined },
    { role: 'full' as const, name: full },
  ];
  return named.flatMap(({ role, name }) => {
    const row = rows.find((one) => one.name === name);
    return row ? [{ role, row, best: row.bestOnTest?.accuracy ?? null }] : [];
  });
}

/** A stored table as a comparison sees it. */
export function oursOf(summary: TableSummary): Ours {
  const { recipe, seeds } = summary;
  const kind = String(recipe['backbone.kind']) as Config['backbone']['kind'];
  const shots = recipe['dataset.trainPerClass'];
  return {
    ...{ summary, backbone: BACKBONE_NAMES[kind] ?? kind, imageSize: Number(recipe['input.imageSize']) },
    ...{ shots: typeof shots === 'number' ? shots : null, seeds: seeds.length, rows: rolesOf(summary) },
  };
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The key of the published dataset that a name means (`Cotton80`, `COTTON`, `soybean_aging_R1`); undefined where it is none of them. */
export function publishedKey({ datasets }: Published, name: string): string | undefined {
  const names = ([key, { title, folders, parts }]: [string, Published['datasets'][string]]): string[] => {
    const whole = [key, title, ...folders].map(plain);
    const stages = parts?.names.map(plain) ?? [];
    return [...whole, ...stages, ...whole.flatMap((one) => stages.map((stage) => one + stage))];
  };
  return Object.entries(datasets).find((entry) => names(entry).includes(plain(name)))?.[0];
}
