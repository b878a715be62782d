/** A subset of Ultra-FGVC without anno/: class and split are in the names of the files, `<class>_<k>_<train|test>.png`. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { IMAGE_FOLDERS } from '../images';
import { firstOf, type Examined, type Layout, type Plan } from './layout';
import { numberClasses, type NamedEntry } from './naming';

const NAME = /^(.+)_(\d+)_(train|test)\.(png|jpe?g)$/i;

/** What a file's name says; undefined where it is not of that form. */
export function parseName(
  name: string,
): { readonly className: string; readonly k: number; readonly split: string } | undefined {
  const [, className, k, split] = NAME.exec(name) ?? [];
  if (className === undefined || split === undefined) return undefined;
  return { className, k: Number(k), split: split.toLowerCase() };
}

/** The folder of images: one of the usual ones, else the root itself. */
const folderOf = async (root: string): Promise<string> => path.join(root, (await firstOf(root, IMAGE_FOLDERS)) ?? '');

const fileNamesIn = async (folder: string): Promise<readonly string[]> =>
  (await fs.readdir(folder).catch(() => [])).sort();

async function examine(root: string): Promise<Examined> {
  const names = await fileNamesIn(await folderOf(root));
  const what = (['train', 'test'] as const).map(
    (split) => [split, names.some((name) => parseName(name)?.split === split)] as const,
  );
  // Lists that are there say more than names: where one of them is missing, that is what must be told.
  const listed = await firstOf(root, ['anno']);
  const form = (split: string): string => `files named <class>_<k>_${split}.png`;
  return {
    found: what.filter(([, there]) => there).map(([split]) => form(split)),
    missing: [
      ...what.filter(([, there]) => !there).map(([split]) => form(split)),
      ...(listed === undefined ? [] : ['a folder without anno/']),
    ],
  };
}

async function plan(root: string): Promise<Plan> {
  const folder = await folderOf(root);
  const at = `${path.relative(root, folder) || '.'}/`;
  const names = await fileNamesIn(folder);
  const known = names.flatMap((name) => {
    const parsed = parseName(name);
    return parsed === undefined ? [] : [{ name, ...parsed }];
  });
  const list = (split: string) => {
    const own = known.filter((one) => one.split === split);
    // By class, then k, as the published lists run, so that both forms give one dataset.
    const entries: NamedEntry[] = own.sort((a, b) => a.k - b.k);
    return { split, at, entries };
  };
  const { lists, classes, problems } = numberClasses([list('train'), list('test')], 'the file names');
  const [train, test] = lists.map((one) => ({ ...one, entries: [...one.entries].sort((a, b) => a.label - b.label) }));
  const others = names.length - known.length;
  const notes = [
    'classes and splits are those of the file names; there are no lists in anno/',
    ...(others > 0 ? [`${others} other files in ${at} were left out`] : []),
  ];
  return { place: { folder }, train: train!, tests: [test!], classes, problems, notes };
}

export const fileNames: Layout = {
  name: 'ultra-fgvc-names',
  title: 'Ultra-FGVC by file names',
  needs: 'images named <class>_<k>_<train|test>.png, in images/ or in the folder itself',
  examine,
  plan,
};
