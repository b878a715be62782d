/** CUB-200-2011 and NABirds: four tables that share the ids of images (Wah et al. 2011; Van Horn et al., CVPR 2015). */
import path from 'node:path';
import { numberedLines, type Entry } from '../annotation';
import { problem } from '../errors';
import { readText } from '../place';
import { classOrder } from './naming';
import { firstOf, needing, type Layout, type Plan } from './layout';

/** The rest of each line by its first word, with its line. */
export type IdTable = ReadonlyMap<string, { readonly rest: string; readonly line: number }>;

/** Reads lines `id rest`, each id once. */
export function parseIds(text: string, at: string): { readonly table: IdTable; readonly problems: readonly string[] } {
  const table = new Map<string, { rest: string; line: number }>();
  const problems: string[] = [];
  for (const { text: content, line } of numberedLines(text)) {
    const [, id, rest] = /^(\S+)\s+(.+)$/.exec(content) ?? [];
    const place = {
      at: `${at}:${line}`,
      allowed: 'lines "id value", each id once',
      fix: 'put the published file there',
    };
    if (id === undefined || rest === undefined)
      problems.push(problem({ ...place, given: `"${content}" has one field` }));
    else if (table.has(id)) problems.push(problem({ ...place, given: `the id ${id} again` }));
    else table.set(id, { rest, line });
  }
  return { table, problems };
}

const FILES = ['images.txt', 'image_class_labels.txt', 'train_test_split.txt', 'classes.txt'] as const;

interface Tables {
  readonly images: IdTable;
  readonly labels: IdTable;
  readonly splits: IdTable;
  readonly classes: IdTable;
}

async function readTables(root: string): Promise<{ readonly tables: Tables; readonly problems: readonly string[] }> {
  const read = [];
  for (const file of FILES) {
    const text = await readText(root, file);
    read.push('text' in text ? parseIds(text.text, file) : { table: new Map() as IdTable, problems: [text.problem] });
  }
  const [images, labels, splits, classes] = read.map(({ table }) => table) as [IdTable, IdTable, IdTable, IdTable];
  return { tables: { images, labels, splits, classes }, problems: read.flatMap((one) => one.problems) };
}

/** '001.Black_footed_Albatross' -> 'Black footed Albatross'. */
const className = (text: string): string =>
  text
    .replace(/^\d+\./, '')
    .replaceAll('_', ' ')
    .trim();

/** What is amiss with one image, or its entry and side. */
function joined(
  id: string,
  tables: Tables,
  labelOf: ReadonlyMap<string, number>,
): { train: boolean; entry: Entry } | string {
  const { rest: name, line } = tables.images.get(id)!;
  const place = { at: `images.txt:${line}`, fix: 'put the published files there, all of one release' };
  const [label, split] = [tables.labels.get(id)?.rest, tables.splits.get(id)?.rest];
  if (label === undefined || split === undefined) {
    const given = `the image ${id} has no line in ${label === undefined ? FILES[1] : FILES[2]}`;
    return problem({ ...place, given, allowed: 'one line for each image in each table' });
  }
  if (split !== '0' && split !== '1') {
    const at = `${FILES[2]}:${tables.splits.get(id)!.line}`;
    return problem({ ...place, at, given: `"${split}"`, allowed: '1 (training) or 0 (test)' });
  }
  const number = labelOf.get(label);
  if (number !== undefined) return { train: split === '1', entry: { name, label: number, line } };
  const at = `${FILES[1]}:${tables.labels.get(id)!.line}`;
  return problem({
    ...place,
    at,
    given: `the class ${label}`,
    allowed: `one of the ${tables.classes.size} ids in classes.txt`,
  });
}

/** Ids without an image, in the two tables that should list the same ones. */
function strangers({ images, labels, splits }: Tables): readonly string[] {
  return (
    [
      [FILES[1], labels],
      [FILES[2], splits],
    ] as const
  ).flatMap(([file, table]) => {
    const extra = [...table.keys()].filter((id) => !images.has(id));
    if (extra.length === 0) return [];
    const given = `${extra.length} ids that images.txt lacks, the first is ${extra[0]}`;
    const fix = 'put the published files there, all of one release';
    return [problem({ at: file, given, allowed: 'the ids of images.txt', fix })];
  });
}

/** @param hierarchy whether only some of the classes have images, which are then numbered without a gap */
async function plan(root: string, hierarchy: boolean): Promise<Plan> {
  const { tables, problems } = await readTables(root);
  const used = new Set([...tables.labels.values()].map(({ rest }) => rest));
  const all = [...tables.classes.keys()];
  const ids = classOrder(hierarchy ? all.filter((id) => used.has(id)) : all);
  const labelOf = new Map(ids.map((id, i) => [id, i + 1]));
  const rows = problems.length > 0 ? [] : [...tables.images.keys()].map((id) => joined(id, tables, labelOf));
  const good = rows.filter((row) => typeof row !== 'string');
  const list = (split: string, train: boolean) => ({
    split,
    at: 'images.txt',
    entries: good.filter((row) => row.train === train).map(({ entry }) => entry),
  });
  return {
    place: { folder: path.join(root, 'images') },
    train: list('train', true),
    tests: [list('test', false)],
    classes: { names: ids.map((id) => className(tables.classes.get(id)!.rest)), source: 'classes.txt' },
    problems: [
      ...problems,
      ...rows.filter((row) => typeof row === 'string'),
      ...(problems.length > 0 ? [] : strangers(tables)),
    ],
  };
}

/** NABirds has a hierarchy of classes, and ids of images that are no numbers; some copies lack hierarchy.txt. */
async function isNabirds(root: string): Promise<boolean> {
  if ((await firstOf(root, ['hierarchy.txt'])) !== undefined) return true;
  const text = await readText(root, 'images.txt');
  return 'text' in text && /^\s*(?!\d+\s)\S+\s+\S/.test(text.text);
}

const hasTables = needing(...FILES.map((file) => [file] as const), ['images']);

export const cub: Layout = {
  name: 'cub',
  title: 'CUB-200-2011',
  needs: `${FILES.join(', ')}, images/`,
  async examine(root) {
    const { found, missing } = await hasTables(root);
    return { found, missing: (await isNabirds(root)) ? [...missing, 'ids of images that are numbers'] : missing };
  },
  plan: (root) => plan(root, false),
};

export const nabirds: Layout = {
  name: 'nabirds',
  title: 'NABirds',
  needs: `${FILES.join(', ')}, images/, and hierarchy.txt or ids of images that are no numbers`,
  async examine(root) {
    const { found, missing } = await hasTables(root);
    return { found, missing: (await isNabirds(root)) ? missing : [...missing, 'hierarchy.txt'] };
  },
  plan: (root) => plan(root, true),
};
