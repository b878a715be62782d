/** Plant Pathology 2020, FGVC7 (Thapa et al. 2020), also known as Apple Foliar: one column for each class; only train.csv has labels. */
import path from 'node:path';
import { createRng, shuffled } from '../../core/rng';
import { problem } from '../errors';
import type { Examined, Layout, Plan } from './layout';
import { firstOf } from './layout';
import { numberClasses, type NamedEntry } from './naming';
import { columnOf, readTable, type CsvTable } from './table';

const CLASSES = ['healthy', 'multiple_diseases', 'rust', 'scab'] as const;
const AT = 'train.csv';
/** Draws which images are tested: one split for everybody, whatever the seed of a run. */
const SEED = 1;

async function examine(root: string): Promise<Examined> {
  const table = await readTable(root, AT);
  if ('problem' in table) return { found: [], missing: [AT] };
  const missing = ['image_id', ...CLASSES].filter((name) => columnOf(table, [name]) < 0);
  const images = await firstOf(root, ['images']);
  return {
    found: missing.length > CLASSES.length ? [] : [AT, ...(images === undefined ? [] : ['images'])],
    missing: [...missing.map((name) => `a column ${name} in ${AT}`), ...(images === undefined ? ['images'] : [])],
  };
}

/** Exactly one of the four columns is 1. */
export function labelsOf(table: CsvTable): {
  readonly entries: readonly NamedEntry[];
  readonly problems: readonly string[];
} {
  const image = columnOf(table, ['image_id']);
  const places = CLASSES.map((name) => columnOf(table, [name]));
  const entries: NamedEntry[] = [];
  const problems: string[] = [];
  for (const { fields, line } of table.rows) {
    const values = places.map((place) => Number(fields[place] || NaN));
    const name = fields[image] ?? '';
    const className = CLASSES[values.indexOf(1)];
    const good =
      values.every((value) => value === 0 || value === 1) && values.filter((value) => value === 1).length === 1;
    if (good && className !== undefined && name !== '') entries.push({ name: `${name}.jpg`, className, line });
    else {
      const given = `"${name}" has ${places.map((place) => fields[place] ?? 'nothing').join(', ')}`;
      const allowed = `an image, and 1 in one of ${CLASSES.join(', ')}, 0 in the others`;
      problems.push(problem({ at: `${AT}:${line}`, given, allowed, fix: 'put the published file there' }));
    }
  }
  return { entries, problems };
}

/** Half of each class is trained on (the greater half of an odd number), drawn class by class; the order of the file stays. */
export function drawHalves(entries: readonly NamedEntry[]): ReadonlySet<NamedEntry> {
  const drawn = CLASSES.flatMap((name) => {
    const own = entries.filter(({ className }) => className === name);
    return shuffled(own, createRng(SEED, 'plant pathology', name)).slice(0, Math.ceil(own.length / 2));
  });
  return new Set(drawn);
}

async function plan(root: string): Promise<Plan> {
  const table = await readTable(root, AT);
  const { entries, problems } = 'problem' in table ? { entries: [], problems: [table.problem] } : labelsOf(table);
  const trained = drawHalves(entries);
  const side = (split: string, train: boolean) => ({
    split,
    at: AT,
    entries: entries.filter((entry) => trained.has(entry) === train),
  });
  const numbered = numberClasses([side('train', true), side('test', false)], AT, CLASSES);
  const [train, ...tests] = numbered.lists;
  return {
    place: { folder: path.join(root, 'images') },
    train: train!,
    tests,
    classes: numbered.classes,
    problems: [...problems, ...numbered.problems],
    notes: [
      `test.csv has no labels: the split is drawn from train.csv, half of each class to train and half to test (seed ${SEED}), so results are ` +
        'comparable only with results on this split',
    ],
  };
}

export const plantPathology: Layout = {
  name: 'plant-pathology-2020',
  title: 'Plant Pathology 2020',
  needs: `train.csv with columns image_id, ${CLASSES.join(', ')}, images/`,
  examine,
  plan,
};
