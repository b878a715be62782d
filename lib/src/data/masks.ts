import { promises as fs } from 'node:fs';
import path from 'node:path';
import type { Sample } from './types';

/** A name without its last extension: 'a/b.c.jpg' -> 'a/b.c'. */
function stem(name: string): string {
  const extension = path.posix.extname(name);
  return extension === '' ? name : name.slice(0, -extension.length);
}

/**
 * Looks masks up below `<root>/masks/`: the mask of 'x.jpg' is 'x.png' or 'x.jpg.png'. The folder is listed once, now;
 * links are not followed. Undefined where the dataset has no masks.
 */
export async function maskFinder(root: string): Promise<((sample: Sample) => string | undefined) | undefined> {
  const folder = path.join(root, 'masks');
  const isFolder = await fs.lstat(folder).then(
    (stat) => stat.isDirectory(),
    () => false,
  );
  if (!isFolder) return undefined;
  const listed = await fs.readdir(folder, { withFileTypes: true, recursive: true });
  const files = new Set(
    listed.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)),
  );
  if (files.size === 0) return undefined;
  return ({ name }) =>
    [`${stem(name)}.png`, `${name}.png`].map((mask) => path.join(folder, mask)).find((mask) => files.has(mask));
}
