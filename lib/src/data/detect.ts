/** Which layout a folder has. */
import path from 'node:path';
import { DatasetError, problem } from './errors';
import { IMAGE_FOLDERS } from './images';
import { LAYOUTS, type Layout } from './layouts';
import { foldersOf, loneClassFolders } from './layouts/folders';
import type { Examined } from './layouts/layout';
import { realFolder } from './place';
import { stageFolders } from './stage-folders';

/** The layouts that fit a folder (a real path), the most specific first. */
export async function layoutsOf(root: string): Promise<readonly Layout[]> {
  return (await examineAll(root)).filter(({ missing }) => missing.length === 0).map(({ layout }) => layout);
}

async function examineAll(root: string): Promise<readonly (Examined & { readonly layout: Layout })[]> {
  return Promise.all(LAYOUTS.map(async (layout) => ({ layout, ...(await layout.examine(root)) })));
}

/** Folders looked into for a dataset, where the folder itself is none. */
const INNER = 50;

/** Names of the folders below a folder that hold a dataset. */
export async function nestedDatasets(root: string): Promise<readonly string[]> {
  const own: readonly string[] = IMAGE_FOLDERS;
  const names = (await foldersOf(root, '.')).filter((name) => !own.includes(name.toLowerCase())).slice(0, INNER);
  const fits = await Promise.all(names.map(async (name) => (await layoutsOf(path.join(root, name))).length > 0));
  return names.filter((_, i) => fits[i]);
}

const listOf = (names: readonly string[]): string => names.join(', ');

/** The layout of which most is there, how much of it (0..1), and what it lacks. */
function nearest(
  all: readonly (Examined & { readonly layout: Layout })[],
): { readonly share: number; readonly text: string } | undefined {
  const share = ({ found, missing }: Examined): number => found.length / (found.length + missing.length);
  const best = all.reduce((a, b) => (share(b) > share(a) ? b : a));
  if (best.found.length === 0) return undefined;
  const { layout, found, missing } = best;
  const given = `${missing.length === 1 ? 'it is' : 'they are'} missing, while ${listOf(found)} ${found.length === 1 ? 'is' : 'are'} there`;
  const fix = 'put there what is missing, as it is published';
  const allowed = `${layout.title}: ${layout.needs}`;
  return { share: share(best), text: problem({ at: listOf(missing), given, allowed, fix }) };
}

async function loneFolders(root: string): Promise<string | undefined> {
  const lone = await loneClassFolders(root);
  if (lone === undefined) return undefined;
  const annotate = 'draw a split with "npm run csdnet -- data annotate FOLDER --train 8"';
  const fix = lone === 'images' ? annotate : `move the folders of the classes into images/, then ${annotate}`;
  const given = 'one folder a class, but no split into training and test images';
  return problem({ at: `${lone}/`, given, allowed: 'train/CLASS/IMAGE and test/CLASS/IMAGE, or annotations', fix });
}

/** Why no layout fits, with the nearest miss first. */
async function whyNone(root: string): Promise<readonly string[]> {
  const at = `${path.basename(root)}/`;
  const stages = [...(await stageFolders(root)).values()].map((folder) => path.relative(root, folder));
  if (stages.length > 0) {
    const fix = `give one of them (${listOf(stages)}); "data check" takes them all`;
    const given = 'the stages of SoyAgeing, each a dataset of its own';
    return [problem({ at, given, allowed: 'the folder of one dataset', fix })];
  }
  const inner = await nestedDatasets(root);
  if (inner.length > 0) {
    const fix = `give one of the folders in it: ${listOf(inner)}`;
    return [
      problem({
        at,
        given: 'a folder of datasets',
        allowed: 'the folder of one dataset',
        fix,
      }),
    ];
  }
  const almost = nearest(await examineAll(root));
  // Half a layout may be chance (a folder images/); class folders are then the better guess.
  const near = almost !== undefined && almost.share > 1 / 2 ? almost.text : ((await loneFolders(root)) ?? almost?.text);
  const all = LAYOUTS.map(({ title, needs }) => `\n    ${title}: ${needs}`).join(';');
  const given = 'no layout fits what is in the folder';
  const fix = 'arrange it as one of these, or see data/README.md';
  return [...(near === undefined ? [] : [near]), problem({ at, given, allowed: `one of${all}`, fix })];
}

/**
 * The layout of a folder, its real path, and notes where more than one layout fits.
 *
 * @param root as it was given, absolute
 * @throws DatasetError that says what each layout needs, and the nearest miss
 */
export async function detectLayout(
  root: string,
): Promise<{ readonly layout: Layout; readonly realRoot: string; readonly notes: readonly string[] }> {
  const realRoot = await realFolder(root);
  if (realRoot === undefined) {
    const parts = { given: 'there is no such folder', allowed: 'the folder of a dataset', fix: 'check the path' };
    throw new DatasetError('No dataset', [problem({ at: `${root}/`, ...parts })]);
  }
  const [layout, ...others] = await layoutsOf(realRoot);
  if (layout === undefined) throw new DatasetError(`No dataset in ${root}`, await whyNone(realRoot));
  if (others.length === 0) return { layout, realRoot, notes: [] };
  const titles = listOf(others.map(({ title }) => title));
  return { layout, realRoot, notes: [`read as ${layout.title}; the folder could also be read as ${titles}`] };
}
