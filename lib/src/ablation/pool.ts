/** Runs jobs in worker processes, a few at a time: one process a run, since a long process' memory grows. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { deviceEnvironment, threadEnvironment } from '../core/threads';
import { imageMemory, memorySetting } from '../data';
import type { Job, WorkerMessage } from './protocol';

export interface PoolOptions {
  /** Processes at a time. */
  readonly jobs: number;
  /** Threads of each. Results depend on this number (sums are split differently), so it is 1 unless the user says otherwise. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onStart?: (job: Job) => void;
  readonly onMessage?: (job: Job, message: WorkerMessage) => void;
}

export interface Failure {
  readonly job: Job;
  readonly text: string;
  /** Where its process was ended from outside, by a signal: the run itself may be sound. */
  readonly killed?: boolean;
}

const workerFile = path.join(__dirname, 'worker.js');

/** Threads of a process beside TensorFlow's, where images are read and decoded: its share of the cores, Node's own number at least. */
const poolThreads = (jobs: number): string => String(Math.max(4, Math.floor(os.availableParallelism() / jobs)));

/** What one of the processes at a time is started with. */
interface Lane extends PoolOptions {
  /** Which of them, from 0. */
  readonly lane: number;
}

function start({ threads, jobs, lane }: Lane): ChildProcess {
  const env = {
    UV_THREADPOOL_SIZE: poolThreads(jobs),
    ...process.env,
    ...threadEnvironment(threads),
    ...deviceEnvironment(lane),
    CSDNET_MEMORY: memorySetting(imageMemory(jobs)),
  };
  return fork(workerFile, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
}

/** Do one job in a process of its own; resolves to its failure, or to undefined. */
function runJob(job: Job, options: Lane): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const child = start(options);
    let last: WorkerMessage | undefined;
    let complaints = '';
    const stop = (): void => void child.kill('SIGTERM');
    options.signal?.addEventListener('abort', stop, { once: true });
    child.stderr?.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-4000)));
    child.on('message', (message: WorkerMessage) => {
      last = message;
      options.onMessage?.(job, message);
    });
    child.on('error', (error) => (complaints += error.message));
    child.on('close', (code, signal) => {
      options.signal?.removeEventListener('abort', stop);
      if (last?.kind === 'done' || last?.kind === 'stopped' || options.signal?.aborted) return resolve(undefined);
      if (last?.kind === 'failed') return resolve({ job, text: last.text });
      const how = signal ? `was ended by ${signal} (out of memory?)` : `ended with status ${code}`;
      const text = `the process ${how}. ${complaints.trim().split('\n').slice(-5).join('\n')}`.trim();
      resolve({ job, text, ...(signal && { killed: true }) });
    });
    options.onStart?.(job);
    child.send(job, (error) => error && child.kill());
  });
}

/**
 * Do all jobs, `options.jobs` at a time, in order. A job that fails does not stop the others.
 *
 * @returns the failures; empty where all went well or the signal stopped the pool
 */
export async function runJobs(jobs: readonly Job[], options: PoolOptions): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const waiting = [...jobs];
  const jobsAtATime = Math.min(options.jobs, jobs.length);
  const work = async (_: unknown, lane: number): Promise<void> => {
    for (let job = waiting.shift(); job && !options.signal?.aborted; job = waiting.shift()) {
      const failure = await runJob(job, { ...options, jobs: jobsAtATime, lane });
      if (failure) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: jobsAtATime }, work));
  return failures;
}
