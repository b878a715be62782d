import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchIndices, epochOrder, gather } from './batches';
import type { Images } from './types';

const small = { seed: 11, numRuns: 100 };
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });

describe('epochOrder', () => {
  it('is a permutation, and a pure function of its arguments', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), seeds, fc.integer({ min: 0, max: 50 }), (count, seed, epoch) => {
        const order = epochOrder(count, seed, epoch);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
        expect(epochOrder(count, seed, epoch)).toEqual(order);
      }),
      small,
    );
  });

  it('differs between epochs and seeds', () => {
    const texts = [1, 2, 3].flatMap((seed) => [0, 1, 2].map((epoch) => epochOrder(50, seed, epoch).join()));
    expect(new Set(texts).size).toBe(9);
  });

  it('puts every image at every place equally often', () => {
    const runs = 3000;
    const counts = new Int32Array(16);
    for (let epoch = 0; epoch < runs; epoch++)
      epochOrder(4, 1, epoch).forEach((image, place) => counts[place * 4 + image]!++);
    // binomial(3000, 1/4): mean 750, standard deviation 23.7; five of them are allowed
    for (const count of counts) expect(Math.abs(count - runs / 4)).toBeLessThan(119);
  });

  it('refuses a count that is no whole number', () => {
    for (const count of [-1, 1.5, Number.NaN]) expect(() => epochOrder(count, 1, 0)).toThrow(/count is .*allowed/);
  });
});

describe('batchIndices', () => {
  it('loses and repeats nothing; as few batches as possible, of sizes that differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 30 }), (count, size) => {
        const order = epochOrder(count, 3, 0);
        const batches = batchIndices(order, size);
        expect(batches.flatMap((batch) => [...batch])).toEqual([...order]);
        expect(batches).toHaveLength(Math.ceil(count / size));
        const sizes = batches.map((batch) => batch.length);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
      small,
    );
    expect(batchIndices(epochOrder(25, 1, 0), 24).map((batch) => batch.length)).toEqual([13, 12]);
  });

  it('copies, and refuses a bad size', () => {
    const order = epochOrder(4, 1, 0);
    const [first] = batchIndices(order, 2);
    const kept = first?.[0];
    order.fill(9);
    expect(first?.[0]).toBe(kept);
    expect(() => batchIndices(order, 0)).toThrow(/batchSize is 0; allowed/);
    expect(batchIndices(new Int32Array(0), 4)).toEqual([]);
  });
});

describe('gather', () => {
  const images: Images = {
    count: 3,
    size: 2,
    data: Uint8Array.from({ length: 36 }, (_, index) => index),
    labels: Int32Array.of(5, 6, 7),
    names: ['a', 'b', 'c'],
  };

  it('copies rows and labels in the order asked for', () => {
    const { data, labels } = gather(images, [2, 0, 2]);
    expect([...labels]).toEqual([7, 5, 7]);
    expect([...data.subarray(0, 12)]).toEqual(Array.from({ length: 12 }, (_, index) => 24 + index));
    expect(data.subarray(24)).toEqual(data.subarray(0, 12));
    data.fill(0);
    expect(images.data[24]).toBe(24);
  });

  it('refuses an index that is not there', () => {
    for (const index of [-1, 3, 0.5, Number.NaN])
      expect(() => gather(images, [0, index])).toThrow(/at place 1; allowed: 0..2/);
  });
});
