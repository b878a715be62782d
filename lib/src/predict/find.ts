/** From what a person named (images, folders, patterns) to a list of image files. */
import fs from 'node:fs';
import path from 'node:path';
import { IMAGE_FILE } from '../data/images';

const SPECIAL = /[*?[{]/;

/** Every file below a folder, in the order of their names; hidden ones are left out. */
function* filesBelow(folder: string): Generator<string> {
  const entries = fs.readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(file);
    else if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) yield file;
  }
}

/** What a part of a pattern matches, as a regular expression. */
const PARTS: readonly (readonly [RegExp, (part: string) => string])[] = [
  [/^\*\*\//, () => '(?:.*/)?'],
  [/^\*\*/, () => '.*'],
  [/^\*/, () => '[^/]*'],
  [/^\?/, () => '[^/]'],
  [/^\[[^\]/]+\]/, (part) => part.replace(/^\[!/, '[^').replace(/\\/g, '\\\\')],
  [/^\{[^{}]+\}/, (part) => `(?:${part.slice(1, -1).split(',').map(plain).join('|')})`],
  [/^[\s\S]/, plain],
];

function plain(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A pattern of a shell (`*`, `?`, `[a-c]`, `{a,b}`, `**` for folders of any depth) as a regular expression of whole paths. */
export function patternOf(pattern: string): RegExp {
  let [rest, made] = [pattern, ''];
  while (rest !== '') {
    const [shape, make] = PARTS.find(([one]) => one.test(rest))!;
    const part = shape.exec(rest)![0];
    made += make(part);
    rest = rest.slice(part.length);
  }
  return new RegExp(`^${made}$`);
}

function matches(pattern: string): readonly string[] {
  const parts = pattern.split('/');
  const fixed = parts
    .slice(
      0,
      parts.findIndex((part) => SPECIAL.test(part)),
    )
    .join('/');
  const base = pattern.startsWith('/') ? fixed || '/' : fixed || '.';
  if (!fs.statSync(base, { throwIfNoEntry: false })?.isDirectory()) return [];
  const match = patternOf(pattern);
  return [...filesBelow(base)].filter((file) => match.test(pattern.startsWith('./') ? `./${file}` : file));
}

const images = (files: readonly string[]): readonly string[] => files.filter((file) => IMAGE_FILE.test(file));

function imagesOf(given: string): readonly string[] {
  const stat = fs.statSync(given, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    const found = images([...filesBelow(given)]);
    if (found.length === 0) throw new Error(`${given} holds no images (by their endings: jpg, png, webp, tiff, ...).`);
    return found;
  }
  // A name that is no file is told with the images that cannot be read, after the others.
  if (stat || !SPECIAL.test(given)) return [given];
  const found = images(matches(given));
  if (found.length === 0) throw new Error(`No image matches ${given}.`);
  return found;
}

/**
 * The image files that were named, each once, in the order given; those of a folder (at any depth) and of a pattern in the order of their names.
 *
 * @throws where a folder holds no image, or no image matches a pattern
 */
export const findImages = (given: readonly string[]): readonly string[] => [...new Set(given.flatMap(imagesOf))];
