import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobsOf, pngsOf, textsOf } from './jobs';
import { makeLeaf, makeSet } from './make';
import { LEAF_SETS, LEAF_SPLITS, type LeafSet } from './sets';

const sha = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const SMALL: LeafSet = {
  name: 'small',
  families: 2,
  perFamily: 4,
  classes: 8,
  imageSize: 64,
  splits: { train: 2, test: 1, test_large: 3 },
};

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'leaf-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the frozen leaf80', () => {
  it('keeps its checksums: the data set may never change without a new generator version', () => {
    const texts = textsOf(LEAF_SETS.leaf80, 1);
    expect([...texts].map(([path, text]) => `${path} ${sha(text)}`)).toMatchInlineSnapshot(`
      [
        "anno/train.txt 698188843e22ef3a939a2935176d0eae712916db42b343c5a0953923b6a8bd41",
        "anno/test.txt 07170a39462251da683605b19553d40adcbf9047bba4433dff4b921386409b7b",
        "anno/test_large.txt 1387fb62f17a46527fa9255a8457f1c2fca4c1d9676bd1075d2fdf1c630633d8",
        "classes.txt 885fc0187c67e83ec2cd6f61c96d154628c6b362558e7eb3c9bb18089dd632d3",
        "dataset.json d62475a7171574b83dd38cc9677a7cbb3ba37d1b0726e81139adf14839827659",
      ]
    `);
    const jobs = jobsOf(LEAF_SETS.leaf80, 1);
    const pinned = ['001_1_train.png', '017_2_train.png', '042_3_test.png', '080_10_large.png'];
    const sums = jobs
      .filter((job) => pinned.includes(job.name))
      .map((job) => {
        const { image, mask } = pngsOf(job, 256);
        return `${job.name} ${sha(image)} ${sha(mask)}`;
      });
    expect(sums).toMatchInlineSnapshot(`
      [
        "001_1_train.png a4bf1beb6f55febab1403d4538a2c0b103d4f9a8f5fdf468c753817c1df00636 1a55ad444a0e559f37c948a07cb27fd304b14b8025f8c7d2e630d4fb42a87a0e",
        "017_2_train.png c45f060ee721e494567c4a9dd32e0343cb4e355d538b94de085a67d417a7e439 a4513922d403404a970d261e4cd176335c0392c62f8c628fdb6f77aa5537c2ea",
        "042_3_test.png ffeafe5d91b729a6d087deb006f0e1d960379b7c5bae4212935ce6db097e602f 6c79ea160a002344b65b1fa4449956b9ac5cccbb1f0aff9abbe36b4cff22941a",
        "080_10_large.png 49b843ae9cecf82cbb7f384873e9c202241ee90cd8644a5608a3f812866b5603 665ab441b34bafdff26b5d557d39324ddcbe7656136a36816e03db2fae09ac93",
      ]
    `);
  });

  it('has the promised counts, distinct specimens, and leaf20 as its beginning', () => {
    const jobs = jobsOf(LEAF_SETS.leaf80, 1);
    expect(jobs).toHaveLength(1280);
    expect(new Set(jobs.map((job) => job.name)).size).toBe(1280);
    expect(new Set(jobs.map((job) => job.seed)).size).toBe(1280);
    for (const split of LEAF_SPLITS) {
      expect(jobs.filter((job) => job.split === split)).toHaveLength(80 * LEAF_SETS.leaf80.splits[split]);
    }
    const names = new Map(jobs.map((job) => [job.name, job]));
    for (const job of jobsOf(LEAF_SETS.leaf20, 1)) expect(names.get(job.name)).toEqual(job);
  });
});

describe('makeLeaf', () => {
  it('leaves nothing behind when it is aborted', async () => {
    const stop = new AbortController();
    const root = join(folder, 'aborted');
    const onProgress = (done: number): void => (done === 3 ? stop.abort(new Error('stopped by the test')) : undefined);
    await expect(makeLeaf({ name: 'leaf20', root, workers: 0, signal: stop.signal, onProgress })).rejects.toThrow(
      /stopped by the test/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a folder that exists, and options out of range, saying what to do', async () => {
    await expect(makeLeaf({ name: 'leaf20', root: folder })).rejects.toThrow(
      /already exists; remove it to make leaf20 again/,
    );
    await expect(makeLeaf({ name: 'leaf9' as 'leaf20', root: 'x' })).rejects.toThrow(
      /no set is named "leaf9"; give one of leaf80, leaf20/,
    );
    await expect(makeLeaf({ name: 'leaf20', root: 'x', seed: 0.5 })).rejects.toThrow(
      /seed is 0.5; give a whole number/,
    );
    await expect(makeLeaf({ name: 'leaf20', root: 'x', workers: -1 })).rejects.toThrow(/workers is -1/);
  });

  it('writes the published layout, whole', async () => {
    const root = join(folder, 'small');
    const seen: number[] = [];
    await makeSet(SMALL, { root, workers: 0, onProgress: (done, total) => seen.push(done / total) });
    expect(readdirSync(folder)).toEqual(['small']);
    expect(readdirSync(root).sort()).toEqual(['anno', 'classes.txt', 'dataset.json', 'images', 'masks']);
    expect(seen).toHaveLength(8 * 6);
    expect(seen.at(-1)).toBe(1);
    const images = readdirSync(join(root, 'images')).sort();
    expect(readdirSync(join(root, 'masks')).sort()).toEqual(images);
    const text = (path: string): string[] => readFileSync(join(root, path), 'utf8').trim().split('\n');
    const lines = LEAF_SPLITS.flatMap((split) => text(`anno/${split}.txt`));
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(images);
    expect(text('anno/test_large.txt')).toHaveLength(8 * 3);
    expect(lines).toContain('007_2_train.png 7');
    expect(text('classes.txt')[6]).toBe('7 family02-c');
    const [image, mask] = ['images', 'masks'].map((part) => decode(readFileSync(join(root, part, '007_2_train.png'))));
    expect(image).toMatchObject({ width: 64, height: 64, channels: 3, depth: 8 });
    expect(mask).toMatchObject({ width: 64, height: 64, channels: 1, depth: 8 });
    expect(JSON.parse(text('dataset.json').join(''))).toMatchObject({ name: 'small', seed: 1, classes: 8, images: 48 });
  });
});
