/** What a test does to a program that writes files: which of its calls of the file system is hit, and how. */

/**
 * - `kill`: the process ends (SIGKILL) in the place of the call
 * - `half`: of a call that writes, half is written; then the process ends. Other calls: as `kill`
 * - an error's code: the call fails with it, and so does every later one that the state of the disk would fail
 * - `once`: the call alone fails, as on a disk that is full for a moment
 */
export type How = 'kill' | 'half' | 'ENOSPC' | 'EROFS' | 'EACCES' | 'once';

export interface Fault {
  /** Calls on files below this folder count. */
  readonly root: string;
  /** Each call of any of the program's processes is a line of this file, `LINE` bytes long: so all of them count together. */
  readonly trace: string;
  /** Only calls whose name and file match this regular expression count: `write .*record\.json`. Default: all. */
  readonly match?: string;
  /** The call that is hit, from 1; 0 hits none. */
  readonly at: number;
  readonly how: How;
  /** Who ends: the process that makes the call, or all of the program's processes. */
  readonly who: 'self' | 'all';
}

/** Bytes of a line of the trace. */
export const LINE = 200;

/** The environment variable that carries a `Fault`. */
export const VARIABLE = 'CSDNET_TEST_FAULT';
