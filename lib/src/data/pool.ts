import type { Progress } from './types';

/** How `mapLimit` runs: at most `limit` at a time; `signal` stops it between items. */
export interface PoolOptions {
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Progress | undefined;
}

/**
 * Maps `items` with an async function, at most `limit` at a time; results keep the order of the items.
 * The first rejection, or the signal's reason, stops new work, waits for the running work and is thrown.
 */
export async function mapLimit<In, Out>(
  items: readonly In[],
  map: (item: In, index: number) => Promise<Out>,
  { limit, signal, onProgress }: PoolOptions,
): Promise<readonly Out[]> {
  const results = new Array<Out>(items.length);
  let next = 0;
  let done = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      signal?.throwIfAborted();
      const index = next++;
      try {
        results[index] = await map(items[index] as In, index);
      } catch (error) {
        failed = true;
        throw error;
      }
      onProgress?.(++done, items.length);
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, worker);
  const settled = await Promise.allSettled(workers);
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  return results;
}
