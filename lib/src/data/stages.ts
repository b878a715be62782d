/** SoyAgeing: stages of growth, each a dataset of its own, which are trained apart and averaged. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { realFolder } from './place';
import type { Dataset } from './types';
import { readUfg } from './ufg';
import type { ReadOptions } from './ufg';

const STAGE = /^(?:soy(?:bean)?_?age?ing_)?r[1-8]$/i;

/** How to read; names are looked for below `dataDir` as well, as `loadDataset` does. */
export interface StageOptions extends ReadOptions {
  readonly dataDir?: string | undefined;
}

/**
 * The stages below a folder, in the order of their names: folders R1 .. R6, soybean_aging_R1 .. R6 or the like. Each has the name of its folder.
 *
 * @returns undefined where the folder is one dataset, holds no stages or does not exist
 * @throws DatasetError where a stage cannot be read
 */
export async function readStages(
  nameOrPath: string,
  { dataDir, ...options }: StageOptions = {},
): Promise<readonly Dataset[] | undefined> {
  const below = dataDir === undefined ? undefined : await realFolder(path.resolve(dataDir, nameOrPath));
  const root = (await realFolder(path.resolve(nameOrPath))) ?? below;
  if (root === undefined || (await realFolder(path.join(root, 'anno'))) !== undefined) return undefined;
  const names = (await fs.readdir(root)).filter((name) => STAGE.test(name)).sort();
  if (names.length === 0) return undefined;
  const stages: Dataset[] = [];
  for (const name of names) stages.push(await readUfg(path.join(root, name), options));
  return stages;
}
