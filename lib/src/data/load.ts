import { promises as fs } from 'node:fs';
import path from 'node:path';
import { DatasetError, problem } from './errors';
import { GENERATOR_VERSION, makeLeaf, type LeafSetName } from './leaf';
import { layoutsOf } from './detect';
import { realFolder } from './place';
import { readDataset } from './read';
import type { Dataset, Progress } from './types';
import { LAYOUT, readUfg } from './ufg';

/** The sets that are drawn on demand and need no download. */
export const EMBEDDED: readonly LeafSetName[] = ['leaf80', 'leaf20'];

/** Where datasets lie and how to report. */
export interface LoadOptions {
  /** The folder that holds leaf80/, leaf20/ and your own datasets. */
  readonly dataDir: string;
  /** Counts the images drawn (embedded sets, the first time) or looked up (others). */
  readonly onProgress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Threads that draw an embedded set; 0 draws in this one. Default: one a core. */
  readonly workers?: number | undefined;
}

/** Whether a name is that of a dataset that is drawn, and no folder. */
export function isEmbedded(name: string): name is LeafSetName {
  return (EMBEDDED as readonly string[]).includes(name);
}

/** Draws the set; where another process was faster, its folder is taken. */
async function draw(name: LeafSetName, root: string, options: LoadOptions): Promise<void> {
  const { onProgress, signal, workers } = options;
  try {
    await makeLeaf({
      name,
      root,
      ...(workers === undefined ? {} : { workers }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    if ((await realFolder(root)) === undefined) throw error;
  }
}

/** The set must be the one that this version draws, or results of two versions would pass for one another. */
async function checkVersion(name: LeafSetName, root: string): Promise<void> {
  const text = await fs.readFile(path.join(root, 'dataset.json'), 'utf8').catch(() => '{}');
  const found = /"generatorVersion":\s*(\d+)/.exec(text)?.[1] ?? 'unknown';
  if (found === String(GENERATOR_VERSION)) return;
  const given = `drawn by generator version ${found}`;
  const fix = `delete the folder ${root}; it is drawn again on the next load`;
  const parts = { at: 'dataset.json', given, allowed: `version ${GENERATOR_VERSION}`, fix };
  throw new DatasetError(`The folder of ${name} is of another version`, [problem(parts)]);
}

/** A folder that exists is whole: the generator writes beside it and renames at the end. */
async function loadEmbedded(name: LeafSetName, options: LoadOptions): Promise<Dataset> {
  const root = path.resolve(options.dataDir, name);
  if ((await realFolder(root)) === undefined) await draw(name, root, options);
  await checkVersion(name, root);
  return readUfg(root, { name, signal: options.signal });
}

/** Names below `dataDir` that hold a dataset. */
async function ownDatasets(dataDir: string): Promise<readonly string[]> {
  const names = (await fs.readdir(dataDir).catch(() => [])).sort();
  const fits = await Promise.all(names.map((name) => layoutsOf(path.join(dataDir, name))));
  return names.filter((name, index) => fits[index]!.length > 0 && !isEmbedded(name));
}

/** Where a path, or a name below `dataDir`, is looked for, in that order. */
export const placesOf = (nameOrPath: string, dataDir: string): readonly string[] =>
  nameOrPath.trim() === '' ? [] : [path.resolve(nameOrPath), path.resolve(dataDir, nameOrPath)];

/**
 * Loads a dataset by name or path: 'leaf80' or 'leaf20' (below `dataDir`, drawn the first time), a path to a folder in
 * a known layout (see `LAYOUTS`), or the name of such a folder below `dataDir`.
 *
 * @throws DatasetError where nothing is found (it lists the names, and what a folder must hold) or the data is bad.
 */
export async function loadDataset(nameOrPath: string, options: LoadOptions): Promise<Dataset> {
  if (isEmbedded(nameOrPath)) return loadEmbedded(nameOrPath, options);
  const { signal, onProgress, dataDir } = options;
  const places = placesOf(nameOrPath, dataDir);
  for (const place of places) {
    if ((await realFolder(place)) !== undefined) return readDataset(place, { signal, onProgress });
  }
  const names = [...EMBEDDED, ...(await ownDatasets(dataDir))].join(', ');
  const allowed = `the names ${names}, or a path to ${LAYOUT}; other layouts are in data/README.md`;
  const given = `neither a known name nor a folder${places.length > 0 ? ` (looked at ${places.join(' and ')})` : ''}`;
  const fix = `use one of the names, or put your dataset into ${path.resolve(dataDir)}`;
  throw new DatasetError('Unknown dataset', [problem({ at: `"${nameOrPath}"`, given, allowed, fix })]);
}
