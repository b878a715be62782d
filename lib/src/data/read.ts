/** A dataset from a folder in any layout that is known. */
import path from 'node:path';
import { assemble, type ReadOptions } from './assemble';
import { detectLayout } from './detect';
import type { Dataset } from './types';

/**
 * Reads the dataset in a folder; its layout is found from what the folder holds (`LAYOUTS`). Files are looked up but not decoded.
 *
 * @throws DatasetError where no layout fits (it says what each would need), or with every problem found in the annotations and files
 */
export async function readDataset(root: string, options: ReadOptions = {}): Promise<Dataset> {
  const absolute = path.resolve(root);
  const { layout, realRoot, notes } = await detectLayout(absolute);
  const plan = await layout.plan(realRoot);
  return assemble(absolute, layout.name, { ...plan, notes: [...notes, ...(plan.notes ?? [])] }, options);
}
