import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefetch } from './prefetch';

const tick = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

describe('prefetch', () => {
  it('yields every item in order, whatever the order they are ready in', async () => {
    const arbitrary = fc.tuple(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(arbitrary, async ([delays, depth]) => {
        let running = 0;
        const make = async (index: number): Promise<number> => {
          expect(++running).toBeLessThanOrEqual(depth);
          await tick(delays[index]);
          running--;
          return index;
        };
        const items = await collect(prefetch(make, depth, { count: delays.length }));
        expect(items).toEqual(delays.map((_, index) => index));
      }),
      { seed: 5, numRuns: 20 },
    );
  });

  it('makes the next item while the caller works on this one', async () => {
    const begun: number[] = [];
    const items = prefetch(async (index) => begun.push(index), 1, { count: 3 });
    await items.next();
    expect(begun).toEqual([0, 1]);
    await items.return();
  });

  it('throws a failed item at its place, waits for the others and begins no new one', async () => {
    const settled: number[] = [];
    const make = async (index: number): Promise<number> => {
      await tick(index === 1 ? 0 : 5);
      settled.push(index);
      if (index === 1) throw new Error('bad item');
      return index;
    };
    const got: number[] = [];
    await expect(
      (async () => {
        for await (const item of prefetch(make, 3, { count: 99 })) got.push(item);
      })(),
    ).rejects.toThrow('bad item');
    expect(got).toEqual([0]);
    expect(settled.sort()).toEqual([0, 1, 2, 3]);
  });

  it('is clean on an early return: the factory hears of it, nothing runs on', async () => {
    let aborted = 0;
    let running = 0;
    const make = async (index: number, signal: AbortSignal): Promise<number> => {
      running++;
      signal.addEventListener('abort', () => aborted++, { once: true });
      await tick(index === 0 ? 0 : 5);
      running--;
      return index;
    };
    for await (const item of prefetch(make, 2, { count: Infinity })) if (item === 0) break;
    expect([running, aborted > 0]).toEqual([0, true]);
  });

  it('ends with the reason of the signal', async () => {
    const control = new AbortController();
    const make = async (index: number): Promise<number> => {
      if (index === 2) control.abort(new Error('interrupted'));
      return index;
    };
    await expect(collect(prefetch(make, 1, { count: 9, signal: control.signal }))).rejects.toThrow('interrupted');
    await expect(collect(prefetch(make, 1, { count: 9, signal: control.signal }))).rejects.toThrow('interrupted');
  });

  it('turns a factory that throws at once into a rejection, and refuses bad options', async () => {
    const broken = (): Promise<number> => {
      throw new Error('at once');
    };
    await expect(collect(prefetch(broken, 2, { count: 3 }))).rejects.toThrow('at once');
    await expect(collect(prefetch(broken, 0, { count: 3 }))).rejects.toThrow(/depth is 0; allowed/);
    await expect(collect(prefetch(broken, 1, { count: Number.NaN }))).rejects.toThrow(/count is NaN; allowed/);
  });
});
