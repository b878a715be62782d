import { promises as fs } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { describeDataset } from './describe';
import { DatasetError } from './errors';
import { GENERATOR_VERSION, makeLeaf, type MakeLeafOptions } from './leaf';
import { EMBEDDED, loadDataset } from './load';
import { countPerClass } from './splits';
import { temporaryFolder, writeDataset, writeFiles } from './testing';

// The generator has tests of its own; here a small stand-in writes the same layout.
vi.mock('./leaf', async (original) => ({ ...(await original<typeof import('./leaf')>()), makeLeaf: vi.fn() }));
const drawn = vi.mocked(makeLeaf);

let dataDir: string;
beforeEach(async () => {
  dataDir = await fs.realpath(await temporaryFolder());
  drawn.mockReset().mockImplementation(async ({ root, onProgress }: MakeLeafOptions) => {
    await writeDataset(root, 2, [3, 3]);
    await writeFiles(root, { 'dataset.json': `{\n  "generatorVersion": ${GENERATOR_VERSION}\n}\n` });
    onProgress?.(1, 1);
  });
});
afterEach(() => fs.rm(dataDir, { recursive: true, force: true }));

describe('loadDataset', () => {
  it('draws an embedded set once, with the options given', async () => {
    for (const name of EMBEDDED) {
      const seen: number[] = [];
      const options = { dataDir, workers: 1, onProgress: (done: number) => seen.push(done) };
      const first = await loadDataset(name, options);
      expect(first).toMatchObject({ name, root: path.join(dataDir, name), classes: 2 });
      expect(seen).toEqual([1]);
      expect((await loadDataset(name, { dataDir })).fingerprint).toBe(first.fingerprint);
      expect(drawn).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ name, root: path.join(dataDir, name), workers: 1 }),
      );
      drawn.mockClear();
    }
  });

  it('takes the folder of a faster process, and passes other failures on', async () => {
    drawn.mockImplementationOnce(async ({ root }) => {
      await writeDataset(root, 2, [3, 3]);
      await writeFiles(root, { 'dataset.json': `{"generatorVersion": ${GENERATOR_VERSION}}` });
      throw new Error('the folder already exists');
    });
    expect((await loadDataset('leaf20', { dataDir })).classes).toBe(2);
    drawn.mockRejectedValueOnce(new Error('no space left'));
    await expect(loadDataset('leaf80', { dataDir })).rejects.toThrow('no space left');
  });

  it('refuses a set that another version has drawn', async () => {
    await loadDataset('leaf20', { dataDir });
    await writeFiles(dataDir, { 'leaf20/dataset.json': '{"generatorVersion": 0}' });
    await expect(loadDataset('leaf20', { dataDir })).rejects.toThrow(/generator version 0; .*delete the folder/);
  });

  it('reads a path, and a name below the folder of datasets', async () => {
    await writeDataset(path.join(dataDir, 'mine'), 3, [1, 2]);
    const byName = await loadDataset('mine', { dataDir });
    const byPath = await loadDataset(path.join(dataDir, 'mine'), { dataDir: path.join(dataDir, 'none') });
    expect(byPath.fingerprint).toBe(byName.fingerprint);
    expect(drawn).not.toHaveBeenCalled();
  });

  it('lists the names, and what a folder must hold, for anything else', async () => {
    await writeDataset(path.join(dataDir, 'mine'), 2, [1, 1]);
    for (const name of ['leaf8', '', 'no/such/folder']) {
      const error = await loadDataset(name, { dataDir }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DatasetError);
      expect((error as Error).message).toMatch(
        /allowed: the names leaf80, leaf20, mine, or a path to a folder with anno\/train.txt/,
      );
      expect((error as Error).message).toContain(`"${name}"`);
    }
  });
});

describe('describeDataset', () => {
  it('counts splits and classes', async () => {
    const root = path.join(dataDir, 'mine');
    await writeDataset(root, 3, [2, 1]);
    await fs.appendFile(path.join(root, 'anno/test.txt'), '');
    await writeFiles(root, { 'anno/test_one.txt': '1_1_test.png 1\n', 'masks/1_1_test.png': 'x' });
    const dataset = await loadDataset('mine', { dataDir });
    expect(describeDataset(dataset)).toEqual({
      ...{ name: 'mine', root, fingerprint: dataset.fingerprint, classes: 3, masks: 2 },
      train: { images: 6, classes: 3, perClass: { min: 2, max: 2, mean: 2 } },
      tests: {
        test: { images: 3, classes: 3, perClass: { min: 1, max: 1, mean: 1 } },
        test_one: { images: 1, classes: 1, perClass: { min: 1, max: 1, mean: 1 } },
      },
    });
    expect([...countPerClass(dataset.train, 3)]).toEqual([2, 2, 2]);
  });

  it('says where the counts differ from those of the published set of that name', async () => {
    await writeDataset(path.join(dataDir, 'COTTON'), 2, [3, 3]);
    const wrong = describeDataset(await loadDataset('COTTON', { dataDir })).published;
    expect(wrong).toMatch(
      /^differs from Cotton80: 2 classes, 6 training and 6 test images here, 80 classes, 240 .* not comparable/,
    );
    await writeDataset(path.join(dataDir, 'cotton'), 80, [3, 3]);
    expect(describeDataset(await loadDataset('cotton', { dataDir })).published).toMatch(/^as published for Cotton80/);
  });
});
