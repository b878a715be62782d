/** One folder of images a class, below a folder for each split: train/CLASS/IMAGE and test/CLASS/IMAGE. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { IMAGE_FILE } from '../images';
import { firstOf, type Examined, type Layout, type Plan } from './layout';
import { classOrder, numberClasses, type NamedEntry } from './naming';

const TRAIN = ['train', 'Train', 'training', 'Training'] as const;
const TEST = ['test', 'Test', 'testing', 'Testing'] as const;
const VALIDATION = ['val', 'Val', 'valid', 'validation', 'Validation'] as const;
/** Kaggle's archive of Stanford Cars lies two folders deep. */
const BASES = ['', 'car_data/car_data', 'car_data', 'data', 'images'] as const;

interface Found extends Examined {
  readonly train?: string;
  readonly test?: string;
  readonly validation?: string;
}

async function look(root: string): Promise<Found> {
  for (const base of BASES) {
    const find = (names: readonly string[]) =>
      firstOf(
        root,
        names.map((name) => path.posix.join(base, name)),
      );
    const [train, test, validation] = [await find(TRAIN), await find(TEST), await find(VALIDATION)];
    const found = [train, test ?? validation].filter((name) => name !== undefined);
    if (found.length === 0) continue;
    const lacks = await Promise.all(
      found.map(async (at) => ((await foldersOf(root, at)).length === 0 ? [`folders of classes in ${at}/`] : [])),
    );
    const missing = [
      ...(train === undefined ? ['train/'] : []),
      ...((test ?? validation) === undefined ? ['test/ (or val/)'] : []),
      ...lacks.flat(),
    ];
    return {
      found: found.filter((_, i) => lacks[i]!.length === 0),
      missing,
      ...(train === undefined ? {} : { train }),
      ...(test === undefined ? {} : { test }),
      ...(validation === undefined ? {} : { validation }),
    };
  }
  return { found: [], missing: ['train/', 'test/ (or val/)'] };
}

/** The folders below a folder, hidden ones left out, by name. */
export async function foldersOf(root: string, at: string): Promise<readonly string[]> {
  const listed = await fs.readdir(path.join(root, at), { withFileTypes: true }).catch(() => []);
  return listed
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

interface Side {
  readonly classNames: readonly string[];
  readonly entries: readonly NamedEntry[];
  /** Files that are no images by their ending. */
  readonly others: number;
}

async function readSide(root: string, at: string): Promise<Side> {
  const classNames = await foldersOf(root, at);
  const entries: NamedEntry[] = [];
  let others = 0;
  for (const className of classNames) {
    const listed = await fs.readdir(path.join(root, at, className), { withFileTypes: true });
    const images = listed
      .filter((entry) => !entry.isDirectory() && IMAGE_FILE.test(entry.name))
      .map(({ name }) => name);
    others += listed.length - images.length;
    for (const name of images.sort()) entries.push({ name: `${at}/${className}/${name}`, className });
  }
  return { classNames, entries, others };
}

async function plan(root: string): Promise<Plan> {
  const { train: trainAt = 'train', test, validation } = await look(root);
  const testAt = test ?? validation ?? 'test';
  const [train, tested] = [await readSide(root, trainAt), await readSide(root, testAt)];
  // A class without an image is named all the same, so that it is told.
  const order = classOrder([...train.classNames, ...tested.classNames]);
  const lists = [
    { split: 'train', at: `${trainAt}/`, entries: train.entries },
    { split: 'test', at: `${testAt}/`, entries: tested.entries },
  ];
  const numbered = numberClasses(lists, `${trainAt}/ and ${testAt}/`, order);
  const others = train.others + tested.others;
  const notes = [
    ...(test === undefined ? [`there is no test/: ${testAt}/ is the test split`] : []),
    ...(test !== undefined && validation !== undefined ? [`${validation}/ was left out`] : []),
    ...(others > 0 ? [`${others} files or folders that are no images were left out`] : []),
  ];
  const [first, ...rest] = numbered.lists;
  return {
    place: { folder: root },
    train: first!,
    tests: rest,
    classes: numbered.classes,
    problems: numbered.problems,
    notes,
  };
}

export const folders: Layout = {
  name: 'folders',
  title: 'class folders',
  needs: 'train/CLASS/IMAGE and test/CLASS/IMAGE (or val/)',
  examine: look,
  plan,
};

/** Where one folder a class lies without a split: 'images' or '.', or undefined. */
export async function loneClassFolders(root: string): Promise<'images' | '.' | undefined> {
  for (const base of ['images', '.'] as const) {
    const names = (await foldersOf(root, base)).slice(0, 3);
    const listed = await Promise.all(
      names.map((name) => fs.readdir(path.join(root, base, name)).catch((): string[] => [])),
    );
    if (names.length > 1 && listed.every((files) => files.some((name) => IMAGE_FILE.test(name)))) return base;
  }
  return undefined;
}
