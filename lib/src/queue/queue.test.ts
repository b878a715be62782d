import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import { plain } from '../testing/close';
import { expectNoLeak } from '../testing/leak';
import { createQueue, disposeQueue, EMPTY, enqueue, restoreQueue } from './queue';
import type { Queue } from './queue';

const SIZE = 3;

/** Row number i is recognisable: its features are i, i + 0.25, i + 0.5, its label is i mod 5. */
const featuresOf = (i: number): number[] => [i, i + 0.25, i + 0.5];
const labelOf = (i: number): number => i % 5;

function push(queue: Queue, ids: readonly number[]): Queue {
  const features = tf.tensor2d(ids.flatMap(featuresOf), [ids.length, SIZE]);
  const labels = tf.tensor1d(ids.map(labelOf), 'int32');
  const next = enqueue(queue, features, labels);
  expect([features.isDisposed, labels.isDisposed]).toEqual([false, false]);
  tf.dispose([features, labels]);
  return next;
}

const contents = (queue: Queue) => ({
  features: plain(queue.features),
  labels: plain(queue.labels),
  filled: queue.filled,
});

/** The same from an array: empty rows first, then the last ids, oldest first. */
function model(length: number, ids: readonly number[]) {
  const kept = ids.slice(-length);
  const empty = length - kept.length;
  return {
    features: [...new Array<number>(empty * SIZE).fill(0), ...kept.flatMap(featuresOf)],
    labels: [...new Array<number>(empty).fill(EMPTY), ...kept.map(labelOf)],
    filled: kept.length,
  };
}

describe('queue', () => {
  it('equals an array of the last rows: random lengths, wraps, batches longer than the queue', () => {
    const batches = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), batches, (length, sizes) => {
        let queue = createQueue(length, SIZE);
        let ids: number[] = [];
        for (const size of sizes) {
          const batch = Array.from({ length: size }, (_, i) => ids.length + i + 1);
          queue = push(queue, batch);
          ids = [...ids, ...batch];
          expect(contents(queue)).toEqual(model(length, ids));
          expect([queue.features.shape, queue.labels.shape, queue.labels.dtype]).toEqual([
            [length, SIZE],
            [length],
            'int32',
          ]);
        }
        disposeQueue(queue);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('is restored from its rows', () => {
    const queue = push(createQueue(4, SIZE), [1, 2]);
    const { features, labels } = contents(queue);
    const back = restoreQueue(Float32Array.from(features), Int32Array.from(labels), SIZE);
    expect(contents(back)).toEqual(contents(queue));
    expect(() => restoreQueue(new Float32Array(5), new Int32Array(2), SIZE)).toThrow(
      'a queue of 2 rows of 3 needs 6 numbers, 5 were given',
    );
    [queue, back].forEach(disposeQueue);
  });

  it('throws the mend where a consumed queue is used again', () => {
    const old = createQueue(2, SIZE);
    const next = push(old, [1]);
    const mend = 'queue = enqueue(queue, ...)';
    const [x, y] = [tf.zeros([1, SIZE]) as Tensor2D, tf.zeros([1], 'int32') as Tensor1D];
    expect(() => old.features).toThrow(mend);
    expect(() => old.labels).toThrow(mend);
    expect(() => old.filled).toThrow(mend);
    expect(() => enqueue(old, x, y)).toThrow(mend);
    expect(() => disposeQueue(old)).toThrow(mend);
    tf.dispose([x, y]);
    disposeQueue(next);
    expect(() => next.filled).toThrow(mend);
  });

  it('is not consumed by a batch that does not fit it', () => {
    const queue = push(createQueue(4, SIZE), [1, 2]);
    const before = contents(queue);
    const wrong = [tf.zeros([2, SIZE + 1]) as Tensor2D, tf.zeros([2], 'int32') as Tensor1D] as const;
    const ragged = [tf.zeros([2, SIZE]) as Tensor2D, tf.zeros([3], 'int32') as Tensor1D] as const;
    expect(() => enqueue(queue, ...wrong)).toThrow();
    expect(() => enqueue(queue, ...ragged)).toThrow();
    expect(contents(queue)).toEqual(before);
    tf.dispose([...wrong, ...ragged]);
    disposeQueue(queue);
  });

  it('leaves nothing behind', () => {
    let queue = createQueue(5, SIZE);
    expectNoLeak(() => {
      queue = push(queue, [1, 2, 3]);
    });
    expectNoLeak(() => disposeQueue(push(createQueue(2, SIZE), [1, 2, 3, 4])));
    disposeQueue(queue);
  });
});
