import { promises as fs } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadDataset } from './load';
import { decodeMasks, gatherMasks } from './masks';
import { flatPng, temporaryFolder, writeDataset, writeFiles } from './testing';

let root: string;
beforeEach(async () => {
  root = path.join(await fs.realpath(await temporaryFolder()), 'mine');
  await writeDataset(root, 2, [2, 1]);
});
afterEach(() => fs.rm(path.dirname(root), { recursive: true, force: true }));

it('keeps the masks of a split in the order of its images, and nothing for an image without one', async () => {
  const before = await loadDataset(root, { dataDir: root });
  const [first, second] = before.train.samples;
  await writeFiles(root, { [`masks/${second!.name}`]: await flatPng([255, 255, 255]) });
  const dataset = await loadDataset(root, { dataDir: root });
  const masks = await decodeMasks(dataset, dataset.train, { fit: 'cover' });
  const { side, data } = masks;
  expect(data).toHaveLength(dataset.train.samples.length * side * side);
  const each = (i: number): Uint8Array => gatherMasks(masks, [i]);
  expect(each(0).every((value) => value === 0)).toBe(true);
  expect(each(1).every((value) => value === 255)).toBe(true);
  expect(gatherMasks(masks, [1, 0, 1])).toEqual(Uint8Array.from([...each(1), ...each(0), ...each(1)]));
  expect(first!.name).not.toBe(second!.name);
});

it('needs at least one mask', async () => {
  const dataset = await loadDataset(root, { dataDir: root });
  await expect(decodeMasks(dataset, dataset.train, { fit: 'cover' })).rejects.toThrow(/choose leaf80 or leaf20/);
});
