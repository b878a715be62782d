/**
 * Locks between processes: a file whose name only one of them can make. It names its owner, so that the lock of a process that was killed is taken
 * over at once on its own machine, and by others once it gives no sign of life.
 *
 * How two cannot get it: the file appears whole (a link to a file that is written already, which fails where the name is taken). A dead owner's
 * lock is replaced only under a second lock, which is named after that owner, and only where the first is still that owner's; so whoever was slow
 * finds another owner there. A second lock whose process died is taken over in the same way.
 *
 * Not by a package: proper-lockfile and its like know the dead by the age of a file alone, which a clock that is set back makes live for ever.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { explained } from './errors';
import { discard, partOf, removeLeftPartsOnce } from './part';
import { isAlive, isHere, thisProcess } from './process-id';
import type { ProcessId } from './process-id';

export interface LockOwner extends ProcessId {
  /** When the lock was taken. */
  readonly since: string;
  /** Another one each time that a lock is taken. */
  readonly token: string;
}

export interface Lock {
  readonly file: string;
  readonly owner: LockOwner;
  /** Gives it back; does nothing where it was taken over. */
  release(): void;
}

/** Who holds a lock; `owner` is undefined where the file cannot be read as one. */
interface Held {
  readonly owner: LockOwner | undefined;
  /** Changes with the owner. */
  readonly token: string;
  /** Changes with each sign of life. */
  readonly sign: string;
}

/** Locks of this process, for systems that do not tell when a process began: there its number alone may be an earlier one's. */
const mine = new Set<string>();

/** Who holds a lock; undefined where nobody does. */
function heldBy(file: string): Held | undefined {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return undefined;
  let owner: LockOwner | undefined;
  try {
    const found = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<LockOwner> | null;
    if (/^[0-9a-f]{16}$/.test(found?.token ?? '')) owner = found as LockOwner;
  } catch {
    if (!fs.existsSync(file)) return undefined;
  }
  const token = owner?.token ?? `unreadable-${stat.size}`;
  return { owner, token, sign: `${token} ${stat.mtimeMs}` };
}

/** The owner of a lock, as far as the file tells; undefined where nobody holds it. */
export const lockOwner = (file: string): LockOwner | undefined => heldBy(file)?.owner;

/** Whether the owner is known to have ended. Of another machine that is never known. */
function hasEnded({ owner }: Held): boolean {
  if (!owner || !isHere(owner)) return false;
  if (owner.pid === process.pid && owner.born === null) return !mine.has(owner.token);
  return !isAlive(owner.pid, owner.born);
}

/** Give a file a second name. @returns whether the name was free */
function appear(part: string, file: string): boolean {
  try {
    fs.linkSync(part, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code ?? '')) throw error;
  }
  // A file system without links. For a moment the file is there and empty: who reads it then waits for a sign of life.
  try {
    fs.writeFileSync(file, fs.readFileSync(part), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Second locks of owners before this one: nothing can come of them any more. */
function removeGuards(file: string): void {
  const [folder, base] = [path.dirname(file), path.basename(file)];
  for (const name of fs.readdirSync(folder))
    if (name.startsWith(`${base}.`) && name.endsWith('.guard')) fs.rmSync(path.join(folder, name), { force: true });
}

function lockOf(file: string, owner: LockOwner): Lock {
  mine.add(owner.token);
  const release = (): void => {
    mine.delete(owner.token);
    if (lockOwner(file)?.token === owner.token) discard(file);
  };
  return { file, owner, release };
}

/** The last sign of each lock that we wait for, and when we saw it by our own clock. */
const watched = new Map<string, { readonly sign: string; readonly at: number }>();

/** Whether a lock has given no sign of life for too long, since we began to look. */
function isSilent(file: string, { sign }: Held, silenceMs: number): boolean {
  const last = watched.get(file);
  if (last?.sign === sign) return performance.now() - last.at > silenceMs;
  watched.set(file, { sign, at: performance.now() });
  return false;
}

/** Put our own lock into the place of one whose owner is gone. @returns whether it was still there to be replaced */
function replace(file: string, part: string, { gone, silenceMs }: { gone: Held; silenceMs: number }): boolean {
  const guard = tryLock(`${file}.${gone.token}.guard`, silenceMs);
  if (!guard) return false;
  try {
    if (heldBy(file)?.token !== gone.token) return false;
    fs.renameSync(part, file);
    return true;
  } finally {
    guard.release();
  }
}

/** An owner that works for long gives a sign of life far more often (`keepAlive`). */
export const SILENCE_MS = 120_000;

/**
 * Take a lock where it is free or its owner is gone.
 *
 * @param silenceMs as in `LockOptions`, counted from the first time that this process saw the lock
 * @returns undefined where another process holds it
 * @throws FileError where the folder cannot be written
 */
export function tryLock(file: string, silenceMs = SILENCE_MS): Lock | undefined {
  const held = heldBy(file);
  if (held && !hasEnded(held) && !isSilent(file, held, silenceMs)) return undefined;
  const owner = { ...thisProcess(), since: new Date().toISOString(), token: randomBytes(8).toString('hex') };
  removeLeftPartsOnce(path.dirname(file));
  const part = partOf(file);
  try {
    fs.writeFileSync(part, `${JSON.stringify(owner)}\n`, { flag: 'wx' });
    const got = held ? replace(file, part, { gone: held, silenceMs }) : appear(part, file);
    if (!got) return undefined;
    removeGuards(file);
    watched.delete(file);
    return lockOf(file, owner);
  } catch (error) {
    throw explained(error, file);
  } finally {
    discard(part);
  }
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told once who holds the lock, where it has to be waited for. */
  readonly onWait?: ((owner: LockOwner | undefined) => void) | undefined;
  /** Milliseconds between two looks. */
  readonly pollMs?: number | undefined;
  /** Milliseconds without a sign of life after which the lock of another machine is taken over, by this process' own clock. */
  readonly silenceMs?: number | undefined;
}

/** Take a lock; wait for it where another process holds it. @throws the signal's reason; FileError as `tryLock` */
export async function takeLock(file: string, options: LockOptions = {}): Promise<Lock> {
  const { signal, onWait, pollMs = 100, silenceMs } = options;
  for (let told = false; ;) {
    signal?.throwIfAborted();
    const lock = tryLock(file, silenceMs);
    if (lock) return lock;
    const held = heldBy(file);
    if (held && !hasEnded(held) && !told) {
      told = true;
      onWait?.(held.owner);
    }
    await sleep(held ? pollMs : 1, undefined, signal && { signal });
  }
}

/** Do something that no two processes may do to a file at a time; its lock lies beside it. */
export async function withLock<T>(file: string, work: () => T | Promise<T>, options: LockOptions = {}): Promise<T> {
  const lock = await takeLock(`${file}.lock`, options);
  try {
    return await work();
  } finally {
    lock.release();
  }
}
