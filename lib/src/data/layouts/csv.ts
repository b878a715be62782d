/** Images listed in CSV files, with columns found by their names: two files, or one with a column of splits. */
import { promises as fs } from 'node:fs';
import { problem, spot } from '../errors';
import { bestPlace } from '../images';
import type { Examined, Layout, Plan } from './layout';
import { numberClasses, type NamedEntry, type NamedList } from './naming';
import { columnOf, readTable, type CsvTable } from './table';

/** Names of columns, the more telling first. */
const COLUMNS = {
  image: [
    'image',
    'file',
    'filename',
    'file_name',
    'path',
    'filepath',
    'file_path',
    'image_path',
    'image_name',
    'image_id',
    'img',
  ],
  label: [
    'class_name',
    'label_name',
    'label',
    'class',
    'category',
    'species',
    'cultivar',
    'variety',
    'breed',
    'target',
  ],
  split: ['split', 'set', 'subset', 'partition', 'usage'],
} as const;

type Column = keyof typeof COLUMNS;

const SIDES: Readonly<Record<string, 'train' | 'test' | 'val'>> = {
  ...{ train: 'train', training: 'train', test: 'test', testing: 'test' },
  ...{ val: 'val', valid: 'val', validation: 'val', dev: 'val' },
};

/** Where the columns are and what is missing, in words. */
function lacking(table: CsvTable, at: string, wanted: readonly Column[]): readonly string[] {
  return wanted
    .filter((column) => columnOf(table, COLUMNS[column]) < 0)
    .map((column) => `a column for the ${column} in ${at} (${COLUMNS[column].slice(0, 4).join(', ')}, ...)`);
}

const WITH_SPLIT = ['image', 'label', 'split'] as const;

type Table = CsvTable | { readonly problem: string };

/** A file of the dataset; `split` where all of it is one. */
interface Source {
  readonly at: string;
  readonly split: 'train' | 'test' | undefined;
  readonly table: Table;
}

interface Found extends Examined {
  readonly files: readonly Source[];
}

async function look(root: string): Promise<Found> {
  const names = (await fs.readdir(root).catch((): string[] => [])).filter((name) => /\.csv$/i.test(name)).sort();
  const named = (split: string): string | undefined => names.find((name) => name.toLowerCase() === `${split}.csv`);
  const [train, test] = [named('train'), named('test') ?? named('val')];
  const missingOf = ({ table, at }: Source, wanted: readonly Column[]): readonly string[] =>
    'problem' in table ? [`a readable ${at}`] : lacking(table, at, wanted);
  const tables = new Map<string, Table>();
  for (const at of names) {
    const file = { at, split: undefined, table: await readTable(root, at) };
    if (missingOf(file, WITH_SPLIT).length === 0) return { files: [file], found: [at], missing: [] };
    tables.set(at, file.table);
  }
  if (train === undefined && test === undefined)
    return { files: [], found: names, missing: ['train.csv and test.csv, or one CSV with a column "split"'] };
  const pair = [
    ...(train ? [{ at: train, split: 'train' as const, table: tables.get(train)! }] : []),
    ...(test ? [{ at: test, split: 'test' as const, table: tables.get(test)! }] : []),
  ];
  const missing = [...(train ? [] : ['train.csv']), ...(test ? [] : ['test.csv, or a column "split" in train.csv'])];
  for (const file of pair) missing.push(...missingOf(file, ['image', 'label']));
  return { files: pair, found: pair.map(({ at }) => at), missing };
}

/** The rows of a table by split; a row that cannot be used is a problem. */
export function rowsOf(table: CsvTable, at: string, side: 'train' | 'test' | undefined) {
  const [image, label, split] = WITH_SPLIT.map((column) => columnOf(table, COLUMNS[column])) as [
    number,
    number,
    number,
  ];
  const rows: Record<'train' | 'test' | 'val', NamedEntry[]> = { train: [], test: [], val: [] };
  const problems: string[] = [];
  for (const { fields, line } of table.rows) {
    const [name = '', className = ''] = [fields[image], fields[label]];
    const to = side ?? SIDES[(fields[split] ?? '').toLowerCase()];
    if (name !== '' && className !== '' && to !== undefined) rows[to].push({ name, className, line });
    else {
      const given = to === undefined ? `the split "${fields[split] ?? ''}"` : `no ${name === '' ? 'image' : 'label'}`;
      const allowed = to === undefined ? 'train, test or val' : 'an image and a label in every row';
      problems.push(problem({ at: spot(at, line), given, allowed, fix: 'complete the row or delete it' }));
    }
  }
  return { rows, problems };
}

interface Place {
  readonly folder: string;
  readonly ending: string;
}

/** Names as paths below the root: beside the CSV or in a usual folder, as they are or with an ending. */
async function completed(root: string, { split, at, entries }: NamedList): Promise<NamedList> {
  const folders = ['', 'images/', `${split}/`, `images/${split}/`, `${split}_images/`];
  const places = ['', '.jpg', '.png', '.jpeg'].flatMap((ending) => folders.map((folder) => ({ folder, ending })));
  const complete = ({ folder, ending }: Place, name: string): string => `${folder}${name}${ending}`;
  const names = entries.map(({ name }) => name);
  const place = await bestPlace(root, names, places as [Place, ...Place[]], complete);
  return { split, at, entries: entries.map((entry) => ({ ...entry, name: complete(place, entry.name) })) };
}

async function plan(root: string): Promise<Plan> {
  const { files } = await look(root);
  const problems: string[] = [];
  const sides = { train: [] as NamedEntry[], test: [] as NamedEntry[], val: [] as NamedEntry[] };
  for (const { at, split, table } of files) {
    if ('problem' in table) {
      problems.push(table.problem);
      continue;
    }
    const found = rowsOf(table, at, split);
    problems.push(...found.problems);
    for (const side of ['train', 'test', 'val'] as const) for (const row of found.rows[side]) sides[side].push(row);
  }
  const at = (split: string): string =>
    files.find((file) => file.split === split || file.split === undefined)?.at ?? '';
  const tested = sides.test.length > 0 || sides.val.length === 0 ? 'test' : 'val';
  const lists = [
    await completed(root, { split: 'train', at: at('train'), entries: sides.train }),
    await completed(root, { split: 'test', at: at('test'), entries: sides[tested] }),
  ];
  const numbered = numberClasses(lists, files.map((file) => file.at).join(' and '));
  const [train, ...tests] = numbered.lists;
  const all = [...problems, ...numbered.problems];
  const notes = [
    ...(files.some((file) => /^val\.csv$/i.test(file.at)) ? ['there is no test.csv: val.csv is the test split'] : []),
    ...(tested === 'val' ? ['there is no test split: the validation images are the test images'] : []),
    ...(tested === 'test' && sides.val.length > 0 ? [`${sides.val.length} validation images were left out`] : []),
  ];
  return { place: { folder: root }, train: train!, tests, classes: numbered.classes, problems: all, notes };
}

export const csv: Layout = {
  name: 'csv',
  title: 'CSV',
  needs: 'train.csv and test.csv with columns image and label, or one CSV with columns image, label and split',
  examine: look,
  plan,
};
