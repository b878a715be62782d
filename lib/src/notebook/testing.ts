/** A dataset on disk for tests of the notebook's looks: stripes that can be learned in seconds, with masks. */
import path from 'node:path';
import sharp from 'sharp';
import { readUfg } from '../data';
import type { Dataset } from '../data';
import { writeFiles } from '../data/testing';
import { syntheticImages } from '../testing/images';

const SIDE = 64;

/** Writes the dataset below `root` in the published layout and reads it: classes x perClass images in train and in test. */
export async function stripesDataset(root: string, classes: number, perClass: number): Promise<Dataset> {
  for (const [index, split] of ['train', 'test'].entries()) {
    const { data, labels, count } = syntheticImages({ classes, perClass, size: SIDE, seed: index + 1 });
    const lines: string[] = [];
    for (let i = 0; i < count; i++) {
      const name = `${labels[i]! + 1}_${Math.floor(i / classes) + 1}_${split}.png`;
      const pixels = data.subarray(i * SIDE * SIDE * 3, (i + 1) * SIDE * SIDE * 3);
      const png = await sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .png()
        .toBuffer();
      const inside = { create: { width: SIDE, height: SIDE / 2, channels: 3 as const, background: '#ffffff' } };
      const mask = sharp(inside).extend({ top: SIDE / 2, background: '#000000' });
      await writeFiles(root, { [`images/${name}`]: png, [`masks/${name}`]: await mask.png().toBuffer() });
      lines.push(`${name} ${labels[i]! + 1}`);
    }
    await writeFiles(root, { [`anno/${split}.txt`]: `${lines.join('\n')}\n` });
  }
  return readUfg(path.resolve(root));
}
