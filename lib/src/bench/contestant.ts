/** Those who are timed: an engine with a case, in a process of its own. */
import os from 'node:os';
import path from 'node:path';
import type { Work } from './cases';
import type { Peak, Prepared, Timed } from './protocol';
import { RECIPE } from './recipe';
import { startWorker } from './worker-process';
import type { WorkerOptions, WorkerProcess } from './worker-process';

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

/** The environment that gives a process so many threads: both libraries read theirs before they start. */
export function threadEnvironment(threads: number): Readonly<Record<string, string>> {
  const count = String(threads);
  return {
    ...{ TF_NUM_INTRAOP_THREADS: count, TF_NUM_INTEROP_THREADS: count },
    ...{ OMP_NUM_THREADS: count, MKL_NUM_THREADS: count },
  };
}

/** A process of our side. */
export const startSubject = (threads: number, label = 'csdnet'): WorkerProcess =>
  startWorker({
    command: process.execPath,
    args: ['--expose-gc', path.join(__dirname, 'subject.js')],
    env: threadEnvironment(threads),
    label,
  });

/** Write the file that both engines start from, in a process of its own: what it takes to draw the weights is nobody's peak. */
export async function writeFixture(work: Work, file: string): Promise<void> {
  const subject = startSubject(1, 'the file of weights');
  try {
    await subject.ask({ call: 'author', work, file });
  } finally {
    await subject.end();
  }
}

/** A contestant that speaks protocol.ts. */
function speaking(worker: WorkerProcess, label: string, work: Work, { file, threads }: Given): Contestant {
  return {
    label,
    prepare: () => worker.ask<Prepared>({ call: 'prepare', work, file, recipe: RECIPE, threads }),
    time: async (iterations) => (await worker.ask<Timed>({ call: 'time', iterations })).milliseconds,
    peak: async () => (await worker.ask<Peak>({ call: 'peak' })).bytes,
    end: () => worker.end(),
  };
}

export interface Given {
  /** The file that both engines start from. */
  readonly file: string;
  readonly threads: number;
}

type Make = (work: Work, given: Given, setting: Setting) => Contestant;

/** How each side of a kind of work is started. */
interface Sides {
  readonly ours: Make;
  readonly theirs: Make;
}

const torchOptions = ({ python, scripts, threads }: Setting): WorkerOptions => ({
  ...{ command: python!, args: [path.join(scripts, 'peer.py')], label: 'PyTorch' },
  env: threadEnvironment(threads),
});

const AGAINST_TORCH: Sides = {
  ours: (work, given) => speaking(startSubject(given.threads), 'csdnet', work, given),
  theirs: (work, given, setting) => speaking(startWorker(torchOptions(setting)), 'PyTorch', work, given),
};

/** Every kind of work: a kind that is forgotten here does not compile. */
const SIDES: { readonly [K in Work['kind']]: Sides } = {
  step: AGAINST_TORCH,
  inference: AGAINST_TORCH,
  queue: AGAINST_TORCH,
};

export const ourContestant: Make = (work, given, setting) => SIDES[work.kind].ours(work, given, setting);
export const theirContestant: Make = (work, given, setting) => SIDES[work.kind].theirs(work, given, setting);

export const allThreads = (): number => os.availableParallelism();
