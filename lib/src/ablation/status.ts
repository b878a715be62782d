/** Who is at work on a run: a file in its folder from the first step to the record, so that no two processes write there, and `csdnet runs` can tell. */
import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../config';
import {
  explaining,
  isAlive,
  isHere,
  isPart,
  keepAlive,
  SILENCE_MS,
  takeLock,
  thisProcess,
  tryLock,
  writeWholeSync,
} from '../files';
import type { LockOwner } from '../files';
import { checkpointFile, lockFile, runFolder, statusFile } from './record';
import type { DatasetFacts } from './record';

export interface RunStatus {
  readonly host: string;
  /** The space that the process' number counts in (a container's); missing in older files. */
  readonly space?: string | null;
  /** The process at work; null where it has left the run. */
  readonly pid: number | null;
  /** When the process began, as its system counts it; null where that cannot be told. A number may be another process's after a restart. */
  readonly born: string | null;
  readonly started: string;
  /** Why the run was left: an error's message, or that it was stopped; null while it is under way. */
  readonly left: string | null;
  readonly config: Config;
  readonly dataset: DatasetFacts;
}

/** Seconds of silence after which a run on another machine, whose processes cannot be seen from here, counts as left. */
const SILENCE_SECONDS = 3600;

/** Seconds since a file of the folder was written last, by the clocks of two machines: in either direction, for a clock may have been set back. */
function silence(folder: string): number {
  const now = new Date().getTime();
  const ages = fs.readdirSync(folder).flatMap((name) => {
    const stat = fs.statSync(path.join(folder, name), { throwIfNoEntry: false });
    return stat ? [Math.abs(now - stat.mtimeMs) / 1000] : [];
  });
  return Math.min(Infinity, ...ages);
}

/** The status of a run; undefined where it has none, or one that cannot be read. */
export function readStatus(runs: string, id: string): RunStatus | undefined {
  try {
    const found = JSON.parse(fs.readFileSync(statusFile(runs, id), 'utf8')) as Partial<RunStatus> | null;
    return found?.config && found.dataset && found.host !== undefined ? (found as RunStatus) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process is at work on a run. Of another machine it is believed as long as its files move. */
export function isUnderWay(runs: string, id: string, status = readStatus(runs, id)): boolean {
  if (!status || status.pid === null) return false;
  // A status that says nothing of the space of its number is of an older version, which knew of none.
  const here = isHere({ space: thisProcess().space, ...status });
  return here ? isAlive(status.pid, status.born) : silence(runFolder(runs, id)) < SILENCE_SECONDS;
}

/** A run that this process has taken; no other writes in its folder until it is given back. */
export interface RunClaim {
  /** The run is left before its end: say why, and give it back. */
  leave(reason: string): void;
  /** The run is done, as its record says: remove what was needed on the way, and give it back. */
  finish(): void;
}

export interface ClaimOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: ((note: string) => void) | undefined;
  /** Milliseconds between two looks at a run that another process does. */
  readonly pollMs?: number;
  /** As of `LockOptions`. */
  readonly silenceMs?: number;
}

export type RunFacts = Pick<RunStatus, 'config' | 'dataset' | 'started'>;

function write(runs: string, id: string, status: RunStatus): void {
  writeWholeSync(statusFile(runs, id), `${JSON.stringify(status)}\n`);
}

/** What to tell of a run that has to be waited for. */
function waitText(owner: LockOwner | undefined, file: string, silenceMs: number): string {
  const silent = `It is taken over where that gives no sign of life for ${Math.ceil(silenceMs / 1000)} s.`;
  if (!owner) return `Waits: ${file} is held by a process that cannot be told. ${silent}`;
  const { host, pid, since } = owner;
  const who = isHere(owner) ? `process ${pid}` : `process ${pid} of ${host}`;
  return `Waits: ${who} is at work on this run since ${since}.${isHere(owner) ? '' : ` ${silent}`}`;
}

/** Remove what a run needs on its way and a killed process left. Only for who holds the lock. */
function sweepFolder(runs: string, id: string, names: readonly string[]): void {
  const folder = runFolder(runs, id);
  // Parts of locks are written by those who wait.
  const left = fs
    .readdirSync(folder)
    .filter((name) => isPart(name) && !name.startsWith(path.basename(lockFile('', id))));
  for (const name of [...left, ...names]) fs.rmSync(path.join(folder, name), { force: true });
}

const ON_THE_WAY = [checkpointFile, statusFile].map((fileOf) => path.basename(fileOf('', 'any')));

/**
 * Take a run for this process. Where another process is at it, wait until that has ended, or has left it.
 *
 * @throws the signal's reason; FileError where the folder cannot be written
 */
export async function claimRun(
  runs: string,
  id: string,
  facts: RunFacts,
  { signal, onNote, pollMs = 1000, silenceMs = SILENCE_MS }: ClaimOptions = {},
): Promise<RunClaim> {
  const file = lockFile(runs, id);
  explaining(file, () => fs.mkdirSync(runFolder(runs, id), { recursive: true }));
  const onWait = (owner: LockOwner | undefined): void => onNote?.(waitText(owner, file, silenceMs));
  const lock = await takeLock(file, { signal, onWait, pollMs, silenceMs });
  const quiet = keepAlive(file);
  const giveBack = (): void => {
    quiet();
    lock.release();
  };
  const { host, space, pid, born } = lock.owner;
  const status: RunStatus = { ...facts, host, space, pid, born, left: null };
  try {
    sweepFolder(runs, id, []);
    write(runs, id, status);
  } catch (error) {
    giveBack();
    throw error;
  }
  return { leave: (reason) => leave(runs, id, { status, reason, giveBack }), finish: () => finish(runs, id, giveBack) };
}

interface Leaving {
  readonly status: RunStatus;
  readonly reason: string;
  readonly giveBack: () => void;
}

function leave(runs: string, id: string, { status, reason, giveBack }: Leaving): void {
  try {
    // A run that was removed meanwhile stays so.
    if (fs.existsSync(runFolder(runs, id))) write(runs, id, { ...status, pid: null, born: null, left: reason });
  } catch {
    // A full disk: why the run was left is told by who left it, and its process will have ended.
  }
  giveBack();
}

function finish(runs: string, id: string, giveBack: () => void): void {
  try {
    sweepFolder(runs, id, ON_THE_WAY);
  } catch {
    // The record says that the run is done; `tidyRun` tries again.
  }
  giveBack();
}

/** Remove what a process left of a run that it had finished when it was killed; nothing where another is at it, or nothing can be removed. */
export function tidyRun(runs: string, id: string): void {
  const folder = runFolder(runs, id);
  try {
    const left = fs.readdirSync(folder).filter((name) => ON_THE_WAY.includes(name) || name === 'lock' || isPart(name));
    if (left.length === 0) return;
    const lock = tryLock(lockFile(runs, id));
    if (lock) finish(runs, id, () => lock.release());
  } catch {
    // What is left does no harm: the record says that the run is done.
  }
}
