/** SoyAgeing: five stages of growth, each a dataset of its own, which are trained apart and averaged. */
import path from 'node:path';
import type { ReadOptions } from './assemble';
import { layoutsOf } from './detect';
import { DatasetError, problem } from './errors';
import { foldersOf } from './layouts/folders';
import { realFolder } from './place';
import { readDataset } from './read';
import type { Dataset } from './types';

/** The stages that are published, in the order of growth. */
export const STAGES = ['R1', 'R3', 'R4', 'R5', 'R6'] as const;

/** Folders that may hold the stages, below the path that is given; '.' is that path itself. */
const BELOW = ['.', 'SoyAgeing', 'SoyAging', 'soyageing', 'soybean_aging'] as const;

/** 'R1', 'r1', 'soybean_aging_R1', 'SoyAgeing_R1' -> 'R1'; undefined for another name. */
export function stageOf(folder: string): string | undefined {
  const [, number] = /^(?:soy(?:bean)?_?age?ing_)?r([1-8])$/i.exec(folder) ?? [];
  return number === undefined ? undefined : `R${number}`;
}

/** The folders of the stages below a folder, by stage. @throws DatasetError where two folders are one stage */
async function stageFolders(root: string): Promise<ReadonlyMap<string, string>> {
  for (const below of BELOW) {
    const folders = new Map<string, string>();
    for (const name of await foldersOf(root, below)) {
      const stage = stageOf(name);
      if (stage === undefined) continue;
      const before = folders.get(stage);
      if (before !== undefined) {
        const given = `${path.basename(before)} and ${name} are both stage ${stage}`;
        const parts = { at: `${below}/`, given, allowed: 'one folder a stage', fix: 'take one of them away' };
        throw new DatasetError('The stages cannot be told apart', [problem(parts)]);
      }
      folders.set(stage, path.join(root, below, name));
    }
    if (folders.size > 0) return new Map([...folders].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return new Map();
}

/**
 * The stages below a folder, in the order of growth: folders R1 .. R6, soybean_aging_R1 .. R6 or the like, in the folder itself or below
 * SoyAgeing/. Each has the name of its folder, as `loadDataset` would give it. A stage that is missing is told by a note of each of the others.
 *
 * @returns undefined where the folder is one dataset, holds no stages or does not exist
 * @throws DatasetError where a stage cannot be read
 */
export async function readStages(folder: string, options: ReadOptions = {}): Promise<readonly Dataset[] | undefined> {
  const root = await realFolder(path.resolve(folder));
  if (root === undefined) return undefined;
  const stages = await stageFolders(root);
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
