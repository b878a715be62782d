/** FGVC-Aircraft (Maji et al. 2013): lists `image variant`; training and validation are one, as all peers use them. */
import path from 'node:path';
import { numberedLines } from '../annotation';
import { problem } from '../errors';
import { readText } from '../place';
import { below, firstOf, firstOrDefault, needing, type Layout, type Plan } from './layout';
import { numberClasses, type NamedList } from './naming';

const BASES = ['data/', ''] as const;
const LISTS = [
  ['train', 'images_variant_trainval.txt'],
  ['test', 'images_variant_test.txt'],
] as const;

/** Reads lines `1025794 707-320`: the image's number, then the variant, which may hold spaces. */
function parseVariants(
  text: string,
  split: string,
  at: string,
): { readonly list: NamedList; readonly problems: readonly string[] } {
  const entries = [];
  const problems = [];
  for (const { text: content, line } of numberedLines(text)) {
    const [, id, className] = /^(\d{1,12})\s+(.+)$/.exec(content) ?? [];
    if (id !== undefined && className !== undefined) entries.push({ name: `${id}.jpg`, className, line });
    else {
      const given = `"${content}" is not a number and a variant`;
      const allowed = 'lines "image variant", such as "1025794 707-320"';
      problems.push(problem({ at: `${at}:${line}`, given, allowed, fix: 'put the published file there' }));
    }
  }
  return { list: { split, at, entries }, problems };
}

async function plan(root: string): Promise<Plan> {
  const problems: string[] = [];
  const lists: NamedList[] = [];
  for (const [split, file] of LISTS) {
    const at = await firstOrDefault(root, below(BASES, file));
    const text = await readText(root, at);
    const parsed =
      'text' in text
        ? parseVariants(text.text, split, at)
        : { list: { split, at, entries: [] }, problems: [text.problem] };
    problems.push(...parsed.problems);
    lists.push(parsed.list);
  }
  const order = await firstOf(root, below(BASES, 'variants.txt'));
  const text = order === undefined ? undefined : await readText(root, order);
  if (text !== undefined && 'problem' in text) problems.push(text.problem);
  const known = text !== undefined && 'text' in text ? numberedLines(text.text).map((line) => line.text) : undefined;
  const numbered = numberClasses(lists, order ?? 'the lists', known);
  const [train, ...tests] = numbered.lists;
  const folder = path.join(root, await firstOrDefault(root, below(BASES, 'images')));
  const all = [...problems, ...numbered.problems];
  return { place: { folder }, train: train!, tests, classes: numbered.classes, problems: all };
}

export const aircraft: Layout = {
  name: 'aircraft',
  title: 'FGVC-Aircraft',
  needs: 'data/images_variant_trainval.txt, data/images_variant_test.txt, data/images/ (or the same without data/)',
  examine: needing(...LISTS.map(([, file]) => below(BASES, file)), below(BASES, 'images')),
  plan,
};
