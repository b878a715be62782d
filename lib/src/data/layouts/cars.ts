/** Stanford Cars (Krause et al. 2013): annotations in MATLAB files, in two forms that were published. */
import type { Entry } from '../annotation';
import { bestPlace, type Listed } from '../images';
import { MatError, type MatValue } from '../matlab';
import { below, firstOrDefault, needing, type Layout, type Plan } from './layout';
import { elementsOf, guarded, numberOf, readMat, textOf, textsOf, variable } from './mat';

const BASES = ['devkit/', '', 'car_devkit/devkit/', 'cars_devkit/devkit/', 'car_devkit/', 'cars_devkit/'] as const;

/** A car, and whether it is a test image where the annotation says so. */
interface Car extends Entry {
  readonly test: boolean;
}

/**
 * The images of a struct array `annotations`: the name in the field `name`, the class (from 1) in `class`, and in one of the two forms a flag `test`.
 *
 * @throws MatError
 */
function carsOf(variables: ReadonlyMap<string, MatValue>, name: string): readonly Car[] {
  const elements = elementsOf(variable(variables, 'annotations'), 'annotations');
  return elements.map((fields, i) => {
    const what = `annotations(${i + 1})`;
    if (!fields.has('class')) throw new MatError(`${what} has no class: these are the annotations without labels`);
    const label = numberOf(fields.get('class'), `${what}.class`);
    if (!Number.isInteger(label) || label < 0) throw new MatError(`${what}.class is ${label}`);
    const test = fields.has('test') && numberOf(fields.get('test'), `${what}.test`) !== 0;
    return { name: textOf(fields.get(name), `${what}.${name}`), label, line: i + 1, test };
  });
}

interface Read {
  readonly at: string;
  readonly cars: readonly Car[];
  readonly names?: readonly string[];
  readonly problems: readonly string[];
}

async function read(root: string, file: string, what: { name?: string; names?: boolean }): Promise<Read> {
  const at = await firstOrDefault(root, below(BASES, file));
  const mat = await readMat(root, at);
  const found =
    'problem' in mat
      ? mat
      : guarded(at, () => ({
          cars: what.name === undefined ? [] : carsOf(mat.variables, what.name),
          ...(what.names ? { names: textsOf(variable(mat.variables, 'class_names'), 'class_names') } : {}),
        }));
  return 'problem' in found ? { at, cars: [], problems: [found.problem] } : { at, ...found, problems: [] };
}

const entriesOf = (cars: readonly Car[], rename: (name: string) => string = (name) => name): readonly Entry[] =>
  cars.map(({ name, label, line }) => ({ name: rename(name), label, line }));

/** The images of one side, whose names begin again at 00001.jpg in each: told apart by their folder. */
async function sideOf(root: string, split: string, { at, cars }: Read): Promise<Listed> {
  const folders = [`cars_${split}`, `cars_${split}/cars_${split}`] as const;
  const complete = (folder: string, name: string): string => `${folder}/${name}`;
  const folder = await bestPlace<string>(
    root,
    cars.map(({ name }) => name),
    folders,
    complete,
  );
  return { split, at, entries: entriesOf(cars, (name) => complete(folder, name)) };
}

async function planSides(root: string): Promise<Plan> {
  const train = await read(root, 'cars_train_annos.mat', { name: 'fname' });
  const test = await read(root, 'cars_test_annos_withlabels.mat', { name: 'fname' });
  const meta = await read(root, 'cars_meta.mat', { names: true });
  return {
    place: { folder: root },
    train: await sideOf(root, 'train', train),
    tests: [await sideOf(root, 'test', test)],
    ...(meta.names === undefined ? {} : { classes: { names: meta.names, source: meta.at } }),
    problems: [train, test, meta].flatMap(({ problems }) => problems),
  };
}

async function planAll(root: string): Promise<Plan> {
  const all = await read(root, 'cars_annos.mat', { name: 'relative_im_path', names: true });
  const list = (split: string, test: boolean): Listed => ({
    split,
    at: all.at,
    entries: entriesOf(all.cars.filter((car) => car.test === test)),
  });
  return {
    place: { folder: root },
    train: list('train', false),
    tests: [list('test', true)],
    ...(all.names === undefined ? {} : { classes: { names: all.names, source: all.at } }),
    problems: all.problems,
  };
}

export const cars: Layout = {
  name: 'cars',
  title: 'Stanford Cars',
  needs:
    'devkit/ with cars_train_annos.mat, cars_test_annos_withlabels.mat and cars_meta.mat (or the same without devkit/), cars_train/, cars_test/',
  examine: needing(
    below(BASES, 'cars_train_annos.mat'),
    below(BASES, 'cars_test_annos_withlabels.mat'),
    below(BASES, 'cars_meta.mat'),
    ...([['cars_train'], ['cars_test']] as const),
  ),
  plan: planSides,
};

export const carsInOne: Layout = {
  name: 'cars-in-one',
  title: 'Stanford Cars in one folder',
  needs: 'cars_annos.mat, car_ims/',
  examine: needing(below(BASES, 'cars_annos.mat'), ['car_ims']),
  plan: planAll,
};
