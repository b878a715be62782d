// Stamps: how set-up knows that a step is whole. A step's stamp is removed before the step starts and written (beside,
// then renamed) after it has succeeded, so an interrupted step has none and is done again.
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** Write a text file whole or not at all. */
export function writeWhole(file, text) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
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

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** An owner touches its lock every second; a lock that nobody has touched for so long is left over. */
const STALE_MS = 15_000;

/** Whether a lock's owner is gone: its process ended, or (a zombie, a process number used again) it no longer touches the lock. */
function isLeftOver(lock) {
  try {
    const owner = Number(fs.readFileSync(lock, 'utf8'));
    const age = Date.now() - fs.statSync(lock).mtimeMs;
    return age > STALE_MS || (owner > 0 && !alive(owner));
  } catch {
    return false; // It was released just now.
  }
}

/** Run `work` while holding the set-up lock; a second set-up waits for the first, a dead owner's lock is taken over. */
export async function withLock(work) {
  fs.mkdirSync(stateDir, { recursive: true });
  const lock = path.join(stateDir, 'lock');
  for (let told = false; ;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isLeftOver(lock)) {
        fs.rmSync(lock, { force: true });
        continue;
      }
      if (!told) console.error('Another set-up is at work; waiting for it.');
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  const heartbeat = setInterval(() => {
    if (fs.existsSync(lock)) fs.utimesSync(lock, new Date(), new Date());
  }, 1000);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    fs.rmSync(lock, { force: true });
  }
}
