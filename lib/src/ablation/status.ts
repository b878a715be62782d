/** Who is at work on a run: a file in its folder from the first step to the record, so that no two processes write there, and `csdnet runs` can tell. */
import fs from 'node:fs';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import type { Config } from '../config';
import { runFolder, statusFile } from './record';
import type { DatasetFacts } from './record';

export interface RunStatus {
  readonly host: string;
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
const SILENCE_SECONDS = 24 * 3600;

/** When a process began, in the kernel's ticks; null where there is no /proc. */
function bornOf(pid: number): string | null {
  try {
    // The name in brackets may hold spaces; the fields behind it do not. The start is field 22.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive(pid: number, born: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = bornOf(pid);
  return born === null || now === null || born === now;
}

/** Seconds since a file of the folder was written last. */
function silence(folder: string): number {
  const times = fs.readdirSync(folder).map((name) => fs.statSync(`${folder}/${name}`, { throwIfNoEntry: false }));
  return (new Date().getTime() - Math.max(0, ...times.map((one) => one?.mtimeMs ?? 0))) / 1000;
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
  if (status.host !== os.hostname()) return silence(runFolder(runs, id)) < SILENCE_SECONDS;
  return isAlive(status.pid, status.born);
}

/** Whether another process of this machine is at work on a run. One of another machine may have been moved here by its cluster: no one waits for it. */
function isTaken(runs: string, id: string): boolean {
  const status = readStatus(runs, id);
  return status?.host === os.hostname() && status.pid !== process.pid && isUnderWay(runs, id, status);
}

export interface ClaimOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: ((note: string) => void) | undefined;
  /** Milliseconds between two looks at a run that another process does. */
  readonly pollMs?: number;
}

export type RunFacts = Pick<RunStatus, 'config' | 'dataset' | 'started'>;

const write = (runs: string, id: string, status: RunStatus): void => {
  fs.mkdirSync(runFolder(runs, id), { recursive: true });
  writeFileAtomic.sync(statusFile(runs, id), `${JSON.stringify(status)}\n`);
};

/**
 * Take a run for this process. Where another process of this machine is at it, wait until that has ended.
 *
 * @throws the signal's reason
 */
export async function claimRun(
  runs: string,
  id: string,
  facts: RunFacts,
  { signal, onNote, pollMs = 2000 }: ClaimOptions = {},
): Promise<void> {
  if (isTaken(runs, id)) onNote?.(`Waits: process ${readStatus(runs, id)?.pid} is at work on this run.`);
  while (isTaken(runs, id)) await sleep(pollMs, undefined, signal && { signal });
  write(runs, id, { ...facts, host: os.hostname(), pid: process.pid, born: bornOf(process.pid), left: null });
}

/** Say why a run that this process has claimed is left before its end. */
export function leaveRun(runs: string, id: string, reason: string): void {
  const status = readStatus(runs, id);
  if (status?.pid === process.pid) write(runs, id, { ...status, pid: null, born: null, left: reason });
}

/** The run is done: its record says so. */
export const finishRun = (runs: string, id: string): void => fs.rmSync(statusFile(runs, id), { force: true });
