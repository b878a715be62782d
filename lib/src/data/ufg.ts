import { promises as fs } from 'node:fs';
import path from 'node:path';
import { parseAnnotation, parseClasses } from './annotation';
import { checkLabels, checkRepeats } from './check';
import { DatasetError, problem, throwIfAny } from './errors';
import { sha256 } from './fingerprint';
import { imageFolder, locate, type Listed, type Located } from './images';
import { maskFinder } from './masks';
import { readText, realFolder } from './place';
import type { Dataset, Progress, Split } from './types';

/** How to read: `name` (else the folder's name) labels the dataset; `signal` stops the look-up of files. */
export interface ReadOptions {
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Counts the image files looked up. */
  readonly onProgress?: Progress | undefined;
}

/** What a folder must hold, in one sentence. */
export const LAYOUT =
  'a folder with anno/train.txt and anno/test.txt (lines "image_name label", labels counted from 1) and the images in images/';

const TEST = /^test(_[\w.-]+)?\.txt$/;

/** The annotation names below anno/ that are read; val.txt is not one (it equals test.txt where it is published). */
async function annotationNames(root: string, realRoot: string): Promise<readonly string[]> {
  const listed = await fs.readdir(path.join(realRoot, 'anno')).catch(() => undefined);
  if (listed === undefined) {
    const inner = await nestedDatasets(realRoot);
    const fix =
      inner.length > 0 ? `give one of the folders in it: ${inner.join(', ')}` : 'give the folder that holds anno/';
    throw new DatasetError(`No dataset in ${root}`, [
      problem({ at: 'anno/', given: 'there is no such folder', allowed: LAYOUT, fix }),
    ]);
  }
  const extra = listed.filter((name) => TEST.test(name) && name !== 'test.txt').sort();
  return ['train.txt', 'test.txt', ...extra];
}

async function nestedDatasets(realRoot: string): Promise<readonly string[]> {
  const folders = (await fs.readdir(realRoot)).sort();
  const holds = await Promise.all(folders.map((name) => realFolder(path.join(realRoot, name, 'anno'))));
  return folders.filter((_, index) => holds[index] !== undefined);
}

interface Annotations {
  readonly train: Listed;
  readonly tests: readonly Listed[];
  readonly classNames: readonly string[] | undefined;
  readonly problems: readonly string[];
}

async function readAnnotations(realRoot: string, names: readonly string[]): Promise<Annotations> {
  const problems: string[] = [];
  const read = async (name: string): Promise<Listed> => {
    const at = `anno/${name}`;
    const split = name.slice(0, -'.txt'.length);
    const text = await readText(realRoot, path.join(realRoot, 'anno', name), at);
    const parsed = 'text' in text ? parseAnnotation(text.text, at) : { entries: [], problems: [text.problem] };
    problems.push(...parsed.problems);
    return { split, at, entries: parsed.entries };
  };
  const splits: Listed[] = [];
  for (const name of names) splits.push(await read(name));
  const [train, ...tests] = splits as [Listed, ...Listed[]];
  const classes = await readClasses(realRoot);
  return { train, tests, classNames: classes?.entries, problems: [...problems, ...(classes?.problems ?? [])] };
}

async function readClasses(realRoot: string): Promise<ReturnType<typeof parseClasses> | undefined> {
  const file = path.join(realRoot, 'classes.txt');
  if ((await fs.lstat(file).catch(() => undefined)) === undefined) return undefined;
  const text = await readText(realRoot, file, 'classes.txt');
  return 'text' in text ? parseClasses(text.text, 'classes.txt') : { entries: [], problems: [text.problem] };
}

/** Labels are judged only where the annotations themselves read well: a broken line would cause false alarms. */
function judgeLabels({ train, tests, classNames, problems }: Annotations): ReturnType<typeof checkLabels> {
  return problems.length > 0 ? { classes: 0, problems: [] } : checkLabels(train, tests, classNames?.length);
}

function splitOf({ split, at, entries }: Listed<Located>): Split {
  const samples = entries.map(({ file, name, label, line }) => ({ file, name, label: label - 1, line }));
  return { name: split, annotation: at, samples };
}

function fingerprintOf(classNames: readonly string[], splits: readonly Listed<Located>[]): string {
  const rows = splits.flatMap(({ split, entries }) => [
    split,
    entries.length,
    ...entries.flatMap(({ name, label, size }) => [name, label, size]),
  ]);
  return sha256(['csdnet dataset 1', classNames.length, ...classNames, ...rows]);
}

/**
 * Reads a dataset in the published layout of Ultra-FGVC: `anno/{train,test}.txt` with lines `image_name label` (labels
 * 1..C, the name may hold spaces), images in `images/` (or `images_pytorch/`, `images_nts/`), optionally `classes.txt`
 * with lines `label name`, `anno/test_*.txt` as further test splits and `masks/<name>.png`. `val.txt` is not read.
 * Files are looked up but not decoded.
 *
 * @throws DatasetError with every problem found, each with its file and line: missing, empty or escaping files, bad labels,
 * gaps in the classes, repeated lines, images common to train and test, empty splits.
 */
export async function readUfg(root: string, options: ReadOptions = {}): Promise<Dataset> {
  const absolute = path.resolve(root);
  const realRoot = await realFolder(absolute);
  if (realRoot === undefined) {
    const parts = { at: absolute, given: 'there is no such folder', allowed: LAYOUT, fix: 'check the path' };
    throw new DatasetError('No dataset', [problem(parts)]);
  }
  const names = await annotationNames(absolute, realRoot);
  const annotations = await readAnnotations(realRoot, names);
  const { classes, problems } = judgeLabels(annotations);
  const all = [...annotations.problems, ...problems];
  const listed = [annotations.train, ...annotations.tests];
  const place = await imageFolder(realRoot, annotations.train.entries);
  if ('problem' in place) throw new DatasetError(`The dataset in ${absolute} cannot be used`, [...all, place.problem]);
  const found = await locate(realRoot, place.folder, listed, options);
  const [train, ...tests] = found.splits as [Listed<Located>, ...Listed<Located>[]];
  throwIfAny(`The dataset in ${absolute} cannot be used`, [...all, ...found.problems, ...checkRepeats(train, tests)]);
  const classNames = annotations.classNames ?? Array.from({ length: classes }, (_, index) => `class ${index + 1}`);
  const maskOf = await maskFinder(realRoot);
  return {
    name: options.name ?? path.basename(absolute),
    root: realRoot,
    classes,
    classNames,
    train: splitOf(train),
    tests: Object.fromEntries(tests.map((test) => [test.split, splitOf(test)])),
    fingerprint: fingerprintOf(classNames, [train, ...tests]),
    ...(maskOf === undefined ? {} : { maskOf }),
  };
}
