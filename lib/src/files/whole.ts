/**
 * Files that are whole or not there: written beside their place, forced to the disk, then renamed.
 *
 * Not by the package write-file-atomic: it calls write once and takes what it returns for all, but a disk that fills up, and Linux beyond 2 GiB,
 * write a part of what they are given without an error, and the cut file would be put into the place of the good one.
 */
import fs from 'node:fs';
import path from 'node:path';
import { explained } from './errors';
import { discard, partOf, removeLeftPartsOnce } from './part';

export interface WholeOptions {
  /** The rights of the file; default: those of the file that is replaced, or the usual ones. */
  readonly mode?: number;
}

interface Plan {
  readonly target: string;
  readonly part: string;
  readonly before: fs.Stats | undefined;
}

/** Where a link leads the file is replaced, not the link. */
function targetOf(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

function planFor(file: string): Plan {
  const target = targetOf(file);
  removeLeftPartsOnce(path.dirname(target));
  return { target, part: partOf(target), before: fs.statSync(target, { throwIfNoEntry: false }) };
}

/** Rights and owner of the file that is replaced, where the file system has such and we may set them. */
function keepRights(fd: number, before: fs.Stats | undefined, mode: number | undefined): void {
  const rights = mode ?? before?.mode;
  try {
    if (rights !== undefined) fs.fchmodSync(fd, rights & 0o7777);
    if (before && process.getuid?.() === 0) fs.fchownSync(fd, before.uid, before.gid);
  } catch {
    // What the file holds matters more than whose it is.
  }
}

/** Write a file, whole or not at all. @throws FileError with the file, what happened and what to do; the file is as it was */
export function writeWholeSync(file: string, data: string | Uint8Array, { mode }: WholeOptions = {}): void {
  const { target, part, before } = planFor(file);
  try {
    const fd = fs.openSync(part, 'wx');
    try {
      fs.writeFileSync(fd, data);
      keepRights(fd, before, mode);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(part, target);
  } catch (error) {
    discard(part);
    throw explained(error, target);
  }
}

/** As `writeWholeSync`, while other work goes on. */
export async function writeWhole(file: string, data: string | Uint8Array, { mode }: WholeOptions = {}): Promise<void> {
  const { target, part, before } = planFor(file);
  try {
    const handle = await fs.promises.open(part, 'wx');
    try {
      await handle.writeFile(data);
      keepRights(handle.fd, before, mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.promises.rename(part, target);
  } catch (error) {
    discard(part);
    throw explained(error, target);
  }
}
