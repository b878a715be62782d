import { promises as fs } from 'node:fs';
import { readCache, writeCache, type CacheKey } from './cache';
import { decodeEach, undecodable, undecodableIn } from './decode-each';
import { throwIfAny } from './errors';
import { sha256 } from './fingerprint';
import { MAX_BYTES, pixelBytes } from './memory';
import { DECODER, checkSize, reasonOf, type Fit } from './pixels';
import { mapLimit } from './pool';
import type { Images, Progress, Sample, Split } from './types';

/** How to decode a split. */
export interface DecodeOptions {
  /** Side of the decoded images in pixels. */
  readonly size: number;
  /** 'cover' (default) cuts to the square around the centre, 'stretch' squeezes. */
  readonly fit?: Fit | undefined;
  /** Folder of cached pixels; without it nothing is cached. */
  readonly cacheDir?: string | undefined;
  /** Images decoded at a time; default 4. */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Counts decoded images; called once, with all of them, where the cache had them. */
  readonly onProgress?: Progress | undefined;
  /** Told where the cache could not be written (the images are returned all the same); default: a process warning. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** What the pixels are made from: names, sizes and times of the files, and the decoding; undefined where one is missing. */
async function cacheKey(split: Split, size: number, fit: Fit): Promise<CacheKey | undefined> {
  const stat = async ({ file, name }: Sample): Promise<readonly (string | bigint)[]> => {
    const { size: bytes, mtimeNs } = await fs.stat(file, { bigint: true });
    return [name, bytes, mtimeNs];
  };
  try {
    const rows = await mapLimit(split.samples, stat, { limit: 32 });
    return { key: sha256([DECODER, size, fit, ...rows.flat()]), count: rows.length, size };
  } catch {
    return undefined;
  }
}

async function decodeAll(split: Split, options: DecodeOptions & { readonly fit: Fit }): Promise<Uint8Array> {
  const { size, concurrency = 4 } = options;
  const data = new Uint8Array(pixelBytes(split.samples.length, size));
  const use = (at: number, pixels: Uint8Array): void => data.set(pixels, pixelBytes(at, size));
  const files = split.samples.map(({ file }) => file);
  const failed = await decodeEach(files, { ...options, concurrency, use });
  const problems = [...failed].map(([at, reason]) => undecodable(split, split.samples[at] as Sample, reason));
  throwIfAny(undecodableIn(split), problems);
  return data;
}

function checkOptions(split: Split, { size, concurrency = 4, fit = 'cover' }: DecodeOptions): void {
  checkSize(size);
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64) {
    throw new RangeError(`decodeSplit: concurrency is ${concurrency}; allowed: whole numbers 1..64.`);
  }
  if (fit !== 'cover' && fit !== 'stretch')
    throw new RangeError(`decodeSplit: fit is '${String(fit)}'; allowed: 'cover', 'stretch'.`);
  const bytes = pixelBytes(split.samples.length, size);
  if (bytes <= MAX_BYTES) return;
  const most = Math.floor(Math.sqrt(MAX_BYTES / split.samples.length / 3));
  throw new RangeError(
    `decodeSplit: ${split.samples.length} images of ${size} x ${size} take ${(bytes / 1e9).toFixed(1)} GB; allowed: ` +
      `${(MAX_BYTES / 1e9).toFixed(1)} GB. Choose a size up to ${most}, or read it by openImages, which needs no such buffer.`,
  );
}

async function store(cacheDir: string, key: CacheKey, data: Uint8Array, options: DecodeOptions): Promise<void> {
  try {
    await writeCache(cacheDir, key, data, options.signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    const warn = options.onWarning ?? ((message: string) => process.emitWarning(message));
    warn(
      `The decoded images could not be cached in ${cacheDir}: ${reasonOf(error)}. They will be decoded again next time.`,
    );
  }
}

/**
 * Decodes every image of a split into one array, [count, size, size, 3] RGB bytes (see `decodePixels` for the steps).
 * With `cacheDir` the pixels are kept in one file there, named after the names, sizes and times of the images and the
 * decoding; a cache file that is truncated, foreign or changed is not trusted but made anew.
 *
 * @throws DatasetError listing every image that cannot be decoded, with its line in the annotation; RangeError for a bad
 * option; the signal's reason where it is aborted.
 */
export async function decodeSplit(split: Split, options: DecodeOptions): Promise<Images> {
  checkOptions(split, options);
  const { size, fit = 'cover', cacheDir, signal, onProgress } = options;
  signal?.throwIfAborted();
  const count = split.samples.length;
  const key = cacheDir === undefined ? undefined : await cacheKey(split, size, fit);
  const cached = cacheDir === undefined || key === undefined ? undefined : await readCache(cacheDir, key);
  const data = cached ?? (await decodeAll(split, { ...options, fit }));
  if (cached !== undefined) onProgress?.(count, count);
  else if (cacheDir !== undefined && key !== undefined) await store(cacheDir, key, data, options);
  const labels = Int32Array.from(split.samples, (sample) => sample.label);
  return { count, size, data, labels, names: split.samples.map((sample) => sample.name) };
}
