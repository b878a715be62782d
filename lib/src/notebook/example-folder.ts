/** A folder as a person would bring it: one folder of photographs a class, made from a dataset in the project's own cache. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { DatasetError, readUfg, splitsOf } from '../data';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import type { Table } from '../report';

export interface ExampleOptions {
  /** Classes to take, counted from 0. */
  readonly classes: readonly number[];
  /** Two flaws as they happen: in the first class one image is there twice, in the second one has lost its colour. */
  readonly flaws?: boolean;
  /** Name of the folder. Default `my-leaves`. */
  readonly name?: string;
}

/** Where examples lie; may be deleted at any time. */
const examples = (): string => path.join(path.dirname(projectPaths().cache), 'examples');

/** An own, empty folder below the examples. @throws RangeError where the name is more than a name */
async function emptyFolder(name: string): Promise<string> {
  if (!/^[\w-]+$/.test(name))
    throw new RangeError(`the example's name is "${name}"; allowed: letters, digits, "_" and "-"`);
  const folder = path.join(examples(), name);
  await fs.rm(folder, { recursive: true, force: true });
  await fs.mkdir(folder, { recursive: true });
  return folder;
}

/**
 * Makes an example below the project's cache: `images/CLASS/leaf-001.png` from all images of some classes, without annotations. What was there under
 * that name is replaced.
 *
 * @returns the folder
 * @throws RangeError where a class is not one of the dataset, or has no image
 */
export async function makeExampleFolder(dataset: Dataset, options: ExampleOptions): Promise<string> {
  const { classes, flaws = false, name = 'my-leaves' } = options;
  const folder = await emptyFolder(name);
  for (const [place, label] of classes.entries()) {
    const own = splitsOf(dataset).flatMap(({ samples }) => samples.filter((sample) => sample.label === label));
    if (own.length === 0) throw new RangeError(`class ${label} has no image: choose from 0 to ${dataset.classes - 1}`);
    const to = path.join(folder, 'images', dataset.classNames[label]!.replace(/[^\w -]+/g, '_'));
    await fs.mkdir(to, { recursive: true });
    const target = (i: number): string =>
      path.join(to, `leaf-${String(i + 1).padStart(3, '0')}${path.extname(own[i]!.file)}`);
    for (const [i, { file }] of own.entries()) await fs.copyFile(file, target(i));
    if (flaws && place === 0)
      await fs.copyFile(own[0]!.file, path.join(to, `copy of leaf-001${path.extname(own[0]!.file)}`));
    if (flaws && place === 1) await fs.writeFile(target(0), await sharp(own[0]!.file).greyscale().png().toBuffer());
  }
  return folder;
}

/** One way to get a folder wrong: what is done, and the two annotations that it leaves. */
interface Mistake {
  readonly what: string;
  readonly train: readonly string[];
  readonly test: readonly string[];
}

const GOOD = { train: ['a1.png 1', 'a2.png 1', 'b1.png 2', 'b2.png 2'], test: ['a3.png 1', 'b3.png 2'] };

const MISTAKES: readonly Mistake[] = [
  {
    what: 'Labels counted from 0',
    train: GOOD.train.map((line) => line.replace(/ (\d)$/, (_, label) => ` ${Number(label) - 1}`)),
    test: ['a3.png 0', 'b3.png 1'],
  },
  { ...GOOD, what: 'A class number left out', train: ['a1.png 1', 'a2.png 1', 'b1.png 3', 'b2.png 3'] },
  { ...GOOD, what: 'The name of a class in place of its number', train: ['a1.png lime', ...GOOD.train.slice(1)] },
  { ...GOOD, what: 'An image that is not there', train: [...GOOD.train, 'b9.png 2'] },
  { ...GOOD, what: 'A training image in the test', test: [...GOOD.test, 'a1.png 1'] },
  { ...GOOD, what: 'An image listed twice', train: [...GOOD.train, 'a1.png 1'] },
];

/** What the check says to annotations: its problems; none where they are good. */
async function problemsOf(folder: string, { train, test }: Omit<Mistake, 'what'>): Promise<readonly string[]> {
  await fs.writeFile(path.join(folder, 'anno', 'train.txt'), `${train.join('\n')}\n`);
  await fs.writeFile(path.join(folder, 'anno', 'test.txt'), `${test.join('\n')}\n`);
  try {
    await readUfg(folder);
    return [];
  } catch (error) {
    if (error instanceof DatasetError) return error.problems;
    throw error;
  }
}

/**
 * Six usual mistakes, each made in a small folder of its own below the project's cache, and the first thing that the check says to it. The check
 * itself is what every command and notebook reads a folder with.
 *
 * @param dataset lends six of its images
 */
export async function mistakesTable(dataset: Dataset): Promise<Table> {
  const folder = await emptyFolder('broken');
  await fs.mkdir(path.join(folder, 'images'));
  await fs.mkdir(path.join(folder, 'anno'));
  const names = ['a1.png', 'a2.png', 'a3.png', 'b1.png', 'b2.png', 'b3.png'];
  const lent = splitsOf(dataset).flatMap(({ samples }) => samples);
  for (const [i, name] of names.entries())
    await fs.writeFile(path.join(folder, 'images', name), await sharp(lent[i]!.file).png().toBuffer());
  const rows = [];
  for (const { what, ...annotations } of [{ what: 'None: the good folder', ...GOOD }, ...MISTAKES]) {
    const problems = await problemsOf(folder, annotations);
    rows.push({ what, problems: problems.length, said: problems[0] ?? 'nothing: it can be used' });
  }
  return {
    title: 'What the check says',
    columns: [
      { key: 'what', title: 'Mistake' },
      { key: 'problems', title: 'Problems' },
      { key: 'said', title: 'The first of them' },
    ],
    rows,
    notes: ['All problems of a folder are listed at once, each with its file and line.'],
  };
}
