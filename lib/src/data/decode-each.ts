import { FORMATS, decodeWithSize, reasonOf, type PixelOptions } from './pixels';
import { mapLimit } from './pool';
import { problem } from './errors';
import type { Progress, Sample, Split } from './types';

/** How to decode some files. */
export interface DecodeEachOptions extends PixelOptions {
  /** Images at a time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Progress | undefined;
  /** Given the pixels of each file as they are there, [size, size, 3], and the size of the image as it is stored; `at` counts the files. */
  readonly use: (at: number, pixels: Uint8Array, stored: { readonly width: number; readonly height: number }) => void;
}

async function decodeSome(
  files: readonly string[],
  places: readonly number[],
  { size, fit, use, concurrency, signal, onProgress }: DecodeEachOptions,
): Promise<ReadonlyMap<number, string>> {
  const failed = new Map<number, string>();
  const decode = async (at: number): Promise<void> => {
    try {
      const { data, ...stored } = await decodeWithSize(files[at] as string, { size, fit });
      use(at, data, stored);
    } catch (error) {
      failed.set(at, reasonOf(error));
    }
  };
  await mapLimit(places, decode, { limit: concurrency, signal, onProgress });
  return failed;
}

/**
 * Decodes files. What failed is tried again, one image at a time: libvips keeps one list of messages for all its threads, so only an image
 * that is decoded alone gets its own reason.
 *
 * @returns the places of the files that cannot be decoded, rising, with the reason
 * @throws the signal's reason where it is aborted
 */
export async function decodeEach(
  files: readonly string[],
  options: DecodeEachOptions,
): Promise<ReadonlyMap<number, string>> {
  const first = await decodeSome(files, [...files.keys()], options);
  const again = [...first.keys()].sort((a, b) => a - b);
  return decodeSome(files, again, { ...options, concurrency: 1, onProgress: undefined });
}

/** 'anno/train.txt:12' where the line is known, else the split and the image's name. */
function placeOf(split: Split, { line, name }: Sample): string {
  return line === undefined || split.annotation === undefined
    ? `${split.name}, ${name}`
    : `${split.annotation}:${line}`;
}

/** The problem of a sample that cannot be decoded, as a sentence. */
export function undecodable(split: Split, sample: Sample, reason: string): string {
  return problem({
    at: placeOf(split, sample),
    given: `the image ${sample.file} cannot be decoded: ${reason}`,
    allowed: `complete images (${FORMATS.join(', ')})`,
    fix: 'fetch the image again, or take its line out',
  });
}

/** The heading of such problems. */
export const undecodableIn = ({ name }: Split): string => `The split '${name}' cannot be decoded`;
