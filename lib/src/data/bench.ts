import { setImmediate as pause } from 'node:timers/promises';
import { batchIndices, epochOrder } from './batches';
import { imageMemory } from './memory';
import type { PixelOptions } from './pixels';
import { prefetch } from './prefetch';
import { decodesAtATime, startReader } from './thread';
import { sumWaiting, timed, waitingShare, type Waiting } from './waiting';

/** What to measure. */
export interface BenchInputOptions extends PixelOptions {
  readonly files: readonly string[];
  /** Images a batch. */
  readonly batch: number;
  /** Images decoded at a time; default: as in training. */
  readonly concurrency?: number;
  /** Passes over the files, each in an order of its own; default 1. */
  readonly epochs?: number;
  /** Bytes that decoded images may take; default: `imageMemory()`. With one epoch nothing is read twice, so it does not matter. */
  readonly memory?: number;
  /** How long each step holds the main thread, as a training step does; default 0: the images are only read. */
  readonly stepMilliseconds?: number;
  /** Batches read ahead; default 2, as in training. */
  readonly ahead?: number;
}

/** What was measured, from the start of the reading thread to the last batch. */
export interface BenchInput {
  readonly images: number;
  readonly milliseconds: number;
  readonly imagesPerSecond: number;
  /** Share of the time in which a step had no images, without the first batch, which nothing can be read ahead of. */
  readonly waitingShare: number;
}

/** Sleeps, and with it the thread's event loop: what a step on another device does to it. */
const hold = (milliseconds: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/**
 * Measures how fast images are decoded and resized by the reader that training streams from, and how long a step of a given length
 * would wait for them.
 *
 * @throws Error where an image cannot be decoded
 */
export async function benchInput(options: BenchInputOptions): Promise<BenchInput> {
  const { files, size, fit, batch, epochs = 1, memory = imageMemory(), stepMilliseconds = 0 } = options;
  const concurrency = options.concurrency ?? decodesAtATime();
  const batches = Array.from({ length: epochs }, (_, e) => batchIndices(epochOrder(files.length, 1, e + 1), batch));
  const asked = batches.flat();
  const begin = performance.now();
  const reader = startReader({ files, size, fit, memory, concurrency });
  const make = (index: number, signal: AbortSignal) => reader.read(asked[index] as Int32Array, signal);
  const waits: Waiting[] = [];
  try {
    const inputs = prefetch(make, options.ahead ?? 2, { count: asked.length });
    for await (const read of timed(inputs, (wait) => waits.push(wait))) {
      if ('failed' in read) throw new Error(`benchInput: ${[...read.failed.values()].join('; ')}`);
      if (stepMilliseconds > 0) hold(stepMilliseconds);
      await pause();
    }
  } finally {
    await reader.close();
  }
  const milliseconds = performance.now() - begin;
  const images = files.length * epochs;
  return {
    ...{ images, milliseconds, imagesPerSecond: (1000 * images) / milliseconds },
    waitingShare: waitingShare(sumWaiting(waits.slice(1))),
  };
}
