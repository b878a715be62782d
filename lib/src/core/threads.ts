/** Threads and devices of TensorFlow's library: it reads both from the environment when it is loaded. */
import { availableParallelism } from 'node:os';

/** The environment that gives a process so many threads. */
export function threadEnvironment(threads: number): Readonly<Record<string, string>> {
  const count = String(threads);
  return { TF_NUM_INTRAOP_THREADS: count, TF_NUM_INTEROP_THREADS: count, OMP_NUM_THREADS: count };
}

/**
 * The environment that gives a process one of the GPUs that CUDA_VISIBLE_DEVICES names, the lanes in turn. TensorFlow takes the memory of every GPU
 * that it sees and computes on the first, so that processes beside each other must not see the same. Where none or one is named, nothing changes.
 *
 * @param lane which of the processes that run at a time, from 0
 */
export function deviceEnvironment(
  lane: number,
  named = process.env.CUDA_VISIBLE_DEVICES,
): Readonly<Record<string, string>> {
  const devices = (named ?? '').split(',').map((device) => device.trim()).filter((device) => device !== ''); // prettier-ignore
  return devices.length < 2 ? {} : { CUDA_VISIBLE_DEVICES: devices[lane % devices.length]! };
}

/** Threads of one kernel in this process: as many as it was given, else all cores. */
export const kernelThreads = (): number => Number(process.env.TF_NUM_INTRAOP_THREADS) || availableParallelism();
