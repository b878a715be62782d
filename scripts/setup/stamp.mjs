// Stamps: how set-up knows that a step is whole. A step's stamp is removed before the step starts and written (beside,
// then renamed) after it has succeeded, so an interrupted step has none and is done again.
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { release, removeLeft, tryLock } from './lock.mjs';

/** The project's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const stateDir = path.join(root, '.setup');

export const at = (...parts) => path.join(root, ...parts);

/** SHA-256 of any number of texts and buffers, shortened to 16 hex digits. */
export function digest(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 16);
}

export const digestFiles = (...files) => digest(...files.map((file) => fs.readFileSync(at(file))));

/** Write a text file whole or not at all. What a killed process was writing in its place is removed. */
export function writeWhole(file, text) {
  const folder = path.dirname(file);
  fs.mkdirSync(folder, { recursive: true });
  removeLeft(folder, `${path.basename(file)}.`, /\.\d+\.tmp$/);
  const beside = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(beside, text);
  fs.renameSync(beside, file);
}

const stampFile = (name) => path.join(stateDir, `${name}.json`);

/** The stamp of a finished step, or undefined. */
export function readStamp(name) {
  try {
    return JSON.parse(fs.readFileSync(stampFile(name), 'utf8'));
  } catch {
    return undefined;
  }
}

export const removeStamp = (name) => fs.rmSync(stampFile(name), { force: true });

/** Mark a step as finished. `id` is new each time, so that the steps that build on this one see that it was redone. */
export function writeStamp(name, fingerprint, facts = {}) {
  writeWhole(stampFile(name), `${JSON.stringify({ fingerprint, id: randomUUID(), ...facts }, null, 2)}\n`);
}

/** Run `work` while holding the set-up lock; a second set-up waits for the first, a dead owner's lock is taken over. */
export async function withLock(work) {
  fs.mkdirSync(stateDir, { recursive: true });
  const lock = path.join(stateDir, 'lock');
  let token;
  for (let told = false; (token = tryLock(lock)) === undefined; told = true) {
    if (!told) console.error('Another set-up is at work; waiting for it.');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const heartbeat = setInterval(() => {
    if (fs.existsSync(lock)) fs.utimesSync(lock, new Date(), new Date());
  }, 1000);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    release(lock, token);
  }
}
