/** Labels from the names of classes, for layouts that do not number them. */
import type { Entry } from '../annotation';
import type { NamedClasses } from '../check';
import { problem, spot } from '../errors';
import type { Listed } from '../images';

/** An image and the name of its class. */
export interface NamedEntry {
  readonly name: string;
  readonly className: string;
  readonly line?: number | undefined;
}

/** As `Listed`, with names of classes in the place of labels. */
export interface NamedList {
  readonly split: string;
  readonly at: string;
  readonly entries: readonly NamedEntry[];
}

/** The names in the order of their labels: whole numbers by size, else by code points, which no language of a machine can change. */
export function classOrder(names: Iterable<string>): readonly string[] {
  const all = [...new Set(names)];
  const numbered = all.every((name) => /^\d{1,9}$/.test(name));
  return all.sort(
    numbered ? (a, b) => Number(a) - Number(b) || (a < b ? -1 : 1) : (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  );
}

/** A class that is only a number is shown as Ultra-FGVC shows its own. */
const shown = (name: string): string => (/^\d{1,9}$/.test(name) ? `class ${Number(name)}` : name);

/**
 * Numbers the classes of some lists from 1: in the order of `known`, or of all names that occur.
 *
 * @param known the names in the order of their labels, where a file gives them; another name is then a problem
 */
export function numberClasses(
  lists: readonly NamedList[],
  source: string,
  known?: readonly string[],
): { readonly lists: readonly Listed[]; readonly classes: NamedClasses; readonly problems: readonly string[] } {
  const names = known ?? classOrder(lists.flatMap(({ entries }) => entries.map(({ className }) => className)));
  const labels = new Map(names.map((name, i) => [name, i + 1]));
  const problems: string[] = [];
  const labelled = lists.map(({ split, at, entries: own }) => {
    const entries: Entry[] = [];
    for (const { name, className, line } of own) {
      const label = labels.get(className);
      if (label !== undefined) entries.push({ name, label, line });
      else {
        const given = `the class "${className}" of "${name}" is unknown`;
        const fix = 'correct the name, or add the class';
        problems.push(problem({ at: spot(at, line), given, allowed: `the ${names.length} classes of ${source}`, fix }));
      }
    }
    return { split, at, entries };
  });
  return { lists: labelled, classes: { names: names.map(shown), source }, problems };
}
