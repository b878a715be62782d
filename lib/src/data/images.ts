import path from 'node:path';
import type { Entry } from './annotation';
import { problem } from './errors';
import { mapLimit } from './pool';
import { placeOf, realFolder, isInside, type Place, type PlaceFault } from './place';
import type { Progress } from './types';

/** Folders that may hold the images of the published layout, in the order they are tried. */
export const IMAGE_FOLDERS = ['images', 'images_pytorch', 'images_nts'] as const;

/** An annotation line together with the file it names. */
export interface Located extends Entry {
  readonly file: string;
  /** The file behind links, so that one image under two names is seen as one. */
  readonly real: string;
  readonly size: number;
}

/** The entries of one annotation, before or after their files were found. */
export interface Listed<T extends Entry = Entry> {
  readonly split: string;
  /** 'anno/train.txt' */
  readonly at: string;
  readonly entries: readonly T[];
}

/** Endings that count as images; whether a file is one is found out when it is decoded. */
export const IMAGE_FILE = /\.(jpe?g|png|webp|tiff?|gif|heic|heif|avif)$/i;

const LOOKUPS = 32;

async function holds(folder: string, entries: readonly Entry[]): Promise<number> {
  const found = await mapLimit(entries, (entry) => placeOf(folder, path.join(folder, entry.name)), { limit: LOOKUPS });
  return found.filter((place) => place.fault === undefined).length;
}

/**
 * The folder of images below `realRoot`: the first of IMAGE_FOLDERS that exists; where several exist, the one that holds
 * most of `entries`. Returns a problem where there is none.
 */
export async function imageFolder(
  realRoot: string,
  entries: readonly Entry[],
): Promise<{ readonly folder: string } | { readonly problem: string }> {
  const folders: string[] = [];
  for (const name of IMAGE_FOLDERS) {
    const real = await realFolder(path.join(realRoot, name));
    if (real !== undefined && isInside(realRoot, real)) folders.push(path.join(realRoot, name));
    else if (real !== undefined) {
      const given = `the folder is a link that leaves the dataset`;
      const fix = 'give the folder that really holds anno/ and images/, or copy the images';
      return { problem: problem({ at: `${name}/`, given, allowed: 'a folder inside the dataset', fix }) };
    }
  }
  if (folders.length === 0) {
    const allowed = `one of the folders ${IMAGE_FOLDERS.join(', ')} beside anno/`;
    const fix = 'put the images into images/';
    return { problem: problem({ at: 'images/', given: 'the dataset has no folder of images', allowed, fix }) };
  }
  if (folders.length === 1) return { folder: folders[0] as string };
  const counts = await Promise.all(folders.map((folder) => holds(folder, entries)));
  return { folder: folders[counts.indexOf(Math.max(...counts))] as string };
}

const FAULTS: Readonly<Record<PlaceFault, readonly [given: string, fix: string]>> = {
  missing: ['is missing', 'put it there, or correct the name'],
  outside: ['is a link that leaves the folder of the dataset', 'put a copy of the image there'],
  folder: ['is a folder (or a device), not an image file', 'put the image file there'],
  empty: ['has zero bytes', 'fetch the image again'],
  unreadable: ['cannot be read', 'check its permissions'],
};

function faultOf(at: string, shown: string, place: Place & { readonly fault: PlaceFault }): string {
  const [given, fix] = FAULTS[place.fault];
  const code = place.code === undefined ? '' : ` (${place.code})`;
  return problem({ at, given: `the image "${shown}" ${given}${code}`, allowed: 'image files inside the dataset', fix });
}

/** Finds the files of all splits at once; entries whose file is at fault become problems and are left out. */
export async function locate(
  realRoot: string,
  folder: string,
  splits: readonly Listed[],
  options: { readonly signal?: AbortSignal | undefined; readonly onProgress?: Progress | undefined },
): Promise<{ readonly splits: readonly Listed<Located>[]; readonly problems: readonly string[] }> {
  const problems: string[] = [];
  const flat = splits.flatMap((split) => split.entries.map((entry) => ({ at: split.at, entry })));
  const shown = path.basename(folder);
  const places = await mapLimit(flat, ({ entry }) => placeOf(realRoot, path.join(folder, entry.name)), {
    limit: LOOKUPS,
    ...options,
  });
  let index = 0;
  const located = splits.map((split) => {
    const entries: Located[] = [];
    for (const entry of split.entries) {
      const place = places[index++] as Place;
      if (place.fault !== undefined)
        problems.push(faultOf(`${split.at}:${entry.line}`, `${shown}/${entry.name}`, place));
      else entries.push({ ...entry, file: path.join(folder, entry.name), real: place.real, size: place.size });
    }
    return { ...split, entries };
  });
  return { splits: located, problems };
}
