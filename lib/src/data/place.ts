import { promises as fs } from 'node:fs';
import path from 'node:path';
import { problem } from './errors';

const FILE_LIMIT = 64 * 1024 * 1024;

/** A plain, non-empty file inside the root, or why there is none. */
export type Place =
  | { readonly real: string; readonly size: number; readonly fault?: undefined }
  | { readonly fault: PlaceFault; readonly code?: string };

/** missing: nothing there; outside: a link leaves the root; folder: not a plain file; empty: zero bytes; unreadable: else. */
export type PlaceFault = 'missing' | 'outside' | 'folder' | 'empty' | 'unreadable';

/** The error code of a failed file operation ('ENOENT', ...), or 'unknown'. */
export function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown';
}

/** Whether `file` is `folder` or lies below it; both must be real paths. */
export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** Looks a file up: links are followed, and must end inside `realRoot` (a real path). */
export async function placeOf(realRoot: string, file: string): Promise<Place> {
  try {
    const real = await fs.realpath(file);
    if (!isInside(realRoot, real)) return { fault: 'outside' };
    const stat = await fs.stat(real);
    if (!stat.isFile()) return { fault: 'folder' };
    return stat.size === 0 ? { fault: 'empty' } : { real, size: stat.size };
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? { fault: 'missing' } : { fault: 'unreadable', code };
  }
}

/** A folder's real path where it exists (links followed), else undefined. */
export async function realFolder(folder: string): Promise<string | undefined> {
  try {
    const real = await fs.realpath(folder);
    return (await fs.stat(real)).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

const TEXT_FAULTS: Readonly<Record<PlaceFault, string>> = {
  missing: 'the file is missing',
  outside: 'the file is a link that leaves the folder of the dataset',
  folder: 'a folder (or a device) stands where a file should be',
  empty: 'the file has zero bytes',
  unreadable: 'the file cannot be read',
};

/** What a file of annotations holds, or a problem; `at` is its path below the root (a real path), and its name in messages. */
export async function readBytes(
  realRoot: string,
  at: string,
): Promise<{ readonly bytes: Buffer } | { readonly problem: string }> {
  const rules = { at, allowed: 'a file with annotations inside the folder of the dataset' };
  const place = await placeOf(realRoot, path.join(realRoot, at));
  if (place.fault !== undefined)
    return { problem: problem({ ...rules, given: TEXT_FAULTS[place.fault], fix: 'put the published file there' }) };
  if (place.size > FILE_LIMIT) {
    const given = `${place.size} bytes, more than ${FILE_LIMIT}`;
    return { problem: problem({ ...rules, given, fix: 'check that this is the annotation and not an archive' }) };
  }
  try {
    return { bytes: await fs.readFile(place.real) };
  } catch (error) {
    const given = `the file cannot be read (${codeOf(error)})`;
    return { problem: problem({ ...rules, given, fix: 'make it readable for you' }) };
  }
}

/** The text of a UTF-8 file (a byte order mark is dropped), or a problem; as `readBytes`. */
export async function readText(
  realRoot: string,
  at: string,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const read = await readBytes(realRoot, at);
  if ('problem' in read) return read;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(read.bytes) };
  } catch {
    const rules = { at, allowed: 'a UTF-8 text file', fix: 'save it as UTF-8' };
    return { problem: problem({ ...rules, given: 'the bytes are not UTF-8' }) };
  }
}
