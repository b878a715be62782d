import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobsOf, pngsOf, textsOf } from './jobs';
import { makeLeaf } from './make';
import { GENERATOR_VERSION, LEAF_SETS, LEAF_SPLITS } from './sets';

const sha = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'leaf-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the frozen leaf80', () => {
  it('keeps its checksums: the data set may never change without a new generator version', () => {
    const texts = textsOf('leaf80', 1, GENERATOR_VERSION);
    expect([...texts].map(([path, text]) => `${path} ${sha(text)}`)).toMatchInlineSnapshot();
    const jobs = jobsOf('leaf80', 1);
    const pinned = ['001_1_train.png', '017_2_train.png', '042_3_test.png', '080_10_large.png'];
    const sums = jobs
      .filter((job) => pinned.includes(job.name))
      .map((job) => {
        const { image, mask } = pngsOf(job, 256);
        return `${job.name} ${sha(image)} ${sha(mask)}`;
      });
    expect(sums).toMatchInlineSnapshot();
  });

  it('has the promised counts, distinct specimens, and leaf20 as its beginning', () => {
    const jobs = jobsOf('leaf80', 1);
    expect(jobs).toHaveLength(1280);
    expect(new Set(jobs.map((job) => job.name)).size).toBe(1280);
    expect(new Set(jobs.map((job) => job.seed)).size).toBe(1280);
    for (const split of LEAF_SPLITS) {
      expect(jobs.filter((job) => job.split === split)).toHaveLength(80 * LEAF_SETS.leaf80.splits[split]);
    }
    const names = new Map(jobs.map((job) => [job.name, job]));
    for (const job of jobsOf('leaf20', 1)) expect(names.get(job.name)).toEqual(job);
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
    await makeLeaf({ name: 'leaf20', root, workers: 0, onProgress: (done, total) => seen.push(done / total) });
    expect(readdirSync(folder)).toEqual(['small']);
    expect(readdirSync(root).sort()).toEqual(['anno', 'classes.txt', 'dataset.json', 'images', 'masks']);
    expect(seen).toHaveLength(320);
    expect(seen.at(-1)).toBe(1);
    const images = readdirSync(join(root, 'images')).sort();
    expect(readdirSync(join(root, 'masks')).sort()).toEqual(images);
    const lines = LEAF_SPLITS.flatMap((split) =>
      readFileSync(join(root, 'anno', `${split}.txt`), 'utf8')
        .trim()
        .split('\n'),
    );
    expect(lines.map((line) => line.split(' ')[0]).sort()).toEqual(images);
    expect(lines).toContain('017_2_train.png 17');
    const [image, mask] = ['images', 'masks'].map((part) => decode(readFileSync(join(root, part, '017_2_train.png'))));
    expect(image).toMatchObject({ width: 256, height: 256, channels: 3, depth: 8 });
    expect(mask).toMatchObject({ width: 256, height: 256, channels: 1, depth: 8 });
  });
});
