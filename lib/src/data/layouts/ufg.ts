/** Ultra-FGVC (Yu et al., ICCV 2021): lists of images with labels, in anno/. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { parseAnnotation, parseClasses } from '../annotation';
import type { NamedClasses } from '../check';
import { imageFolder, type Listed } from '../images';
import { readText } from '../place';
import { needing, type Layout, type Plan } from './layout';

const TEST = /^test(_[\w.-]+)?\.txt$/;

/** The annotations that are read; val.txt is not one (it equals test.txt where it is published). */
async function annotationNames(root: string): Promise<readonly string[]> {
  const listed = await fs.readdir(path.join(root, 'anno')).catch((): string[] => []);
  return ['train.txt', 'test.txt', ...listed.filter((name) => TEST.test(name) && name !== 'test.txt').sort()];
}

async function readList(
  root: string,
  name: string,
): Promise<{ readonly list: Listed; readonly problems: readonly string[] }> {
  const at = `anno/${name}`;
  const text = await readText(root, at);
  const parsed = 'text' in text ? parseAnnotation(text.text, at) : { entries: [], problems: [text.problem] };
  return { list: { split: name.slice(0, -'.txt'.length), at, entries: parsed.entries }, problems: parsed.problems };
}

async function readClasses(
  root: string,
): Promise<{ readonly classes?: NamedClasses; readonly problems: readonly string[] }> {
  const source = 'classes.txt';
  if ((await fs.lstat(path.join(root, source)).catch(() => undefined)) === undefined) return { problems: [] };
  const text = await readText(root, source);
  if ('problem' in text) return { problems: [text.problem] };
  const { entries, problems } = parseClasses(text.text, source);
  return { classes: { names: entries, source }, problems };
}

async function plan(root: string): Promise<Plan> {
  const read = [];
  for (const name of await annotationNames(root)) read.push(await readList(root, name));
  const [train, ...tests] = read.map(({ list }) => list) as [Listed, ...Listed[]];
  const { classes, problems } = await readClasses(root);
  const place = await imageFolder(root, train.entries);
  return { place, train, tests, classes, problems: [...read.flatMap((one) => one.problems), ...problems] };
}

/** The labels are those of the lists, 1..C; classes.txt with lines `label name` is optional, anno/test_*.txt are further test splits. */
export const ufg: Layout = {
  name: 'ultra-fgvc',
  title: 'Ultra-FGVC',
  needs: 'anno/train.txt and anno/test.txt with lines "image_name label", images/ (or images_pytorch/, images_nts/)',
  examine: needing(['anno/train.txt'], ['anno/test.txt'], ['images', 'images_pytorch', 'images_nts']),
  plan,
};
