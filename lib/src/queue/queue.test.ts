import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import { plain } from '../testing/close';
import { expectNoLeak } from '../testing/leak';
import { createQueue, disposeQueue, EMPTY, enqueue, restoreQueue, UNKNOWN } from './queue';
import type { Queue } from './queue';

const SIZE = 3;

/** Row number i is recognisable: its features are i, i + 0.25, i + 0.5, its label is i mod 5, and it came from image 7 i mod 11. */
const featuresOf = (i: number): number[] => [i, i + 0.25, i + 0.5];
const labelOf = (i: number): number => i % 5;
const sampleOf = (i: number): number => (7 * i) % 11;

function push(queue: Queue, ids: readonly number[], told = true): Queue {
  const features = tf.tensor2d(ids.flatMap(featuresOf), [ids.length, SIZE]);
  const labels = tf.tensor1d(ids.map(labelOf), 'int32');
  const next = enqueue(queue, features, labels, ...(told ? [ids.map(sampleOf)] : []));
  expect([features.isDisposed, labels.isDisposed]).toEqual([false, false]);
  tf.dispose([features, labels]);
  return next;
}

const contents = (queue: Queue) => ({
  features: plain(queue.features),
  labels: plain(queue.labels),
  filled: queue.filled,
  entered: plain(queue.entered),
  samples: plain(queue.samples),
  enqueues: queue.enqueues,
});

interface Row {
  readonly id: number;
  /** Number of its batch, from 1. */
  readonly batch: number;
  readonly told: boolean;
}

/** The same from an array: empty rows first, then the last rows, oldest first. */
function model(length: number, rows: readonly Row[], enqueues: number) {
  const kept = rows.slice(-length);
  const before = <T>(value: T, each = 1): T[] => new Array<T>((length - kept.length) * each).fill(value);
  return {
    features: [...before(0, SIZE), ...kept.flatMap(({ id }) => featuresOf(id))],
    labels: [...before(EMPTY), ...kept.map(({ id }) => labelOf(id))],
    filled: kept.length,
    entered: [...before(0), ...kept.map(({ batch }) => batch)],
    samples: [...before(UNKNOWN), ...kept.map(({ id, told }) => (told ? sampleOf(id) : UNKNOWN))],
    enqueues,
  };
}

describe('queue', () => {
  const batches = fc.array(fc.record({ size: fc.integer({ min: 0, max: 12 }), told: fc.boolean() }), { maxLength: 8 });

  it('equals an array of the last rows: random lengths, wraps, batches longer than the queue, stored and restored', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), batches, fc.boolean(), (length, given, storing) => {
        let queue = createQueue(length, SIZE);
        let rows: Row[] = [];
        expect(contents(queue)).toEqual(model(length, [], 0));
        given.forEach(({ size, told }, i) => {
          const batch = Array.from({ length: size }, (_, j) => ({ id: rows.length + j + 1, batch: i + 1, told }));
          queue = push(
            queue,
            batch.map(({ id }) => id),
            told,
          );
          rows = [...rows, ...batch];
          expect(contents(queue)).toEqual(model(length, rows, i + 1));
          expect([queue.features.shape, queue.labels.shape, queue.labels.dtype]).toEqual([
            [length, SIZE],
            [length],
            'int32',
          ]);
          if (storing) queue = storedAndRestored(queue);
          expect(contents(queue)).toEqual(model(length, rows, i + 1));
        });
        disposeQueue(queue);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  /** The same queue from its plain numbers, as a checkpoint makes it. */
  function storedAndRestored(queue: Queue): Queue {
    const { features, labels, entered, samples, enqueues } = contents(queue);
    const history = { entered: Int32Array.from(entered), samples: Int32Array.from(samples), enqueues };
    disposeQueue(queue);
    return restoreQueue(Float32Array.from(features), Int32Array.from(labels), SIZE, history);
  }

  it('is restored from its rows alone: they then count as one batch of unknown images', () => {
    const queue = push(push(createQueue(4, SIZE), [1]), [2, 3]);
    const { features, labels, filled } = contents(queue);
    const back = restoreQueue(Float32Array.from(features), Int32Array.from(labels), SIZE);
    const told = { entered: [0, 1, 1, 1], samples: [-1, -1, -1, -1], enqueues: 1 };
    expect(contents(back)).toEqual({ features, labels, filled, ...told });
    const empty = restoreQueue(new Float32Array(6), new Int32Array(2).fill(EMPTY), SIZE);
    expect(contents(empty)).toEqual(model(2, [], 0));
    [queue, back, empty].forEach(disposeQueue);
  });

  it('is not restored from rows or a history that do not fit', () => {
    const labels = Int32Array.of(EMPTY, 4);
    const history = { entered: Int32Array.of(0, 3), samples: Int32Array.of(-1, 8), enqueues: 3 };
    const restore = (patch: Partial<typeof history>) => () =>
      restoreQueue(new Float32Array(6), labels, SIZE, { ...history, ...patch });
    expect(() => restoreQueue(new Float32Array(5), labels, SIZE)).toThrow(
      'a queue of 2 rows of 3 needs 6 numbers, 5 were given',
    );
    expect(restore({ samples: new Int32Array(3) })).toThrow(
      'a queue of 2 rows needs as many of entered (2) and samples (3)',
    );
    expect(restore({ entered: new Int32Array(1) })).toThrow('entered (1) and samples (2)');
    expect(restore({ enqueues: 2 })).toThrow('row 1 of a queue with label 4 entered at 3 of 2 batches');
    expect(restore({ entered: Int32Array.of(1, 3) })).toThrow('expected 1 to 3, and 0 for an empty row');
    expect(restore({ entered: Int32Array.of(0, 0) })).toThrow('row 1');
    disposeQueue(restore({})());
    expect(tf.memory().numTensors).toBe(0);
  });

  it('keeps its history when what it was restored from changes', () => {
    const history = { entered: Int32Array.of(2), samples: Int32Array.of(5), enqueues: 2 };
    const queue = restoreQueue(new Float32Array(SIZE), Int32Array.of(1), SIZE, history);
    history.entered[0] = 1;
    history.samples[0] = 6;
    expect([plain(queue.entered), plain(queue.samples)]).toEqual([[2], [5]]);
    disposeQueue(queue);
  });

  it('throws the mend where a consumed queue is used again', () => {
    const old = createQueue(2, SIZE);
    const next = push(old, [1]);
    const mend = 'queue = enqueue(queue, ...)';
    const [x, y] = [tf.zeros([1, SIZE]) as Tensor2D, tf.zeros([1], 'int32') as Tensor1D];
    expect(() => old.features).toThrow(mend);
    expect(() => old.labels).toThrow(mend);
    expect(() => old.filled).toThrow(mend);
    expect(() => old.entered).toThrow(mend);
    expect(() => old.samples).toThrow(mend);
    expect(() => old.enqueues).toThrow(mend);
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
    expect(() => enqueue(queue, ragged[0], wrong[1], [1])).toThrow('enqueue: 2 features with 1 samples');
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
