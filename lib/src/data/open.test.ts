import { promises as fs } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readBatch } from './batches';
import { decodeSplit } from './decode';
import { openImages, type OpenImages, type OpenOptions } from './open';
import { createReader } from './reader';
import { flatPng, temporaryFolder, writeDataset, writeFiles } from './testing';
import type { Dataset, Images, ImageStream } from './types';
import { readUfg } from './ufg';

const SIZE = 8;
const STRIDE = SIZE * SIZE * 3;

let root: string;
let dataset: Dataset;
let train: Images;
const opened: OpenImages[] = [];

beforeAll(async () => {
  root = await fs.realpath(await temporaryFolder());
  await writeDataset(root, 4, [3, 2]);
  dataset = await readUfg(root);
  train = await decodeSplit(dataset.train, { size: SIZE });
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(() => fs.rm(root, { recursive: true, force: true }));

async function open(options: Partial<OpenOptions>, from: Dataset = dataset): Promise<OpenImages> {
  const images = await openImages([from.train, from.tests['test']!], { size: SIZE, ...options });
  opened.push(images);
  return images;
}
const stream = async (memory: number, from?: Dataset): Promise<ImageStream> =>
  (await open({ memory }, from)).sources[0] as ImageStream;

describe('openImages', () => {
  it('holds all images where they fit, and reads them as they are asked for where they do not', async () => {
    expect((await open({ memory: 20 * STRIDE })).streamed).toBe(false);
    expect((await open({ memory: 20 * STRIDE - 1 })).streamed).toBe(true);
    expect((await open({})).streamed).toBe(false);
  });

  it('gives the same bytes, labels and names in both forms, for every split', async () => {
    const [held, read] = [await open({ memory: 1e6 }), await open({ memory: 12 * STRIDE })];
    for (const [i, one] of held.sources.entries()) {
      const other = read.sources[i]!;
      const list = ({ count, size, labels, names }: typeof one) => ({ count, size, labels, names });
      expect(list(other)).toEqual(list(one));
      const indices = Int32Array.from([one.count - 1, 0, 3, 0, 5]);
      expect(await readBatch(other, indices)).toEqual(await readBatch(one, indices));
      expect(await readBatch(other, indices)).toEqual(await readBatch(one, indices));
    }
  });

  it('refuses an index that is none, and a batch that is larger than the memory, with the mend', async () => {
    const source = await stream(6 * STRIDE);
    await expect(source.read([0, 12])).rejects.toThrow('read: the index 12 at place 1; allowed: 0..11.');
    await expect(source.read([0, 1, 2, 3, 4, 5])).rejects.toThrow(RangeError);
    await expect(source.read([0, 1, 2, 3, 4, 5])).rejects.toThrow(
      /6 images of 8 x 8 .*CSDNET_MEMORY.*training.batchSize/,
    );
    expect((await source.read([0, 1, 2, 3, 4])).data).toEqual(train.data.slice(0, 5 * STRIDE));
    expect((await source.read([])).data).toHaveLength(0);
  });

  it('names every image of a batch that cannot be decoded, as decodeSplit does, and goes on with the others', async () => {
    const bad = await fs.realpath(await temporaryFolder());
    await writeDataset(bad, 4, [3, 2]);
    const whole = await flatPng([9, 9, 9], 64);
    await writeFiles(bad, { 'images/1_2_train.png': whole.slice(0, 60), 'images/2_1_train.png': 'no image' });
    const broken = await readUfg(bad);
    const source = await stream(10 * STRIDE, broken);
    const message = await decodeSplit(broken.train, { size: SIZE }).catch((error: Error) => error.message);
    await expect(source.read([0, 1, 2, 3, 1])).rejects.toMatchObject({ name: 'DatasetError', message });
    expect(message).toMatch(/train.txt:2: .*1_2_train.png cannot be decoded/);
    expect((await source.read([0, 2])).labels).toEqual(Int32Array.of(0, 0));
    await fs.rm(bad, { recursive: true });
  });
});

describe('a stream', () => {
  it('ends a read by its signal, while others go on', async () => {
    const source = await stream(12 * STRIDE);
    const stop = new AbortController();
    const [stopped, other] = [source.read([0, 1, 2, 3], stop.signal), source.read([4, 5])];
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    expect((await other).data).toEqual(train.data.slice(4 * STRIDE, 6 * STRIDE));
    await expect(source.read([0], stop.signal)).rejects.toThrow('enough');
  });

  it('lets nothing wait for ever once it is closed', async () => {
    const images = await open({ memory: 12 * STRIDE });
    const source = images.sources[0] as ImageStream;
    const asked = source.read([0, 1, 2, 3]).catch((error: Error) => error);
    await images.close();
    await images.close();
    expect(await asked).toBeInstanceOf(Error);
    await expect(source.read([0])).rejects.toThrow('has ended');
  });
});

describe('a reader', () => {
  const files = (): string[] => dataset.train.samples.map(({ file }) => file);
  const readerOf = (memory: number) =>
    createReader({ files: files(), size: SIZE, fit: 'cover', memory, concurrency: 3 });

  it('never holds more than its memory, whatever is asked for, and gives the right bytes', async () => {
    const batches = fc.array(fc.array(fc.nat(11), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 6 * STRIDE, max: 16 * STRIDE }), batches, async (memory, asked) => {
        const reader = readerOf(memory);
        let most = 0;
        let running = true;
        const watch = (): void => {
          most = Math.max(most, reader.held());
          if (running) setImmediate(watch);
        };
        watch();
        const all = await Promise.all(asked.map((indices) => reader.read(Int32Array.from(indices))));
        running = false;
        expect(Math.max(most, reader.held())).toBeLessThanOrEqual(memory);
        expect(most).toBeGreaterThan(0);
        asked.forEach((indices, i) => {
          const wanted = indices.flatMap((index) => [...train.data.slice(index * STRIDE, (index + 1) * STRIDE)]);
          expect(all[i]).toEqual({ data: Uint8Array.from(wanted) });
        });
      }),
      { seed: 11, numRuns: 12 },
    );
  });

  it('decodes an image once where it fits: its file may be gone', async () => {
    const copy = await fs.realpath(await temporaryFolder());
    await fs.copyFile(files()[0]!, path.join(copy, 'one.png'));
    const reader = createReader({
      ...{ files: [path.join(copy, 'one.png')], size: SIZE, fit: 'cover' as const },
      ...{ memory: 4 * STRIDE, concurrency: 1 },
    });
    const first = await reader.read(Int32Array.of(0, 0));
    await fs.rm(copy, { recursive: true });
    expect(await reader.read(Int32Array.of(0, 0))).toEqual(first);
    expect(reader.held()).toBe(STRIDE);
  });

  it('holds nothing of a batch that failed or was stopped', async () => {
    const reader = readerOf(6 * STRIDE);
    await expect(reader.read(Int32Array.of(0), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(reader.held()).toBe(0);
  });
});
