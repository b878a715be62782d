/** Those who are timed: an engine with a case, in a process of its own. */
import os from 'node:os';
import path from 'node:path';
import { threadEnvironment } from '../core/threads';
import type { Work } from './work';
import type { Peak, Prepared, Timed } from './protocol';
import { RECIPE } from './recipe';
import { startWorker } from './worker-process';
import type { WorkerProcess } from './worker-process';

export interface Contestant {
  readonly label: string;
  prepare(): Promise<Prepared>;
  /** Milliseconds of so many iterations. */
  time(iterations: number): Promise<readonly number[]>;
  /** Most resident memory in bytes since it was prepared; null where the system does not say. */
  peak(): Promise<number | null>;
  end(): Promise<void>;
}

export interface Setting {
  readonly threads: number;
  /** The Python that has PyTorch, or undefined: we run alone. */
  readonly python: string | undefined;
  /** Folder of `scripts/bench`. */
  readonly scripts: string;
}

type Environment = Readonly<Record<string, string>>;

/** The environment that gives any engine's process so many threads: libraries read theirs before they start. */
export const engineEnvironment = (threads: number): Environment => ({
  ...threadEnvironment(threads),
  ...{ MKL_NUM_THREADS: String(threads), NUMBA_NUM_THREADS: String(threads) },
});

/** A process of our side. */
export const startSubject = (threads: number, label = 'csdnet', env: Environment = {}): WorkerProcess =>
  startWorker({
    command: process.execPath,
    args: ['--expose-gc', path.join(__dirname, 'subject.js')],
    env: { ...engineEnvironment(threads), ...env },
    label,
  });

/** Write what both engines start from, in a process of its own: what it takes to draw the weights is nobody's peak. */
export async function writeFixture(work: Work, file: string): Promise<void> {
  const subject = startSubject(1, 'what the row starts from');
  try {
    await subject.ask({ call: 'author', work, file });
  } finally {
    await subject.end();
  }
}

export interface Given {
  /** The file, or the folder of images, that both engines start from. */
  readonly file: string;
  readonly threads: number;
}

/** Makes a side of a row. */
export type Make<W extends Work = Work> = (work: W, given: Given, setting: Setting) => Contestant;

/** A contestant that speaks protocol.ts. */
export function speaking(worker: WorkerProcess, label: string, work: Work, { file, threads }: Given): Contestant {
  return {
    label,
    prepare: () => worker.ask<Prepared>({ call: 'prepare', work, file, recipe: RECIPE, threads }),
    time: async (iterations) => (await worker.ask<Timed>({ call: 'time', iterations })).milliseconds,
    peak: async () => (await worker.ask<Peak>({ call: 'peak' })).bytes,
    end: () => worker.end(),
  };
}

export const allThreads = (): number => os.availableParallelism();
