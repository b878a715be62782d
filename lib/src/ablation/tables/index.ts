/**
 * The ablation tables, as data. A table is a function from the full model's config to a list of variants; the runner, the report and the
 * notebooks know nothing else of it.
 */
import { alpha, depth, family, keys, length, margin, queues, reduction, sharpness, start } from './ddl';
import { modules } from './modules';
import { backbone, classify, pixels, smoothing } from './objective';
import { beta, direction, divergence, lessons, teacher, temperature } from './ssdt';
import { shots } from './shots';
import { box, mask, saliency, view } from './ssdp';
import type { AblationTable } from './table';

export type { AblationTable, TrainingImages } from './table';

export const TABLES = {
  modules,
  ...{ view, saliency, mask, box },
  ...{ length, margin, alpha, family, sharpness, reduction, queues, depth, keys, start },
  ...{ beta, temperature, direction, teacher, divergence, lessons },
  ...{ classify, smoothing, backbone, pixels },
  shots,
} as const satisfies Record<string, AblationTable>;

export type TableName = keyof typeof TABLES;

/** A table by name. @throws where there is none, listing those there are */
export function tableNamed(name: string): AblationTable {
  const found = (TABLES as Record<string, AblationTable>)[name];
  if (!found) throw new Error(`table "${name}": choose one of ${Object.keys(TABLES).join(', ')}`);
  return found;
}

/** Table names from a list with commas between, or `all`. @throws where one is unknown, listing those there are */
export function tableNames(list: string): readonly TableName[] {
  if (list === 'all') return Object.keys(TABLES) as TableName[];
  const names = list.split(',').map((name) => name.trim());
  names.forEach(tableNamed);
  return [...new Set(names)] as TableName[];
}
