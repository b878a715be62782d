/** Annotations for a folder that has none: one folder of images a class, split into training and test images by a seed. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { createRng, shuffled } from '../core/rng';
import { writeWhole } from '../files';
import { nameFault } from './annotation';
import { DatasetError, problem, throwIfAny } from './errors';
import { IMAGE_FILE } from './images';
import { codeOf, realFolder } from './place';

/** How the images of each class are divided. */
export interface AnnotateOptions {
  /** Training images of each class; all its others are test images. */
  readonly trainPerClass: number;
  /** Draws which ones, class by class: an integer >= 1. */
  readonly seed: number;
  /** Writes over annotations that are there. Default: refuses to. */
  readonly overwrite?: boolean;
}

/** What was written. */
export interface Annotated {
  /** In the order of their labels. */
  readonly classNames: readonly string[];
  readonly train: number;
  readonly test: number;
  /** Files in the folders of the classes that are no images by their ending, and were left out. */
  readonly skipped: readonly string[];
}

const LAYOUT = 'images/CLASS/IMAGE: one folder of images for each class';

interface ClassFolder {
  readonly name: string;
  readonly images: readonly string[];
  readonly others: readonly string[];
}

async function readClass(images: string, name: string): Promise<ClassFolder> {
  const entries = await fs.readdir(path.join(images, name), { withFileTypes: true });
  const all = entries.map((entry) => ({
    file: `${name}/${entry.name}`,
    image: entry.isFile() && IMAGE_FILE.test(entry.name),
  }));
  const listed = (image: boolean): string[] =>
    all
      .filter((one) => one.image === image)
      .map(({ file }) => file)
      .sort();
  return { name, images: listed(true), others: listed(false) };
}

/** The folders of the classes in the order of their names. @throws DatasetError where there is no such layout */
async function classFolders(root: string): Promise<readonly ClassFolder[]> {
  const images = path.join(root, 'images');
  const entries = await fs.readdir(images, { withFileTypes: true }).catch((error: unknown) => {
    const given = `there is no such folder (${codeOf(error)})`;
    const fix = 'make a folder images/ and put the folders of the classes into it';
    throw new DatasetError('No folders of classes', [problem({ at: 'images/', given, allowed: LAYOUT, fix })]);
  });
  const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  if (names.length < 2) {
    const given = `${names.length === 0 ? 'no folder' : 'a single folder'} of a class`;
    const fix = 'put the images of each class into a folder of their own, named as the class';
    throw new DatasetError('No folders of classes', [problem({ at: 'images/', given, allowed: LAYOUT, fix })]);
  }
  return Promise.all(names.sort().map((name) => readClass(images, name)));
}

/** What is wrong with a class's folder for this number of training images. */
function problemsOf({ name, images }: ClassFolder, trainPerClass: number): string[] {
  const at = `images/${name}/`;
  const faults = images.flatMap((image) => {
    const fault = nameFault(image);
    const fix = 'rename it with letters, digits, dots and dashes';
    return fault === undefined
      ? []
      : [problem({ at, given: `the name of an image ${fault}`, allowed: 'plain names', fix })];
  });
  if (images.length > trainPerClass) return faults;
  const given = `${images.length} images for ${trainPerClass} training images and at least one test image`;
  const fix = `choose trainPerClass below ${images.length}, add images, or take the class out`;
  return [...faults, problem({ at, given, allowed: `more than ${trainPerClass} images a class`, fix })];
}

/** The images of a class in random order: its own stream of the seed, so that another class changes nothing. */
const drawn = ({ name, images }: ClassFolder, seed: number): readonly string[] =>
  shuffled(images, createRng(seed, 'annotate', name));

async function refuseToOverwrite(root: string): Promise<void> {
  const there = await fs.readdir(path.join(root, 'anno')).catch((): string[] => []);
  if (there.length === 0) return;
  const given = `there are annotations already (${there.sort().join(', ')})`;
  const fix = 'use them as they are, or ask to write over them (overwrite)';
  throw new DatasetError('Annotations are kept', [
    problem({ at: 'anno/', given, allowed: 'a folder without annotations', fix }),
  ]);
}

/**
 * Writes `anno/train.txt`, `anno/test.txt` and `classes.txt` for a folder that holds `images/CLASS/IMAGE`. Labels follow the names of the classes.
 * The same images and seed give the same files. Images are neither read nor moved.
 *
 * A test image must be a new object: where several pictures show one leaf or one plant, put them on one side by hand.
 *
 * @throws DatasetError where there are no folders of classes, a class has too few images, or annotations are there already; RangeError where
 * trainPerClass is no whole number from 1
 */
export async function writeAnnotations(folder: string, options: AnnotateOptions): Promise<Annotated> {
  const { trainPerClass, seed, overwrite = false } = options;
  if (!Number.isSafeInteger(trainPerClass) || trainPerClass < 1)
    throw new RangeError(`trainPerClass is ${trainPerClass}; allowed: whole numbers from 1`);
  const root = await realFolder(path.resolve(folder));
  if (root === undefined) {
    const parts = { at: folder, given: 'there is no such folder', allowed: LAYOUT, fix: 'check the path' };
    throw new DatasetError('No folder', [problem(parts)]);
  }
  if (!overwrite) await refuseToOverwrite(root);
  const classes = await classFolders(root);
  throwIfAny(
    'The folders of the classes cannot be used',
    classes.flatMap((one) => problemsOf(one, trainPerClass)),
  );
  const splits = classes.map((one, label) => {
    const order = drawn(one, seed).map((image) => `${image} ${label + 1}`);
    return { train: order.slice(0, trainPerClass).sort(), test: order.slice(trainPerClass).sort() };
  });
  const lines = { train: splits.flatMap(({ train }) => train), test: splits.flatMap(({ test }) => test) };
  const classNames = classes.map(({ name }) => name);
  await fs.mkdir(path.join(root, 'anno'), { recursive: true });
  const write = (name: string, text: readonly string[]) => writeWhole(path.join(root, name), `${text.join('\n')}\n`);
  await write(
    'classes.txt',
    classNames.map((name, i) => `${i + 1} ${name}`),
  );
  await write('anno/train.txt', lines.train);
  await write('anno/test.txt', lines.test);
  const skipped = classes.flatMap(({ others }) => others);
  return { classNames, train: lines.train.length, test: lines.test.length, skipped };
}
