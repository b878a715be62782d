/** Runs the epochs of a map: at once, or with breaks in which the process can hear a stop. */
import { setImmediate as pause } from 'node:timers/promises';
import type { MapControl } from './options';

/** Work that has been cut into epochs. */
export interface Epochs {
  readonly epochs: number;
  readonly run: (n: number) => void;
  /** [2n]: where the points are now. */
  readonly coordinates: () => Float32Array;
}

/** Work goes on for so long before other work of the process gets its turn. */
const BREAK_MS = 50;

/** All epochs at once. */
export function runAll({ epochs, run, coordinates }: Epochs): Float32Array {
  for (let n = 0; n < epochs; n++) run(n);
  return coordinates();
}

/**
 * All epochs, with a break about every 50 ms.
 *
 * @throws the signal's reason where it is aborted, between two epochs
 */
export async function runWithBreaks(work: Epochs, { onProgress, signal }: MapControl): Promise<Float32Array> {
  const { epochs, run, coordinates } = work;
  let since = performance.now();
  for (let n = 0; n < epochs; n++) {
    signal?.throwIfAborted();
    run(n);
    onProgress?.({ epoch: n + 1, epochs, share: (n + 1) / epochs, coordinates: coordinates() });
    if (performance.now() - since < BREAK_MS) continue;
    await pause();
    since = performance.now();
  }
  return coordinates();
}
