/** The smallest dataset that a whole program can learn from. */
import sharp from 'sharp';
import { writeFiles } from '../data/testing';

/** Stripes whose direction is the class: easy to learn, quick to draw. */
function stripes(label: number, k: number): Promise<Buffer> {
  const side = 64;
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side)];
    return (label % 2 === 0 ? x + k : y + k) % 8 < 4 ? 60 + 20 * label : 200;
  });
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
}

/** A dataset of four classes with three training and three test images each, in the Ultra-FGVC layout. */
export async function drawStripes(root: string): Promise<void> {
  for (const split of ['train', 'test']) {
    const lines: string[] = [];
    for (let label = 1; label <= 4; label++) {
      for (let k = 0; k < 3; k++) {
        const name = `${label}_${k}_${split}.png`;
        lines.push(`${name} ${label}`);
        await writeFiles(root, { [`images/${name}`]: await stripes(label, k + (split === 'test' ? 3 : 0)) });
      }
    }
    await writeFiles(root, { [`anno/${split}.txt`]: `${lines.join('\n')}\n` });
  }
}
