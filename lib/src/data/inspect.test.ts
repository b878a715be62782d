import { promises as fs } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inspectDataset } from './inspect';
import { inspectionLines, inspectionVerdict } from './inspection-text';
import { readDataset } from './read';
import { flatPng, temporaryFolder, writeFiles } from './testing';
import { folderFiles, pictures, writeLayout } from './testing/layouts';

let root: string;
beforeEach(async () => {
  root = path.join(await fs.realpath(await temporaryFolder()), 'trees');
  await writeLayout(root, folderFiles());
});
afterEach(() => fs.rm(path.dirname(root), { recursive: true, force: true }));

const inspect = async () => inspectDataset(await readDataset(root));
const copy = (from: string, to: string): Promise<void> => fs.copyFile(path.join(root, from), path.join(root, to));

it('says of a good folder what is in it', async () => {
  const inspection = await inspect();
  expect(inspection).toMatchObject({ usable: true, faults: [], warnings: [], layout: 'folders', greyscaleShare: 0 });
  expect(inspectionVerdict(inspection)).toBe('trees is usable.');
  expect(inspectionLines(inspection).join('\n')).toMatch(/2 classes, 6 images, layout folders[^]*train +4 images, 2 a class\n.*test +2 images, 1 a class\n.*4 px, all alike/); // prettier-ignore
});

it('finds images that cannot be read, pixels on both sides, a class that is never tested', async () => {
  await writeFiles(root, { 'train/lime/broken.jpg': 'no image' });
  await copy('train/lime/1.jpg', 'test/oak leaf/copy.jpg');
  await writeLayout(root, pictures(['train/ash/1.jpg']));
  const inspection = await inspect();
  expect(inspection.faults).toEqual([
    expect.stringMatching(/^an image cannot be read: train: train\/lime\/broken.jpg \(/),
    'the same pixels are trained on and tested: train: train/lime/1.jpg = test: test/oak leaf/copy.jpg',
    'classes without a test image: ash',
  ]);
  expect(inspection.usable).toBe(false);
  expect(inspectionVerdict(inspection)).toMatch(/^trees is not usable: an image cannot be read.*; classes without a test image: ash\.$/); // prettier-ignore
  expect(inspectionLines(inspection).join('\n')).toMatch(/train +6 images, 1 \(ash\) to 3 \(lime\) a class[^]*1 group of equal pixels, 1 across training and test/); // prettier-ignore
});

it('warns of pixels twice on one side, and counts greyscale images', async () => {
  await copy('train/lime/1.jpg', 'train/lime/again.jpg');
  await copy('train/lime/2.jpg', 'train/oak leaf/other.jpg');
  await writeFiles(root, {
    'test/lime/grey.png': await flatPng([9, 9, 9]),
    'test/oak leaf/x.png': await flatPng([1, 90, 3]),
  });
  const inspection = await inspect();
  expect(inspection.warnings).toEqual([
    'the same pixels under two classes: train: train/lime/2.jpg = train: train/oak leaf/other.jpg',
    'the same pixels twice on one side: train: train/lime/1.jpg = train: train/lime/again.jpg',
  ]);
  expect(inspection.greyscaleShare).toBeCloseTo(1 / 10, 12);
  expect(inspectionVerdict(inspection)).toBe('trees is usable, with 2 warnings.');
});
