import path from 'node:path';
import { assemble, type ReadOptions } from './assemble';
import { nestedDatasets } from './detect';
import { DatasetError, problem } from './errors';
import { ufg } from './layouts';
import { realFolder } from './place';
import type { Dataset } from './types';

/** What a folder must hold, in one sentence. */
export const LAYOUT =
  'a folder with anno/train.txt and anno/test.txt (lines "image_name label", labels counted from 1) and the images in images/';

/**
 * Reads a dataset in the published layout of Ultra-FGVC: `anno/{train,test}.txt` with lines `image_name label` (labels
 * 1..C, the name may hold spaces), images in `images/` (or `images_pytorch/`, `images_nts/`), optionally `classes.txt`
 * with lines `label name`, `anno/test_*.txt` as further test splits and `masks/<name>.png`. `val.txt` is not read.
 * Files are looked up but not decoded.
 *
 * @throws DatasetError with every problem found, each with its file and line: missing, empty or escaping files, bad labels,
 * gaps in the classes, repeated lines, images common to train and test, empty splits.
 */
export async function readUfg(root: string, options: ReadOptions = {}): Promise<Dataset> {
  const absolute = path.resolve(root);
  const realRoot = await realFolder(absolute);
  if (realRoot === undefined) {
    const parts = { at: absolute, given: 'there is no such folder', allowed: LAYOUT, fix: 'check the path' };
    throw new DatasetError('No dataset', [problem(parts)]);
  }
  if ((await realFolder(path.join(realRoot, 'anno'))) === undefined) {
    const inner = await nestedDatasets(realRoot);
    const fix =
      inner.length > 0 ? `give one of the folders in it: ${inner.join(', ')}` : 'give the folder that holds anno/';
    throw new DatasetError(`No dataset in ${absolute}`, [
      problem({ at: 'anno/', given: 'there is no such folder', allowed: LAYOUT, fix }),
    ]);
  }
  return assemble(absolute, ufg.name, await ufg.plan(realRoot), options);
}
