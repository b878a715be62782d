/** Reads damaged files in another process, and watches it: a crash, a hang or a hunger for memory ends that process and not ours. */
import { fork } from 'node:child_process';
import path from 'node:path';
import type { FuzzJob, FuzzMessage } from './process';

export interface FuzzLimits {
  /** Milliseconds that one file may take. */
  readonly hang: number;
  /** MB that the process may take, all in all. */
  readonly memory: number;
}

export interface FuzzReport {
  /** Files read and refused with an error for people. */
  readonly read: number;
  readonly refused: number;
  readonly peakMb: number;
  /** What must not happen, each with the number of its file. */
  readonly faults: readonly string[];
}

/** Enough to see what is wrong. */
const MOST_FAULTS = 5;
/** Milliseconds that the process may take to start. */
const START = 60_000;

/** Compiled: the child is a process without a test runner. */
const PROCESS = path.resolve(__dirname, '..', '..', '..', 'dist', 'testing', 'fuzz', 'process.js');

/** One process, until it is done, dies or is ended; `next` is the file after the last one begun. */
function oneProcess(job: FuzzJob, { hang, memory }: FuzzLimits): Promise<FuzzReport & { readonly next: number }> {
  return new Promise((resolve, reject) => {
    const execArgv = [`--max-old-space-size=${memory}`];
    const child = fork(PROCESS, { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const faults: string[] = [];
    let stderr = '';
    let [next, end] = [job.from, { read: 0, refused: 0, peakMb: 0 }];
    let done = false;
    let clock = setTimeout(() => child.kill('SIGKILL'), START);
    let hung = false;
    child.stderr!.on('data', (text: Buffer) => (stderr = (stderr + text.toString()).slice(-2000)));
    child.on('message', (message: FuzzMessage) => {
      if (message.kind === 'fault') faults.push(`file ${message.index}: ${message.text}`);
      if (message.kind === 'done') [end, done, next] = [message, true, job.to];
      clearTimeout(clock);
      if (message.kind !== 'at') return;
      next = message.index + 1;
      clock = setTimeout(() => {
        hung = true;
        child.kill('SIGKILL');
      }, hang);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(clock);
      if (!done && next === job.from) return reject(new Error(`the fuzzing process did not start: ${stderr}`));
      const ended = hung ? `no answer within ${hang} ms` : `the process ended (${signal ?? code}): ${stderr}`;
      if (!done) faults.push(`file ${next - 1}: ${ended}`);
      if (end.peakMb > memory) faults.push(`files to ${job.to}: ${end.peakMb.toFixed(0)} MB, more than ${memory}`);
      resolve({ ...end, faults, next });
    });
    child.send(job);
  });
}

/** Reads the damaged files of a job, in a new process after each that died. */
export async function fuzz(job: FuzzJob, limits: FuzzLimits): Promise<FuzzReport> {
  let report: FuzzReport = { read: 0, refused: 0, peakMb: 0, faults: [] };
  for (let from = job.from; from < job.to && report.faults.length < MOST_FAULTS;) {
    const { next, ...part } = await oneProcess({ ...job, from }, limits);
    report = {
      ...{ read: report.read + part.read, refused: report.refused + part.refused },
      ...{ peakMb: Math.max(report.peakMb, part.peakMb), faults: [...report.faults, ...part.faults] },
    };
    from = next;
  }
  return report;
}
