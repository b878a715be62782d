import { problem, spot } from './errors';
import type { Entry } from './annotation';
import type { Listed, Located } from './images';

const SHOWN = 10;

/** The first labels of 1..classes that `present` lacks (at most 10), as text, with the names of their classes where they have some. */
function missingLabels(present: ReadonlySet<number>, classes: number, names: readonly string[] | undefined): string {
  const missing: string[] = [];
  for (let label = 1; label <= classes && missing.length <= SHOWN; label++) {
    const name = names?.[label - 1];
    if (!present.has(label)) missing.push(name === undefined ? `${label}` : `${label} (${name})`);
  }
  return missing.slice(0, SHOWN).join(', ') + (missing.length > SHOWN ? ', ...' : '');
}

function outOfRange(at: string, { label, line }: Entry, classes: number): string {
  const zero = label === 0 ? 'labels are counted from 1: add 1 to every label' : 'correct the label';
  return problem({ at: spot(at, line), given: `the label ${label}`, allowed: `1..${classes}`, fix: zero });
}

/** The names of the classes in the order of their labels, and the file that gives them. */
export interface NamedClasses {
  readonly names: readonly string[];
  readonly source: string;
}

/**
 * Checks the labels of all splits. C is the number of `named` classes or the largest label in training.
 * Every label lies in 1..C, and every class has a training image.
 */
export function checkLabels(
  train: Listed,
  tests: readonly Listed[],
  named: NamedClasses | undefined,
): { readonly classes: number; readonly problems: readonly string[] } {
  const largest = train.entries.reduce<Entry | undefined>(
    (a, b) => (a !== undefined && a.label >= b.label ? a : b),
    undefined,
  );
  const classes = named?.names.length ?? largest?.label ?? 0;
  const problems: string[] = [];
  const present = new Set(train.entries.map((entry) => entry.label));
  for (const { at, entries } of [train, ...tests]) {
    for (const entry of entries)
      if (entry.label < 1 || entry.label > classes) problems.push(outOfRange(at, entry, classes));
  }
  const missing = missingLabels(present, classes, named?.names);
  if (missing !== '') {
    const source =
      named === undefined
        ? `the largest label is ${classes} (line ${largest?.line ?? 0})`
        : `${named.source} names ${classes}`;
    problems.push(
      problem({
        at: train.at,
        given: `${source}, but no training image has label ${missing}`,
        allowed: 'labels 1..C without a gap, each with a training image',
        fix: 'number the classes without a gap, or add the images',
      }),
    );
  }
  return { classes, problems };
}

/** Every image is listed once in a split, and no training image is in a test split (test splits may share images). */
export function checkRepeats(train: Listed<Located>, tests: readonly Listed<Located>[]): readonly string[] {
  const problems: string[] = [];
  const inTrain = new Map<string, Located>();
  for (const split of [train, ...tests]) {
    const { at, entries } = split;
    const seen = split === train ? inTrain : new Map<string, Located>();
    for (const entry of entries) {
      const place = spot(at, entry.line);
      const before = seen.get(entry.real);
      const trained = split === train ? undefined : inTrain.get(entry.real);
      if (before !== undefined) {
        const first = before.line === undefined ? `as "${before.name}"` : `in line ${before.line}`;
        const given = `the image "${entry.name}" again (first ${first})`;
        problems.push(problem({ at: place, given, allowed: 'each image once', fix: 'delete one of the lines' }));
      } else if (trained !== undefined) {
        const given = `the image "${entry.name}" is also a training image (${spot(train.at, trained.line)})`;
        const fix = 'keep it in one of the two: a test on training images measures nothing';
        problems.push(problem({ at: place, given, allowed: 'train and test without a common image', fix }));
      }
      seen.set(entry.real, before ?? entry);
    }
  }
  return problems;
}
