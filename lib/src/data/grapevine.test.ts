import { existsSync, promises as fs } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gather } from './batches';
import { decodeSplit } from './decode';
import { describeDataset } from './describe';
import { temporaryFolder } from './testing';
import { readUfg } from './ufg';

// Real photographs (Koklu et al., Measurement 188, 2022) that lie outside the project and stay there.
const shared = process.env['CSDNET_SHARED'] ?? path.resolve(process.cwd(), '../shared');
const root = path.join(shared, 'data', 'grapevine5');
const title = existsSync(root)
  ? 'grapevine5, real photographs'
  : `grapevine5 is skipped: no folder ${root} (set CSDNET_SHARED to the folder that holds data/grapevine5)`;

describe.skipIf(!existsSync(root))(title, () => {
  let cacheDir: string;
  beforeAll(async () => {
    cacheDir = await temporaryFolder();
  });
  afterAll(() => fs.rm(cacheDir, { recursive: true, force: true }));

  it('reads 500 images of 5 classes, 10 to train and 90 to test each', async () => {
    const dataset = await readUfg(root);
    expect(describeDataset(dataset)).toMatchObject({
      ...{ name: 'grapevine5', classes: 5, masks: 0 },
      train: { images: 50, classes: 5, perClass: { min: 10, max: 10, mean: 10 } },
      tests: { test: { images: 450, classes: 5, perClass: { min: 90, max: 90, mean: 90 } } },
    });
    expect(dataset.classNames).toEqual(['ak', 'ala_idris', 'buzgulu', 'dimnit', 'nazli']);
  });

  it('decodes them to pictures of leaves on a light ground, and again from the cache', async () => {
    const { train, tests } = await readUfg(root);
    for (const split of [train, ...Object.values(tests)]) {
      const images = await decodeSplit(split, { size: 64, cacheDir });
      expect(images.data).toHaveLength(split.samples.length * 64 * 64 * 3);
      const again = await decodeSplit(split, { size: 64, cacheDir });
      expect(Buffer.compare(again.data, images.data)).toBe(0);
      for (let index = 0; index < images.count; index++) {
        const { data } = gather(images, [index]);
        const centre = (32 * 64 + 32) * 3;
        const [r = 0, g = 0, b = 0] = data.subarray(centre, centre + 3);
        expect(Math.max(r, g, b), images.names[index]).toBeLessThan(250);
        expect(Math.min(...data.subarray(0, 3)), images.names[index]).toBeGreaterThan(150);
      }
    }
  });
});
