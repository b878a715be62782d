import { promises as fs } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeAnnotations } from './annotate';
import { auditDataset } from './audit';
import { flatPng, temporaryFolder, writeFiles } from './testing';
import { readUfg } from './ufg';

let root = '';
const read = (name: string): Promise<string> => fs.readFile(path.join(root, name), 'utf8');

beforeEach(async () => {
  root = path.join(await fs.realpath(await temporaryFolder()), 'mine');
  for (const [c, name] of ['oak leaf', 'lime'].entries()) {
    for (let k = 0; k < 4; k++)
      await writeFiles(root, { [`images/${name}/im ${k}.png`]: await flatPng([50 * c + 10, 20 * k, 90], 8 + k) });
  }
  await writeFiles(root, { 'images/lime/notes.txt': 'by hand', 'images/.hidden/x.png': 'no' });
});
afterEach(() => fs.rm(path.dirname(root), { recursive: true, force: true }));

it('writes the published layout: classes by name, a drawn split, everything once', async () => {
  const written = await writeAnnotations(root, { trainPerClass: 3, seed: 1 });
  expect(written).toEqual({ classNames: ['lime', 'oak leaf'], train: 6, test: 2, skipped: ['lime/notes.txt'] });
  expect(await read('classes.txt')).toBe('1 lime\n2 oak leaf\n');
  const dataset = await readUfg(root);
  expect(dataset.classNames).toEqual(['lime', 'oak leaf']);
  const names = [...dataset.train.samples, ...dataset.tests['test']!.samples].map(({ name }) => name);
  expect(new Set(names).size).toBe(8);
  expect(dataset.train.samples.filter(({ label }) => label === 1)).toHaveLength(3);
  expect(dataset.train.samples.every(({ name, label }) => name.startsWith(`${dataset.classNames[label]}/`))).toBe(true);
});

it('gives the same files for the same seed, and others for another', async () => {
  const lists = [];
  for (const seed of [1, 1, 2, 3, 4]) {
    await writeAnnotations(root, { trainPerClass: 2, seed, overwrite: true });
    lists.push(await read('anno/train.txt'));
  }
  expect(lists[1]).toBe(lists[0]);
  expect(new Set(lists).size).toBeGreaterThan(1);
});

it('refuses annotations that are there, too few images, a wrong count, and a folder that is none', async () => {
  await expect(writeAnnotations(root, { trainPerClass: 4, seed: 1 })).rejects.toThrow(
    /images\/lime\/: 4 images for 4 training images and at least one test image.*\n.*oak leaf/,
  );
  await expect(writeAnnotations(root, { trainPerClass: 0, seed: 1 })).rejects.toThrow(/trainPerClass is 0/);
  await writeAnnotations(root, { trainPerClass: 2, seed: 1 });
  await expect(writeAnnotations(root, { trainPerClass: 2, seed: 1 })).rejects.toThrow(/annotations already \(test.txt/);
  await expect(writeAnnotations(path.join(root, 'nowhere'), { trainPerClass: 2, seed: 1 })).rejects.toThrow(
    /there is no such folder/,
  );
  await fs.rm(path.join(root, 'anno'), { recursive: true });
  await fs.rm(path.join(root, 'images', 'lime'), { recursive: true });
  await expect(writeAnnotations(root, { trainPerClass: 2, seed: 1 })).rejects.toThrow(/a single folder of a class/);
  await fs.rm(path.join(root, 'images'), { recursive: true });
  await expect(writeAnnotations(root, { trainPerClass: 2, seed: 1 })).rejects.toThrow(/make a folder images/);
});

it('is looked at: sizes, greyscale, the same pixels under two names, and what cannot be read', async () => {
  const lime = path.join(root, 'images', 'lime');
  await fs.copyFile(path.join(lime, 'im 0.png'), path.join(root, 'images', 'oak leaf', 'copy.png'));
  await fs.writeFile(path.join(lime, 'grey.png'), await flatPng([77, 77, 77], 9));
  await fs.writeFile(path.join(lime, 'broken.png'), 'no image');
  await writeAnnotations(root, { trainPerClass: 4, seed: 1 });
  const audit = await auditDataset(await readUfg(root));
  expect(audit).toMatchObject({ images: 11, classes: 2, perClass: { train: [4, 4], test: [2, 1] } });
  expect(audit.side).toMatchObject({ min: 8, max: 11 });
  expect(audit.aspect).toEqual({ min: 1, median: 1, max: 1 });
  expect(audit.greyscale.map(({ name }) => name)).toEqual(['lime/grey.png']);
  expect(audit.unreadable.map(({ image }) => image.name)).toEqual(['lime/broken.png']);
  expect(audit.duplicates.map((group) => group.map(({ name }) => name).sort())).toEqual([
    ['lime/im 0.png', 'oak leaf/copy.png'],
  ]);
});
