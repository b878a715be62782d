// A lock between set-ups: a file that only one process can make. lib/src/files/lock.ts says why two cannot get it; set-up has its own form of it,
// since lib is not built yet. An owner that ended is replaced at once; one that gives no sign of life (its number is another process's now, or it sits
// in a container of its own) when that has lasted a while by our own clock, so that it does not matter what the clock of the machine says.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** An owner touches its lock every second; one that nobody has touched for so many milliseconds is left over. */
const SILENCE = 15_000;

export const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Who holds a lock; undefined where nobody does. */
function heldBy(lock) {
  const stat = fs.statSync(lock, { throwIfNoEntry: false });
  if (!stat) return undefined;
  let owner = {};
  try {
    owner = JSON.parse(fs.readFileSync(lock, 'utf8'));
  } catch {
    // Gone just now, or of an older set-up: then its touches alone count.
  }
  const token = /^[0-9a-f-]+$/.test(owner?.token) ? owner.token : `unreadable-${stat.size}`;
  return { token, sign: `${token} ${stat.mtimeMs}`, ended: owner?.host === os.hostname() && !alive(owner.pid) };
}

const watched = new Map();

function isSilent(lock, { sign }, silence) {
  const last = watched.get(lock);
  if (last?.sign === sign) return performance.now() - last.at > silence;
  watched.set(lock, { sign, at: performance.now() });
  return false;
}

function appear(part, lock) {
  try {
    fs.linkSync(part, lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(error.code)) throw error;
  }
  try {
    fs.writeFileSync(lock, fs.readFileSync(part), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Replace the lock of an owner that is gone, under a second lock that is named after it. */
function replace(lock, part, gone, silence) {
  const guard = `${lock}.${gone.token}.guard`;
  const token = tryLock(guard, silence);
  if (!token) return false;
  try {
    if (heldBy(lock)?.token !== gone.token) return false;
    fs.renameSync(part, lock);
    return true;
  } finally {
    release(guard, token);
  }
}

/** Take a lock where it is free or its owner is gone. Gives its token, or undefined where another process holds it. */
export function tryLock(lock, silence = SILENCE) {
  const held = heldBy(lock);
  if (held && !held.ended && !isSilent(lock, held, silence)) return undefined;
  const token = randomUUID();
  const part = `${lock}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(part, JSON.stringify({ pid: process.pid, host: os.hostname(), token }));
    if (!(held ? replace(lock, part, held, silence) : appear(part, lock))) return undefined;
    watched.delete(lock);
    removeLeft(path.dirname(lock), `${path.basename(lock)}.`, /\.(guard|\d+\.tmp)$/);
    return token;
  } finally {
    fs.rmSync(part, { force: true });
  }
}

export function release(lock, token) {
  if (heldBy(lock)?.token === token) fs.rmSync(lock, { force: true });
}

/** Remove files of a folder by their names; what a process that lives is writing (NAME.PID.tmp) stays. */
export function removeLeft(folder, start, end) {
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(start) || !end.test(name)) continue;
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid === undefined || !alive(Number(pid))) fs.rmSync(path.join(folder, name), { force: true });
  }
}
