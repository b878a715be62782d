import { decodeEach, type DecodeEachOptions } from './decode-each';
import { pixelBytes } from './memory';
import { createPixelCache } from './pixel-cache';
import type { PixelOptions } from './pixels';

/** Which images to read, and how. Plain: it crosses to a thread. */
export interface ReaderOptions extends PixelOptions {
  readonly files: readonly string[];
  /** Bytes that decoded images may take here. */
  readonly memory: number;
  /** Images decoded at a time, at most. */
  readonly concurrency: number;
}

/** Pixels [n, size, size, 3] in a buffer of their own, or the places of `indices` that cannot be decoded, with the reason. */
export type ReadPixels = { readonly data: Uint8Array } | { readonly failed: ReadonlyMap<number, string> };

/** Reads batches of pixels, from memory where it has them. */
export interface PixelReader {
  /** @throws RangeError where the batch does not fit the memory; the signal's reason */
  read(indices: Int32Array, signal?: AbortSignal): Promise<ReadPixels>;
  /** Bytes of pixels held: what is cached, and the batch that is being put together. */
  held(): number;
}

function tooSmall(images: number, { size, memory }: ReaderOptions, needed: number): RangeError {
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return new RangeError(
    `A batch of ${images} images of ${size} x ${size} takes ${mb(needed)} MB while it is decoded; allowed: ${mb(memory)} MB ` +
      `(CSDNET_MEMORY, shared by the runs at a time). Choose a smaller training.batchSize or input.sourceSize, or allow more memory.`,
  );
}

/**
 * A reader that decodes what its cache lacks. Batches are read one after the other, in the order they are asked for, so that what is held
 * (the cache, one batch, and as many images as are decoded at a time) never exceeds `memory`.
 */
export function createReader(options: ReaderOptions): PixelReader {
  const { files, size, memory, concurrency } = options;
  /** Bytes of the batch under way, with the images that are being decoded for it. */
  let batch = 0;
  let last: Promise<unknown> = Promise.resolve();
  const cache = createPixelCache(memory);

  async function decodeMissing(
    indices: Int32Array,
    data: Uint8Array,
    how: Pick<DecodeEachOptions, 'concurrency' | 'signal'>,
  ) {
    const rows = new Map<number, number[]>();
    const place = (row: number, pixels: Uint8Array): void => data.set(pixels, pixelBytes(row, size));
    indices.forEach((index, row) => {
      const pixels = cache.get(index);
      if (pixels) place(row, pixels);
      else rows.set(index, [...(rows.get(index) ?? []), row]);
    });
    const missing = [...rows.keys()];
    const use = (at: number, pixels: Uint8Array): void => {
      const index = missing[at] as number;
      for (const row of rows.get(index) as number[]) place(row, pixels);
      if (cache.held() + batch + pixels.length <= memory) cache.put(index, pixels);
    };
    const failed = await decodeEach(missing.map((index) => files[index] as string), { ...options, ...how, use }); // prettier-ignore
    return new Map([...failed].map(([at, reason]) => [rows.get(missing[at] as number)![0]!, reason]));
  }

  async function readNow(indices: Int32Array, signal?: AbortSignal): Promise<ReadPixels> {
    signal?.throwIfAborted();
    const bytes = pixelBytes(indices.length, size);
    const atATime = Math.min(concurrency, indices.length, Math.floor((memory - bytes) / pixelBytes(1, size)));
    if (atATime < Math.min(1, indices.length)) throw tooSmall(indices.length, options, bytes + pixelBytes(1, size));
    batch = bytes + pixelBytes(atATime, size);
    cache.shrink(memory - batch);
    try {
      const data = new Uint8Array(bytes);
      const failed = await decodeMissing(indices, data, { concurrency: atATime, signal });
      signal?.throwIfAborted();
      return failed.size > 0 ? { failed } : { data };
    } finally {
      batch = 0;
    }
  }

  return {
    read(indices, signal) {
      const read = last.then(() => readNow(indices, signal));
      last = read.catch(() => undefined);
      return read;
    },
    held: () => cache.held() + batch,
  };
}
