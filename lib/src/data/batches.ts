import { createRng } from '../core/rng';
import type { Batch, ImageList, ImageSource, Images } from './types';

/**
 * The order of one epoch: a permutation of 0..count-1 by Fisher-Yates. A pure function of its arguments, so a run that
 * is resumed at an epoch meets the images in the same order.
 */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`epochOrder: count is ${count}; allowed: whole numbers from 0.`);
  const rng = createRng(seed, 'epoch order', epoch);
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = rng.int(last + 1);
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
  return order;
}

/**
 * Cuts an order into as few batches of at most `batchSize` indices as possible (copies), whose sizes differ by one at most: 25 images in batches
 * of 24 are 13 and 12, not 24 and a single one whose noisy gradient would count as much.
 *
 * @throws RangeError where batchSize is not a whole number from 1
 */
export function batchIndices(order: Int32Array, batchSize: number): readonly Int32Array[] {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batchIndices: batchSize is ${batchSize}; allowed: whole numbers from 1.`);
  }
  return evenParts(order.length, Math.ceil(order.length / batchSize)).map(([from, to]) => order.slice(from, to));
}

/** 0..count cut into parts whose lengths differ by one at most, the longer ones first: [from, to) of each. */
export function evenParts(count: number, parts: number): readonly (readonly [number, number])[] {
  const [short, longer] = [Math.floor(count / parts), count % parts];
  const start = (part: number): number => part * short + Math.min(part, longer);
  return Array.from({ length: parts }, (_, part) => [start(part), start(part + 1)] as const);
}

/** Throws a RangeError where an index is not 0..count-1; `what` asks. */
export function checkIndices(what: string, indices: ArrayLike<number>, { count }: Pick<ImageList, 'count'>): void {
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row] as number;
    if (Number.isInteger(index) && index >= 0 && index < count) continue;
    throw new RangeError(`${what}: the index ${index} at place ${row}; allowed: 0..${count - 1}.`);
  }
}

/** The labels at `indices`. */
export const labelsAt = ({ labels }: Pick<ImageList, 'labels'>, indices: ArrayLike<number>): Int32Array =>
  Int32Array.from(indices, (index) => labels[index] as number);

/** The rows of `stride` bytes at some indices, one behind the other. */
export function gatherRows(data: Uint8Array, stride: number, indices: ArrayLike<number>): Uint8Array {
  const rows = new Uint8Array(indices.length * stride);
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row] as number;
    rows.set(data.subarray(index * stride, (index + 1) * stride), row * stride);
  }
  return rows;
}

/**
 * Copies the images at `indices` (repeats allowed) into one batch.
 *
 * @throws RangeError where an index is not 0..count-1.
 */
export function gather(images: Images, indices: ArrayLike<number>): Batch {
  checkIndices('gather', indices, images);
  return { data: gatherRows(images.data, images.size * images.size * 3, indices), labels: labelsAt(images, indices) };
}

/** The images at `indices` of either form of source. @throws what `gather` and `ImageStream.read` throw */
export async function readBatch(source: ImageSource, indices: ArrayLike<number>, signal?: AbortSignal): Promise<Batch> {
  return 'data' in source ? gather(source, indices) : source.read(indices, signal);
}
