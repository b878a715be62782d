/** Stanford Dogs (Khosla et al. 2011): two lists in MATLAB files; the class is the folder of an image. */
import path from 'node:path';
import type { Entry } from '../annotation';
import { bestPlace, type Listed } from '../images';
import { MatError, type MatValue } from '../matlab';
import { below, firstOrDefault, needing, type Layout, type Plan } from './layout';
import { guarded, readMat, textsOf, variable } from './mat';

const BASES = ['lists/', ''] as const;
const FOLDERS = ['Images', 'images', 'images/Images', 'Images/Images'] as const;

/** The images and labels (from 1) of a list: variables `file_list` and `labels`. @throws MatError */
export function listOf(variables: ReadonlyMap<string, MatValue>): readonly Entry[] {
  const names = textsOf(variable(variables, 'file_list'), 'file_list');
  const labels = variable(variables, 'labels');
  if (labels.kind !== 'numbers' || labels.data.length !== names.length)
    throw new MatError(`file_list has ${names.length} entries, and labels is no list of as many numbers`);
  return names.map((name, i) => {
    const label = labels.data[i]!;
    if (!Number.isInteger(label) || label < 0) throw new MatError(`the label of "${name}" is ${label}`);
    return { name, label, line: i + 1 };
  });
}

/** 'n02085620-Chihuahua/n02085620_5927.jpg' -> 'Chihuahua'. */
const breed = (name: string): string => (name.split('/')[0] ?? '').replace(/^n\d+-/, '').replaceAll('_', ' ');

async function readList(
  root: string,
  split: string,
): Promise<{ readonly list: Listed; readonly problems: readonly string[] }> {
  const at = await firstOrDefault(root, below(BASES, `${split}_list.mat`));
  const read = await readMat(root, at);
  const entries = 'problem' in read ? read : guarded(at, () => ({ entries: listOf(read.variables) }));
  if ('problem' in entries) return { list: { split, at, entries: [] }, problems: [entries.problem] };
  return { list: { split, at, ...entries }, problems: [] };
}

async function plan(root: string): Promise<Plan> {
  const [train, test] = [await readList(root, 'train'), await readList(root, 'test')];
  const all = [...train.list.entries, ...test.list.entries];
  const names = new Map(all.map(({ name, label }) => [label, breed(name)]));
  const classes = {
    names: Array.from({ length: names.size }, (_, i) => names.get(i + 1) ?? `class ${i + 1}`),
    source: 'the lists',
  };
  const folder = await bestPlace(
    root,
    all.map(({ name }) => name),
    FOLDERS,
    (candidate, name) => `${candidate}/${name}`,
  );
  const problems = [...train.problems, ...test.problems];
  return { place: { folder: path.join(root, folder) }, train: train.list, tests: [test.list], classes, problems };
}

export const dogs: Layout = {
  name: 'dogs',
  title: 'Stanford Dogs',
  needs: 'lists/train_list.mat, lists/test_list.mat (or the same without lists/), Images/ (or images/)',
  examine: needing(...['train', 'test'].map((split) => below(BASES, `${split}_list.mat`)), ['Images', 'images']),
  plan,
};
