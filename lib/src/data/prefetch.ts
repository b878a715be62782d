/** `count`: how many items there are (Infinity is allowed); `signal` ends the work with its reason. */
export interface PrefetchOptions {
  readonly count: number;
  readonly signal?: AbortSignal | undefined;
}

/** Makes item `index`; `signal` is aborted once nobody wants the item any more, and the factory should then settle soon. */
export type ItemFactory<T> = (index: number, signal: AbortSignal) => Promise<T>;

/**
 * Yields `factory(0)`, `factory(1)`, ... in order, while the next `depth` items (>= 1) are already being made: the
 * next batch is prepared while the step runs. Items are bytes and numbers; an await holds no tensor.
 *
 * On an early return, an abort or a failed item no new item is begun, the factory's signal is aborted and the items
 * under way are waited for, so nothing goes on behind the caller's back and no rejection is left unheard.
 *
 * @throws what the factory throws, at the place of that item; the signal's reason where it is aborted;
 * RangeError for a bad depth or count.
 */
export async function* prefetch<T>(
  factory: ItemFactory<T>,
  depth: number,
  { count, signal }: PrefetchOptions,
): AsyncGenerator<T, void, undefined> {
  if (!Number.isInteger(depth) || depth < 1)
    throw new RangeError(`prefetch: depth is ${depth}; allowed: whole numbers from 1.`);
  if (!(count >= 0)) throw new RangeError(`prefetch: count is ${count}; allowed: numbers from 0, or Infinity.`);
  signal?.throwIfAborted();
  const inner = new AbortController();
  const forward = (): void => inner.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  const pending: Promise<T>[] = [];
  let next = 0;
  const fill = (): void => {
    while (pending.length < depth && next < count) {
      const index = next++;
      const item = (async () => factory(index, inner.signal))();
      item.catch(() => undefined); // heard here; thrown below where the item is asked for
      pending.push(item);
    }
  };
  try {
    fill();
    while (pending.length > 0) {
      const item = await (pending[0] as Promise<T>);
      signal?.throwIfAborted();
      pending.shift();
      fill();
      yield item;
      signal?.throwIfAborted();
    }
  } finally {
    signal?.removeEventListener('abort', forward);
    inner.abort(new Error('prefetch: the item is no longer wanted'));
    await Promise.allSettled(pending);
  }
}
