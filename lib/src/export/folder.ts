/** A folder of files that is written whole or not at all. */
import fs from 'node:fs';
import path from 'node:path';
import { explained, leftParts, partOf, removeLeftParts } from '../files';
import { CARD_MARK } from './card';

/** The content of each file, by its name. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** Names of all the files that exports write: a folder with these alone is an earlier export. */
const EXPORTED = [
  /^config\.json$/,
  /^model\.(safetensors|json)$/,
  /^(labels|check)\.json$/,
  /^weights-\d+-of-\d+\.bin$/,
];

/** A README is an export's own where it is a card of ours. */
const isCard = (file: string): boolean =>
  path.basename(file) === 'README.md' && fs.readFileSync(file, 'utf8').split('\n', 2)[1] === CARD_MARK;

/** @throws where the folder holds anything that must not be lost */
function checkTarget(folder: string, overwrite: boolean): void {
  if (!fs.existsSync(folder)) return;
  if (!fs.statSync(folder).isDirectory()) throw new Error(`${folder} is a file: name a folder`);
  const names = fs.readdirSync(folder);
  if (names.length === 0) return;
  if (!overwrite) throw new Error(`${folder} is not empty: name another folder, or ask to overwrite it (--overwrite)`);
  const foreign = names.filter(
    (name) => !EXPORTED.some((pattern) => pattern.test(name)) && !isCard(path.join(folder, name)),
  );
  if (foreign.length > 0) {
    throw new Error(`${folder} holds ${foreign.slice(0, 3).join(', ')}, which no export wrote: name another folder`);
  }
}

/** Ends what a killed process had begun: an earlier export that it had moved away comes back. */
function restore(target: string): void {
  const [parent, base] = [path.dirname(target), path.basename(target)];
  const moved = leftParts(parent).find((name) => name.startsWith(`${base}.old.`));
  if (moved !== undefined && !fs.existsSync(target)) fs.renameSync(path.join(parent, moved), target);
  removeLeftParts(parent);
}

/** Puts one folder into the place of another, which is there until the new one is. */
function replace(target: string, fresh: string): void {
  const before = partOf(`${target}.old`);
  const taken = fs.existsSync(target);
  if (taken) fs.renameSync(target, before);
  try {
    fs.renameSync(fresh, target);
  } catch (error) {
    if (taken) fs.renameSync(before, target);
    throw error;
  }
  fs.rmSync(before, { recursive: true, force: true });
}

/**
 * Write a folder: first beside its place, then renamed into it.
 *
 * @param overwrite whether an earlier export in its place is replaced
 * @throws where the place is taken, or a file cannot be written; what was there before is there still
 */
export function writeFolder(folder: string, files: Files, overwrite = false): void {
  const target = path.resolve(folder);
  restore(target);
  checkTarget(target, overwrite);
  const fresh = partOf(target);
  try {
    fs.mkdirSync(fresh, { recursive: true });
    for (const [name, content] of files) fs.writeFileSync(path.join(fresh, name), content);
    replace(target, fresh);
  } catch (error) {
    throw explained(error, target);
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}
