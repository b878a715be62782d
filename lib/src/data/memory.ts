import os from 'node:os';
import type { Split } from './types';

const MB = 1e6;

/** Largest buffer made at once, in bytes (Node 20 holds 4 GiB in one). */
export const MAX_BYTES = 4 * 1024 ** 3 - 1;

/** Bytes of `images` decoded images of `size` x `size` pixels. */
export const pixelBytes = (images: number, size: number): number => images * size * size * 3;

/** The machine's memory in bytes, or what the container or the job of a cluster may use of it. */
const machineMemory = (): number => Math.min(os.totalmem(), process.constrainedMemory() || Infinity);

/**
 * Bytes that the decoded images of one of `runs` runs at a time may take: `CSDNET_MEMORY` (in MB) for all of them, by default a quarter of
 * the machine's memory.
 *
 * @throws RangeError where CSDNET_MEMORY is no number above 0
 */
export function imageMemory(runs = 1): number {
  const given = process.env.CSDNET_MEMORY;
  if (given === undefined || given === '') return Math.floor(machineMemory() / 4 / runs);
  const megabytes = Number(given);
  if (megabytes > 0) return Math.floor((megabytes * MB) / runs);
  throw new RangeError(
    `CSDNET_MEMORY is '${given}'; allowed: a number of megabytes above 0 for decoded images, for example 4000.`,
  );
}

/** `CSDNET_MEMORY` for a process of its own that may use so many bytes. */
export const memorySetting = (bytes: number): string => String(bytes / MB);

/** Whether all images of some splits, decoded, stay within `memory` bytes, and each split within one buffer. */
export function fitsMemory(splits: readonly Split[], size: number, memory: number): boolean {
  const bytes = splits.map(({ samples }) => pixelBytes(samples.length, size));
  return bytes.every((one) => one <= MAX_BYTES) && bytes.reduce((sum, one) => sum + one, 0) <= memory;
}
