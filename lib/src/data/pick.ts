import { checkIndices, labelsAt, readBatch } from './batches';
import type { ImageSource, ImageStream } from './types';

/**
 * Some images of a source, in the order of `positions`, as a source of its own. Nothing is copied: what it is asked for it reads through, so the parts
 * of a split (folds) share one decoding.
 *
 * @throws RangeError where a position is not 0..count-1; its `read` throws what reading the source throws
 */
export function pickImages(source: ImageSource, positions: readonly number[]): ImageStream {
  checkIndices('pickImages', positions, source);
  const list = {
    count: positions.length,
    size: source.size,
    labels: labelsAt(source, positions),
    names: positions.map((position) => source.names[position]!),
  };
  return {
    ...list,
    // An async function, so that a bad index rejects, as it does in every stream.
    async read(indices, signal) {
      checkIndices('read', indices, list);
      return readBatch(
        source,
        Int32Array.from(indices, (index) => positions[index]!),
        signal,
      );
    },
  };
}
