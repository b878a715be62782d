import { checkIndices, labelsAt } from './batches';
import { decodeSplit, type DecodeOptions } from './decode';
import { undecodable, undecodableIn } from './decode-each';
import { throwIfAny } from './errors';
import { fitsMemory, imageMemory } from './memory';
import { checkSize } from './pixels';
import { decodesAtATime, startReader, type RemoteReader } from './thread';
import type { ImageSource, ImageStream, Sample, Split } from './types';

/** How to open splits. */
export interface OpenOptions extends DecodeOptions {
  /** Bytes that decoded images may take; default: `imageMemory()`. */
  readonly memory?: number | undefined;
}

/** Splits that can be read. */
export interface OpenImages {
  /** One for each split, in their order. */
  readonly sources: readonly ImageSource[];
  /** Whether images are decoded as they are read, since not all of them fit the memory. */
  readonly streamed: boolean;
  /** Ends what reads the images; to be called whatever happens. */
  close(): Promise<void>;
}

function streamOf(split: Split, size: number, first: number, reader: RemoteReader): ImageStream {
  const list = {
    count: split.samples.length,
    size,
    labels: Int32Array.from(split.samples, ({ label }) => label),
    names: split.samples.map(({ name }) => name),
  };
  return {
    ...list,
    async read(indices, signal) {
      checkIndices('read', indices, list);
      const read = await reader.read(
        Int32Array.from(indices, (index) => first + index),
        signal,
      );
      if ('data' in read) return { data: read.data, labels: labelsAt(list, indices) };
      const problems = [...read.failed].map(([row, reason]) =>
        undecodable(split, split.samples[indices[row] as number] as Sample, reason),
      );
      throwIfAny(undecodableIn(split), problems);
      throw new Error('a batch came back without pixels and without a reason');
    },
  };
}

/**
 * Opens the splits of a run. Where all their images fit `memory`, they are decoded now and held (`decodeSplit`, with its cache on disk);
 * else they are decoded as they are read, in a thread beside the training, and as many of them as fit are kept. Both forms give the same
 * bytes, so the choice changes no number of a run.
 *
 * In the second form at most `memory` bytes are held by the reader; the batches that it has handed out are their receiver's.
 *
 * @throws what `decodeSplit` throws
 */
export async function openImages(splits: readonly Split[], options: OpenOptions): Promise<OpenImages> {
  const { size, fit = 'cover', memory = imageMemory(), concurrency = decodesAtATime() } = options;
  checkSize(size);
  if (fitsMemory(splits, size, memory)) {
    const sources: ImageSource[] = [];
    for (const split of splits) sources.push(await decodeSplit(split, options));
    return { sources, streamed: false, close: () => Promise.resolve() };
  }
  const files = splits.flatMap(({ samples }) => samples.map(({ file }) => file));
  const reader = startReader({ files, size, fit, memory, concurrency });
  let first = 0;
  const sources = splits.map((split) => {
    const source = streamOf(split, size, first, reader);
    first += split.samples.length;
    return source;
  });
  return { sources, streamed: true, close: () => reader.close() };
}
