/** Which process wrote something, and whether it lives: numbers of processes are used again, and mean nothing on another machine. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';

export interface ProcessId {
  readonly host: string;
  /** The space that the number counts in: containers of one host have their own; null where there is but one. */
  readonly space: string | null;
  readonly pid: number;
  /** When the process began, in the kernel's ticks; null where that cannot be told. */
  readonly born: string | null;
}

interface ProcessState {
  readonly state: string;
  readonly born: string;
}

/** What the kernel says of a process; undefined where there is no /proc, or the process is not to be seen. */
function stateOf(pid: number): ProcessState | undefined {
  try {
    // The name in brackets may hold spaces; the fields behind it do not. The state is field 3, the start field 22.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0]!, born: fields[19]! };
  } catch {
    return undefined;
  }
}

export const bornOf = (pid: number): string | null => stateOf(pid)?.born ?? null;

function spaceOf(): string | null {
  try {
    return fs.readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

let own: ProcessId | undefined;
/** This process. */
export const thisProcess = (): ProcessId =>
  (own ??= { host: os.hostname(), space: spaceOf(), pid: process.pid, born: bornOf(process.pid) });

/** Whether a process of this machine lives. One that ended and that nobody has asked after yet (a zombie) does not. */
export function isAlive(pid: number, born: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = stateOf(pid);
  if (!now) return true;
  return !/[ZX]/.test(now.state) && (born === null || born === now.born);
}

/** Whether the number of a process means anything here. */
export const isHere = ({ host, space }: Pick<ProcessId, 'host' | 'space'>): boolean =>
  host === thisProcess().host && space === thisProcess().space;

/** Eight hex digits for the machine (and its container), for names of files. */
export const machineTag = (): string =>
  createHash('sha256').update(`${thisProcess().host} ${thisProcess().space}`).digest('hex').slice(0, 8);
