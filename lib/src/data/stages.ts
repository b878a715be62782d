/** SoyAgeing: five stages of growth, each a dataset of its own, which are trained apart and averaged. */
import type { ReadOptions } from './assemble';
import { layoutsOf } from './detect';
import { placesOf } from './load';
import { realFolder } from './place';
import { readDataset } from './read';
import { stageFolders, STAGES } from './stage-folders';
import type { Dataset } from './types';

/** How to read; names are looked for below `dataDir` (else the working folder) as well, as `loadDataset` does. */
export interface StageOptions extends ReadOptions {
  readonly dataDir?: string | undefined;
}

/** The folder that a path or a name below `dataDir` means. */
async function folderOf(nameOrPath: string, dataDir: string): Promise<string | undefined> {
  const found = await Promise.all(placesOf(nameOrPath, dataDir).map(realFolder));
  return found.find((folder) => folder !== undefined);
}

/**
 * The stages below a folder, in the order of growth: folders R1 .. R6, soybean_aging_R1 .. R6 or the like, in the folder itself or below
 * SoyAgeing/. Each has the name of its folder, as `loadDataset` would give it. A stage that is missing is told by a note of each of the others.
 *
 * @returns undefined where the folder is one dataset, holds no stages or does not exist
 * @throws DatasetError where a stage cannot be read
 */
export async function readStages(
  nameOrPath: string,
  { dataDir = '.', ...options }: StageOptions = {},
): Promise<readonly Dataset[] | undefined> {
  const root = await folderOf(nameOrPath, dataDir);
  if (root === undefined) return undefined;
  const stages = await stageFolders(root);
  // The layouts are examined where there is a doubt: for any other folder whoever reads it does so.
  if (stages.size === 0 || (await layoutsOf(root)).length > 0) return undefined;
  const missing = STAGES.filter((stage) => !stages.has(stage));
  const note = `of the stages ${STAGES.join(', ')} there is no ${missing.join(', ')}: a mean over the others is not the published measure`;
  const read: Dataset[] = [];
  for (const place of stages.values()) {
    const dataset = await readDataset(place, options);
    read.push(missing.length === 0 ? dataset : { ...dataset, notes: [...(dataset.notes ?? []), note] });
  }
  return read;
}
