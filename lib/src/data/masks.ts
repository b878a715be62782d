import { promises as fs } from 'node:fs';
import path from 'node:path';
import { gatherRows } from './batches';
import { problem, throwIfAny } from './errors';
import { decodeMask, type Fit } from './pixels';
import type { Dataset, Sample, Split } from './types';

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

/** The ground-truth mask of a sample, [size * size] in 0..1; undefined where the dataset has none for it. */
export async function decodeTruth(
  { maskOf }: Dataset,
  sample: Sample,
  { size, fit = 'cover' }: { readonly size: number; readonly fit?: Fit },
): Promise<Float32Array | undefined> {
  const file = maskOf?.(sample);
  return file === undefined ? undefined : decodeMask(file, size, { fit });
}

/** Side in pixels of the masks that a run keeps in memory: finer than any grid that masks are drawn on. */
const MASK_SIDE = 64;

/** Masks of some images, all in memory. */
export interface Masks {
  readonly side: number;
  /** [count * side * side], 0..255; all 0 for an image without a mask. */
  readonly data: Uint8Array;
}

/** The masks of a split's images, in their order. @throws DatasetError where no image has one */
export async function decodeMasks(dataset: Dataset, split: Split, { fit }: { readonly fit: Fit }): Promise<Masks> {
  samplesWithMask(dataset, split);
  const side = MASK_SIDE;
  const data = new Uint8Array(split.samples.length * side * side);
  for (const [i, sample] of split.samples.entries()) {
    const mask = await decodeTruth(dataset, sample, { size: side, fit });
    mask?.forEach((value, pixel) => (data[i * side * side + pixel] = Math.round(255 * value)));
  }
  return { side, data };
}

/** The masks at some indices, one behind the other. */
export const gatherMasks = ({ side, data }: Masks, indices: ArrayLike<number>): Uint8Array =>
  gatherRows(data, side * side, indices);

/** The samples of a split that have a ground-truth mask. @throws DatasetError where there is none */
export function samplesWithMask({ name, maskOf }: Dataset, split: Split): readonly Sample[] {
  const found = split.samples.filter((sample) => maskOf?.(sample) !== undefined);
  const parts = {
    at: `${name}, masks/`,
    given: maskOf === undefined ? 'there are no masks' : `no image of split '${split.name}' has a mask`,
    allowed: 'masks/<image name>.png, white where the class differs from its siblings',
    fix: 'choose leaf80 or leaf20, whose generator draws masks, or add masks to the dataset',
  };
  throwIfAny('Without ground truth nothing can be located', found.length === 0 ? [problem(parts)] : []);
  return found;
}
