/** Where the stages of SoyAgeing lie: five stages of growth, each a folder that is a dataset of its own. */
import path from 'node:path';
import { DatasetError, problem } from './errors';
import { foldersOf } from './layouts/folders';

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
export async function stageFolders(root: string): Promise<ReadonlyMap<string, string>> {
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
