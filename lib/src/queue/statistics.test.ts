import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import { expectClose, plain } from '../testing/close';
import { expectNoLeak } from '../testing/leak';
import { createQueue, disposeQueue, enqueue } from './queue';
import type { Queue } from './queue';
import { agesOf, driftByAge, filledRows, positivesPerAnchor, queueStatistics } from './statistics';

interface Batch {
  readonly labels: readonly number[];
  readonly samples?: readonly number[];
}

/** A queue after some batches; the features do not matter here. */
function queueAfter(length: number, batches: readonly Batch[]): Queue {
  let queue = createQueue(length, 2);
  for (const { labels, samples } of batches) {
    const [features, classes] = [tf.ones([labels.length, 2]) as Tensor2D, tf.tensor1d([...labels], 'int32')];
    queue = enqueue(queue, features, classes as Tensor1D, samples);
    tf.dispose([features, classes]);
  }
  return queue;
}

function withQueue<T>(length: number, batches: readonly Batch[], work: (queue: Queue) => T): T {
  const queue = queueAfter(length, batches);
  const result = work(queue);
  disposeQueue(queue);
  return result;
}

describe('queueStatistics', () => {
  const SETTING = { classes: 4, trainImages: 4 };
  const BATCHES: Batch[] = [
    { labels: [0, 1, 1], samples: [0, 1, 3] },
    { labels: [1, 3], samples: [1, 2] },
    { labels: [0, 1], samples: [0, 1] },
  ];

  it('counts by hand: a queue that is not full', () => {
    expect(withQueue(10, BATCHES, (queue) => queueStatistics(queue, SETTING))).toEqual({
      ...{ rows: 10, filled: 7, lengthInSets: 2.5, filledInSets: 1.75 },
      age: { mean: (2 + 2 + 2 + 1 + 1) / 7, median: 1, max: 2 },
      ...{ classesPresent: 3, coverage: 0.75, rowsPerClass: [2, 4, 0, 1] },
      // Images 0, 1, 2, 3 have 2, 3, 1, 1 rows.
      copiesPerImage: 7 / 4,
    });
  });

  it('counts by hand: a queue that has let the oldest rows go, and rows of unknown images', () => {
    const batches = [...BATCHES, { labels: [2, 2] }];
    expect(withQueue(4, batches, (queue) => queueStatistics(queue, SETTING))).toEqual({
      ...{ rows: 4, filled: 4, lengthInSets: 1, filledInSets: 1 },
      age: { mean: 0.5, median: 0.5, max: 1 },
      ...{ classesPresent: 3, coverage: 0.75, rowsPerClass: [1, 1, 2, 0] },
      copiesPerImage: 1,
    });
  });

  it('says of an empty queue that there is nothing', () => {
    expect(withQueue(6, [], (queue) => queueStatistics(queue, SETTING))).toEqual({
      ...{ rows: 6, filled: 0, lengthInSets: 1.5, filledInSets: 0, age: null },
      ...{ classesPresent: 0, coverage: 0, rowsPerClass: [0, 0, 0, 0], copiesPerImage: null },
    });
  });

  it('counts steps where a step brings two batches: both are of the same age', () => {
    withQueue(7, BATCHES, (queue) => {
      expect(agesOf(queue, filledRows(queue))).toEqual([2, 2, 2, 1, 1, 0, 0]);
    });
    const four = [...BATCHES, { labels: [2] }];
    withQueue(9, four, (queue) => {
      expect(agesOf(queue, filledRows(queue), 2)).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
      expect(queueStatistics(queue, { ...SETTING, batchesPerStep: 2 }).age).toEqual({ mean: 5 / 8, median: 1, max: 1 });
    });
  });

  it('equals counting over the rows that came in last, whatever they were', () => {
    const batch = fc
      .array(fc.nat(4), { maxLength: 6 })
      .map((labels) => ({ labels, samples: labels.map((y) => 2 * y) }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(batch, { maxLength: 6 }), (length, batches) => {
        const rows = batches.flatMap(({ labels }, i) =>
          labels.map((label) => ({ label, age: batches.length - 1 - i })),
        );
        const kept = rows.slice(-length);
        const found = withQueue(length, batches, (queue) => queueStatistics(queue, { classes: 5, trainImages: 9 }));
        const rowsPerClass = [0, 1, 2, 3, 4].map((y) => kept.filter(({ label }) => label === y).length);
        expect(found.rowsPerClass).toEqual(rowsPerClass);
        expect(found.filled).toBe(kept.length);
        expect(found.filledInSets * 9).toBeCloseTo(kept.length, 10);
        expect(found.coverage * 5).toBeCloseTo(new Set(kept.map(({ label }) => label)).size, 10);
        if (kept.length === 0) {
          expect([found.age, found.copiesPerImage]).toEqual([null, null]);
          return;
        }
        expect(found.age!.mean).toBeCloseTo(kept.reduce((sum, { age }) => sum + age, 0) / kept.length, 10);
        expect(found.age!.max).toBe(Math.max(...kept.map(({ age }) => age)));
        const below = kept.filter(({ age }) => age < found.age!.median).length;
        const above = kept.filter(({ age }) => age > found.age!.median).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(kept.length / 2);
        expect(found.copiesPerImage).toBe(kept.length / found.classesPresent);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('refuses counts that are none, and classes that are not there', () => {
    withQueue(3, BATCHES, (queue) => {
      expect(() => queueStatistics(queue, { classes: 0, trainImages: 4 })).toThrow('classes is 0');
      expect(() => queueStatistics(queue, { classes: 4, trainImages: 1.5 })).toThrow('trainImages is 1.5');
      expect(() => queueStatistics(queue, { ...SETTING, batchesPerStep: 0 })).toThrow('batchesPerStep is 0');
      expect(() => queueStatistics(queue, { ...SETTING, classes: 3 })).toThrow(
        'a row of the queue has class 3; allowed: 0..2',
      );
    });
  });

  it('leaves the queue as it was and nothing behind', () => {
    withQueue(5, BATCHES, (queue) => {
      const before = [plain(queue.labels), plain(queue.entered), plain(queue.samples)];
      expectNoLeak(() => {
        queueStatistics(queue, SETTING);
        positivesPerAnchor(queue, [0]);
      });
      expect([plain(queue.labels), plain(queue.entered), plain(queue.samples)]).toEqual(before);
    });
    expect(tf.memory().numTensors).toBe(0);
  });
});

describe('positivesPerAnchor', () => {
  it("counts the rows of each anchor's class, and no empty row", () => {
    const batches = [{ labels: [0, 1, 1, 2, 1] }];
    expect(withQueue(9, batches, (queue) => positivesPerAnchor(queue, [1, 0, 5, 1, 2]))).toEqual([3, 1, 0, 3, 1]);
    expect(withQueue(9, [], (queue) => positivesPerAnchor(queue, Int32Array.of(0, 1)))).toEqual([0, 0]);
    expect(withQueue(9, batches, (queue) => positivesPerAnchor(queue, []))).toEqual([]);
  });

  it('refuses what is no class', () => {
    withQueue(2, [], (queue) => {
      for (const label of [-1, 0.5, NaN]) {
        expect(() => positivesPerAnchor(queue, [label])).toThrow(`an anchor has class ${label}`);
      }
    });
  });
});

describe('driftByAge', () => {
  const rows = (...values: number[]): Float32Array => Float32Array.from(values);

  it('is 1 - cos, by hand, and does not change with the length of the rows', () => {
    const stale = { features: rows(1, 0, 0, 2, 3, 4, 5, 0), size: 2 };
    const fresh = rows(1, 0, 3, 0, 8, 6, -1, 0);
    const found = driftByAge(stale, fresh, [2, 0, 2, 1]);
    expect(found.map(({ age, count }) => [age, count])).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
    ]);
    // (3, 4) and (8, 6): 1 - 48 / 50
    expectClose(
      found.map(({ mean }) => mean),
      [1, 2, 0.02],
      1e-9,
    );
    expectClose(
      found.map(({ max }) => max),
      [1, 2, 0.04],
      1e-9,
    );
  });

  it('is 0 for rows that have not moved, and 1 for a row that is gone', () => {
    const rng = createRng(1, 'drift');
    const features = Float32Array.from({ length: 40 }, () => rng.normal());
    const still = driftByAge(
      { features, size: 8 },
      features.map((x) => x * 3),
      [0, 1, 2, 3, 4],
    );
    expect(still.every(({ mean, max }) => mean >= 0 && max < 1e-7)).toBe(true);
    expect(driftByAge({ features: rows(0, 0), size: 2 }, rows(1, 1), [0])).toEqual([
      { age: 0, mean: 1, max: 1, count: 1 },
    ]);
  });

  it('ignores the order of the rows', () => {
    const rng = createRng(2, 'drift');
    const draw = () => Array.from({ length: 6 }, () => [rng.normal(), rng.normal(), rng.normal()]);
    const [stale, fresh, ages] = [draw(), draw(), [0, 1, 1, 2, 0, 1]];
    const of = (order: readonly number[]) =>
      driftByAge(
        { features: rows(...order.flatMap((i) => stale[i]!)), size: 3 },
        rows(...order.flatMap((i) => fresh[i]!)),
        order.map((i) => ages[i]!),
      );
    const [straight, turned] = [of([0, 1, 2, 3, 4, 5]), of([5, 4, 3, 2, 1, 0])];
    expect(turned.map(({ age, max, count }) => [age, max, count])).toEqual(
      straight.map(({ age, max, count }) => [age, max, count]),
    );
    turned.forEach(({ mean }, i) => expect(mean).toBeCloseTo(straight[i]!.mean, 12));
  });

  it('is empty for no rows', () => {
    expect(driftByAge({ features: new Float32Array(0), size: 4 }, new Float32Array(0), [])).toEqual([]);
  });

  it('refuses sizes that do not fit, ages that are none and numbers that are not finite', () => {
    const stale = { features: rows(1, 0, 0, 1), size: 2 };
    expect(() => driftByAge(stale, rows(1, 0), [0, 0])).toThrow('4 stale and 2 fresh numbers for 2 ages');
    expect(() => driftByAge(stale, rows(1, 0, 0, 1), [0])).toThrow('expected rows of 2');
    expect(() => driftByAge({ ...stale, size: 0 }, rows(), [])).toThrow('driftByAge: size is 0');
    expect(() => driftByAge(stale, rows(1, 0, 0, 1), [0, -1])).toThrow('row 1 has age -1');
    expect(() => driftByAge(stale, rows(1, 0, NaN, 1), [0, 1])).toThrow('row 1 is not finite');
  });
});
