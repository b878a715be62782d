import { promises as fs } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchInput } from './bench';
import { flatPng, temporaryFolder, writeFiles } from './testing';

let root: string;
let files: string[];
beforeAll(async () => {
  root = await temporaryFolder();
  for (let i = 0; i < 5; i++) await writeFiles(root, { [`${i}.png`]: await flatPng([i, i, i]) });
  files = Array.from({ length: 5 }, (_, i) => path.join(root, `${i}.png`));
});
afterAll(() => fs.rm(root, { recursive: true, force: true }));

describe('benchInput', () => {
  const options = { size: 8, fit: 'cover', batch: 2, memory: 1e4 } as const;

  it('counts every image of every pass, and what the steps waited', async () => {
    const found = await benchInput({ ...options, files, epochs: 2, stepMilliseconds: 1 });
    expect(found.images).toBe(10);
    expect(found.imagesPerSecond).toBeCloseTo(10 / (found.milliseconds / 1000), 6);
    expect(found.waitingShare).toBeGreaterThanOrEqual(0);
    expect(found.waitingShare).toBeLessThan(1);
  });

  it('ends with the reason where an image cannot be decoded', async () => {
    const missing = [...files, path.join(root, 'none.png')];
    await expect(benchInput({ ...options, files: missing })).rejects.toThrow('benchInput: the file is missing');
  });
});
