/** From what the annotations say to a dataset: labels checked, files found, the whole named by its fingerprint. */
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { nameFault, nameProblem, type Entry } from './annotation';
import { checkLabels, checkRepeats } from './check';
import { DatasetError, problem, spot, throwIfAny } from './errors';
import { sha256 } from './fingerprint';
import { locate, type Listed, type Located } from './images';
import type { Plan } from './layouts';
import { maskFinder } from './masks';
import type { Dataset, Progress, Split } from './types';

/** How to read: `name` (else the folder's name) labels the dataset; `signal` stops the look-up of files. */
export interface ReadOptions {
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Counts the image files looked up. */
  readonly onProgress?: Progress | undefined;
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

const staysInside = ({ name }: Entry): boolean => nameFault(name) === undefined;

/** Names that leave the folder, and splits without an image. */
function checkEntries({ at, split, entries }: Listed): readonly string[] {
  if (entries.length > 0) return entries.flatMap(({ name, line }) => nameProblem(name, spot(at, line)) ?? []);
  const allowed = 'one or more images in every split';
  return [problem({ at, given: `the split "${split}" is empty`, allowed, fix: 'list the images of the split' })];
}

/** Labels are judged only where the annotations themselves read well: a broken line would cause false alarms. */
function judge({ train, tests, classes, problems }: Plan): ReturnType<typeof checkLabels> {
  if (problems.length > 0) return { classes: 0, problems };
  const faults = [train, ...tests].flatMap(checkEntries);
  return faults.length > 0 ? { classes: 0, problems: faults } : checkLabels(train, tests, classes);
}

/**
 * Makes the dataset that a plan describes. Files are looked up but not decoded.
 *
 * @param root the folder as it was given, absolute
 * @throws DatasetError with every problem found, each with its file and line
 */
export async function assemble(root: string, layout: string, plan: Plan, options: ReadOptions = {}): Promise<Dataset> {
  const heading = `The dataset in ${root} cannot be used`;
  const realRoot = await fs.realpath(root);
  const { classes, problems } = judge(plan);
  if ('problem' in plan.place) throw new DatasetError(heading, [...problems, plan.place.problem]);
  const lists = [plan.train, ...plan.tests].map((list) => ({ ...list, entries: list.entries.filter(staysInside) }));
  const found = await locate(realRoot, plan.place.folder, lists, options);
  const [train, ...tests] = found.splits as [Listed<Located>, ...Listed<Located>[]];
  throwIfAny(heading, [...problems, ...found.problems, ...checkRepeats(train, tests)]);
  const classNames = plan.classes?.names ?? Array.from({ length: classes }, (_, index) => `class ${index + 1}`);
  const maskOf = await maskFinder(realRoot);
  return {
    name: options.name ?? path.basename(root),
    root: realRoot,
    classes,
    classNames,
    train: splitOf(train),
    tests: Object.fromEntries(tests.map((test) => [test.split, splitOf(test)])),
    fingerprint: fingerprintOf(classNames, [train, ...tests]),
    layout,
    ...(plan.notes === undefined || plan.notes.length === 0 ? {} : { notes: plan.notes }),
    ...(maskOf === undefined ? {} : { maskOf }),
  };
}
