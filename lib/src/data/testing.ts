import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';

/** A new empty folder below the system's temporary folder; the caller removes it. */
export function temporaryFolder(): Promise<string> {
  return fs.mkdtemp(path.join(os.tmpdir(), 'csdnet-data-'));
}

/** Writes files below `root`, making the folders between; keys are paths relative to it. */
export async function writeFiles(root: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await fs.mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await fs.writeFile(path.join(root, name), content);
  }
}

/** A PNG of one colour. */
export function flatPng(rgb: readonly [number, number, number], side = 4): Promise<Uint8Array> {
  const [r, g, b] = rgb;
  return sharp({ create: { width: side, height: side, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

/**
 * Writes a good dataset in the published layout below `root`: images `<class>_<k>_<split>.png`, each of a colour of its
 * own, with `counts` [train, test] images a class.
 */
export async function writeDataset(
  root: string,
  classes: number,
  counts: readonly [train: number, test: number],
): Promise<void> {
  for (const [index, split] of (['train', 'test'] as const).entries()) {
    const lines: string[] = [];
    for (let label = 1; label <= classes; label++) {
      for (let k = 1; k <= (counts[index] ?? 0); k++) {
        const name = `${label}_${k}_${split}.png`;
        lines.push(`${name} ${label}`);
        await writeFiles(root, { [`images/${name}`]: await flatPng([label * 10, k * 10, index * 100]) });
      }
    }
    await writeFiles(root, { [`anno/${split}.txt`]: lines.join('\n') + '\n' });
  }
}
