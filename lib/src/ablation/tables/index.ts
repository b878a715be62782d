/**
 * The ablation tables, as data. A table is a function from the full model's config to a list of variants; the runner, the report and the
 * notebooks know nothing else of it.
 */
import path from 'node:path';
import { alpha, depth, family, keys, length, margin, queues, reduction, sharpness, start } from './ddl';
import { modules } from './modules';
import { backbone, classify, pixels, smoothing } from './objective';
import { beta, direction, divergence, lessons, teacher, temperature } from './ssdt';
import { shots } from './shots';
import { box, mask, saliency, view } from './ssdp';
import { readTable } from './file';
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

/** Whether a name is that of one of lib's tables. */
export const isTableName = (name: string): name is TableName => Object.hasOwn(TABLES, name);

/** A table by name. @throws where there is none, listing those there are */
export function tableNamed(name: string): AblationTable {
  const found = (TABLES as Record<string, AblationTable>)[name];
  if (!found) throw new Error(`table "${name}": choose one of ${Object.keys(TABLES).join(', ')}`);
  return found;
}

/** A table as it was asked for. */
export interface NamedTable {
  /** Begins the names of its files. */
  readonly name: string;
  /** What was typed: the name, or the path of the table's file. */
  readonly word: string;
  readonly table: AblationTable;
}

const FILE = /\.json$/i;

/** One word of a list of tables: a name, or the path of a table file, which goes by the file's name. */
function named(word: string): NamedTable {
  if (!FILE.test(word)) return { name: word, word, table: tableNamed(word) };
  const name = path.basename(word).replace(FILE, '');
  if (isTableName(name)) throw new Error(`${word}: "${name}" is a table of lib; give the file another name`);
  return { name, word, table: readTable(word) };
}

/** Tables from a list with commas between, or `all` of lib's. @throws where one is unknown, listing those there are */
export function tablesOf(list: string): readonly NamedTable[] {
  const words = list === 'all' ? Object.keys(TABLES) : list.split(',').map((word) => word.trim());
  return [...new Set(words)].map(named);
}
