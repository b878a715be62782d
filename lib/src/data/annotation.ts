import { problem } from './errors';

/** One line of an annotation: an image name and its label as written (counted from 1). */
export interface Entry {
  readonly name: string;
  readonly label: number;
  /** Line of the annotation (of a MATLAB file: the record), counted from 1; absent where folders say what belongs where. */
  readonly line?: number | undefined;
}

/** What a text file held, and what was wrong with it. */
export interface Parsed<T> {
  readonly entries: readonly T[];
  readonly problems: readonly string[];
}

const LINE_FORM = 'lines "image_name label" with the label a whole number counted from 1';

/** Lines with their number, blank ones left out; LF, CRLF and CR end a line. */
export function numberedLines(text: string): readonly { readonly text: string; readonly line: number }[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ text: content.trim(), line: index + 1 }))
    .filter((entry) => entry.text !== '');
}

/** Why a name may not be used, or undefined where it is a plain path below the folder of images. */
export function nameFault(name: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'holds a control character';
  if (/^([\\/]|[A-Za-z]:)/.test(name)) return 'is an absolute path';
  if (name.split(/[\\/]/).includes('..')) return 'leaves the folder of the dataset by ".."';
  return undefined;
}

/** The problem of such a name as a sentence. */
export function nameProblem(name: string, at: string): string | undefined {
  const fault = nameFault(name);
  if (fault === undefined) return undefined;
  return problem({
    at,
    given: `the image name "${name}" ${fault}`,
    allowed: 'paths inside the folder of images, relative to it',
    fix: 'put the image into that folder and write its name there',
  });
}

function parseLine(text: string, at: string): { readonly name: string; readonly label: number } | string {
  const cut = /^(.*\S)\s+(\S+)$/.exec(text);
  if (cut === null) {
    return problem({ at, given: `"${text}" has one field`, allowed: LINE_FORM, fix: 'write the label after the name' });
  }
  const [, name = '', label = ''] = cut;
  if (!/^\d{1,9}$/.test(label)) {
    return problem({
      at,
      given: `the label "${label}" of "${name}" is not a whole number`,
      allowed: 'whole numbers counted from 1, as the last field of the line',
      fix: 'write the number of the class there',
    });
  }
  return nameProblem(name, at) ?? { name, label: Number(label) };
}

/**
 * Reads the text of `anno/*.txt`: lines `image_name label`, where the name may hold spaces (the label is the last field).
 * `at` is the file's name in messages. No line at all is a problem. Labels are checked for form here, for range later.
 */
export function parseAnnotation(text: string, at: string): Parsed<Entry> {
  const entries: Entry[] = [];
  const problems: string[] = [];
  const lines = numberedLines(text);
  for (const { text: content, line } of lines) {
    const parsed = parseLine(content, `${at}:${line}`);
    if (typeof parsed === 'string') problems.push(parsed);
    else entries.push({ ...parsed, line });
  }
  if (lines.length === 0) {
    problems.push(
      problem({
        at,
        given: 'the split is empty',
        allowed: 'one or more ' + LINE_FORM,
        fix: 'list the images of the split',
      }),
    );
  }
  return { entries, problems };
}

/**
 * Reads the text of `classes.txt`: lines `label name`, each label 1..C once, in any order.
 * Returns the names in the order of their labels.
 */
export function parseClasses(text: string, at: string): Parsed<string> {
  const problems: string[] = [];
  const lines = numberedLines(text);
  const names = new Array<string | undefined>(lines.length).fill(undefined);
  for (const { text: content, line } of lines) {
    const [, label = '', name = ''] = /^(\d{1,9})\s+(.+)$/.exec(content) ?? [];
    const index = Number(label) - 1;
    const place = { at: `${at}:${line}`, fix: 'number the classes from 1 without a gap, one a line' };
    const allowed = `lines "label name", each label 1..${lines.length} (the number of lines) once`;
    if (label === '') problems.push(problem({ ...place, given: `"${content}" is not a label and a name`, allowed }));
    else if (!(index in names)) problems.push(problem({ ...place, given: `the label ${label}`, allowed }));
    else if (names[index] !== undefined)
      problems.push(problem({ ...place, given: `the label ${label} again`, allowed }));
    else names[index] = name;
  }
  if (lines.length === 0) {
    problems.push(
      problem({ at, given: 'no class', allowed: 'lines "label name"', fix: 'name the classes or delete the file' }),
    );
  }
  return { entries: names.map((name, index) => name ?? `class ${index + 1}`), problems };
}
