/**
 * Parts: what a file is written to before it is whole and renamed. Its name says who writes it, so that what a killed process left behind can be
 * told from what is being written.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { isAlive, machineTag } from './process-id';

const PART = /\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.part$/;
/** Milliseconds after which a part of another machine, whose processes cannot be seen from here, is left over. */
const LEFT_MS = 24 * 3600 * 1000;

export const isPart = (name: string): boolean => PART.test(name);

/** A new name beside a file. */
export const partOf = (file: string): string =>
  `${file}.${machineTag()}-${process.pid}-${randomBytes(4).toString('hex')}.part`;

/** Remove a file whose error would hide a more telling one; what stays is left over, and removed by a later writer. */
export function discard(file: string): void {
  try {
    fs.rmSync(file, { recursive: true, force: true });
  } catch {
    // As said.
  }
}

/** A clock that was set back puts files into the future: so far from now in either direction is long ago. */
function isOld(file: string): boolean {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && Math.abs(new Date().getTime() - stat.mtimeMs) > LEFT_MS;
}

function isLeftOver(folder: string, name: string): boolean {
  const [, machine, pid] = PART.exec(name) ?? [];
  if (pid === undefined) return false;
  return machine === machineTag() ? !isAlive(Number(pid), null) : isOld(path.join(folder, name));
}

/** Names of what killed processes left of files that they were writing into a folder; none where it cannot be read. */
export function leftParts(folder: string): readonly string[] {
  try {
    return fs.readdirSync(folder).filter((name) => isLeftOver(folder, name));
  } catch {
    return [];
  }
}

/** Remove what killed processes left in a folder. What cannot be removed stays, and is never read. */
export function removeLeftParts(folder: string): void {
  for (const name of leftParts(folder)) discard(path.join(folder, name));
}

const cleaned = new Set<string>();
/** As `removeLeftParts`, the first time that this process asks for a folder. */
export function removeLeftPartsOnce(folder: string): void {
  if (cleaned.has(folder)) return;
  cleaned.add(folder);
  removeLeftParts(folder);
}
