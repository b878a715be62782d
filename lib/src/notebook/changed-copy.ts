/** What the reader says of a dataset that is not in order: a small copy, changed on purpose. */
import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatasetError, readUfg } from '../data';
import type { Dataset, Sample } from '../data';
import { pickSamples } from './open';

/** What to change in the copy, by path: a text of its own, or nothing (null takes the file away). */
export type Changes = Readonly<Record<string, ((text: string) => string) | null>>;

const CLASSES = [0, 1];
const EACH = 3;

/** The annotation of some samples, as the layout writes it: `image_name label`, labels from 1. */
const annotation = (samples: readonly Sample[]): string =>
  samples.map(({ name, label }) => `${name} ${label + 1}\n`).join('');

/** The texts of the small copy: three images of each of two classes in each of two splits. */
function textsOf(dataset: Dataset): { readonly texts: Record<string, string>; readonly samples: readonly Sample[] } {
  const train = pickSamples(dataset, 'train', CLASSES, EACH);
  const test = pickSamples(dataset, 'test', CLASSES, EACH);
  const texts = { 'anno/train.txt': annotation(train), 'anno/test.txt': annotation(test) };
  return { texts, samples: [...train, ...test] };
}

/** The folder of a small copy as a person sees it: the files, and what the annotations hold. */
export function layoutText(dataset: Dataset): string {
  const { texts, samples } = textsOf(dataset);
  const lines = Object.entries(texts).flatMap(([file, text]) => [file, ...text.trim().split('\n').map((l) => `    ${l}`)]); // prettier-ignore
  return [...lines, 'images/', ...samples.map(({ name }) => `    ${name}`)].join('\n');
}

async function write(root: string, dataset: Dataset, changes: Changes): Promise<void> {
  const { texts, samples } = textsOf(dataset);
  const known = [...Object.keys(texts), ...samples.map(({ name }) => `images/${name}`)];
  const unknown = Object.keys(changes).find((file) => !known.includes(file));
  if (unknown !== undefined) throw new RangeError(`${unknown} is not in the copy; it holds ${known.join(', ')}`);
  for (const { name, file } of samples) {
    if (changes[`images/${name}`] === null) continue;
    const target = path.join(root, 'images', name);
    await fs.mkdir(path.dirname(target), { recursive: true });
    await fs.copyFile(file, target);
  }
  await fs.mkdir(path.join(root, 'anno'), { recursive: true });
  for (const [name, text] of Object.entries(texts)) {
    const change = changes[name];
    if (change !== null) await fs.writeFile(path.join(root, name), change ? change(text) : text);
  }
}

/**
 * Copies two classes of a dataset, changes the copy, reads it, and gives what the reader says: a sentence where the copy is in order, else
 * the message of its error. The copy is gone afterwards.
 *
 * @throws RangeError where a change names a file that the copy does not hold
 */
export async function readChanged(dataset: Dataset, changes: Changes = {}): Promise<string> {
  const base = await fs.mkdtemp(path.join(os.tmpdir(), 'csdnet-copy-'));
  const root = path.join(base, 'my-set');
  try {
    await write(root, dataset, changes);
    const { classes, train, tests } = await readUfg(root);
    return `in order: ${classes} classes, ${train.samples.length} training and ${tests['test']!.samples.length} test images`;
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    return error.message.replaceAll(base + path.sep, '');
  } finally {
    await fs.rm(base, { recursive: true, force: true });
  }
}
