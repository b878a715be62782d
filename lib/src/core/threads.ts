/** Threads of TensorFlow's library: it reads their number from the environment when it is loaded. */
import { availableParallelism } from 'node:os';

/** The environment that gives a process so many threads. */
export function threadEnvironment(threads: number): Readonly<Record<string, string>> {
  const count = String(threads);
  return { TF_NUM_INTRAOP_THREADS: count, TF_NUM_INTEROP_THREADS: count, OMP_NUM_THREADS: count };
}

/** Threads of one kernel in this process: as many as it was given, else all cores. */
export const kernelThreads = (): number => Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
