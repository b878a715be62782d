import { existsSync } from 'node:fs';
import path from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { createReader, type ReadPixels, type ReaderOptions } from './reader';
import { serve, type ReaderAnswer, type ReaderRequest, type ReaderTask } from './reader-thread';

// Beside this file once it is compiled; absent when the TypeScript sources are run directly, which then read in this thread.
const WORKER_FILE = path.join(__dirname, 'reader-thread.js');

/** A reader in a thread of its own, as this thread sees it. */
export interface RemoteReader {
  /** @throws what `PixelReader.read` throws; Error where the thread has ended */
  read(indices: Int32Array, signal?: AbortSignal): Promise<ReadPixels>;
  /** Ends the thread once what it decodes at the moment is done; what is still asked for fails. */
  close(): Promise<void>;
}

/**
 * Images decoded at a time: two for each thread of Node's pool, in which libvips works and whose size is set before Node starts, so that a
 * thread has the next image while the last one is handed on (7 % faster than one for each).
 */
export const decodesAtATime = (): number => 2 * (Number(process.env.UV_THREADPOOL_SIZE) || 4);

interface Asked {
  readonly resolve: (read: ReadPixels) => void;
  readonly reject: (error: Error) => void;
}

/** The two ends of a channel: a thread's, or one within this thread. */
function open(reader: ReaderOptions): Worker | MessagePort {
  const task: ReaderTask = { reader };
  if (existsSync(WORKER_FILE)) return new Worker(WORKER_FILE, { workerData: task });
  const { port1, port2 } = new MessageChannel();
  serve(port2, createReader(reader));
  port2.unref();
  return port1;
}

/**
 * Starts a reader in a thread of its own.
 *
 * Decoding one image is a chain of short tasks (stat, read, look at the format, decode), each begun by the event loop when the one before is
 * done. A training step holds the main thread's event loop for as long as it computes, so a chain that hangs there stands still: measured
 * with steps of 400 ms and batches that take 100 ms to decode, the step waited for all of these 100 ms, although libvips decodes in threads of
 * its own. Hence another thread with an event loop that nobody holds; it does little itself, libvips' threads do the work.
 *
 * The process does not stay alive for the thread, only for a batch that was asked for.
 */
export function startReader(options: ReaderOptions): RemoteReader {
  const port = open(options);
  const asked = new Map<number, Asked>();
  let ids = 0;
  let ended: Error | undefined;
  const say = (request: ReaderRequest): void => port.postMessage(request);
  const settle = (id: number): Asked | undefined => {
    const one = asked.get(id);
    asked.delete(id);
    if (asked.size === 0) port.unref();
    return one;
  };
  const end = (error: Error): void => {
    ended ??= error;
    for (const id of [...asked.keys()]) settle(id)?.reject(ended);
  };
  port.on('message', ({ id, read, error }: ReaderAnswer) => {
    const one = settle(id);
    if (read) one?.resolve(read);
    else one?.reject(error ?? new Error('The thread that decodes images gave no answer.'));
  });
  port.on('error', end);
  const closed = new Promise<void>((resolve) => port.once(port instanceof Worker ? 'exit' : 'close', () => resolve()));
  void closed.then(() => end(new Error('The thread that decodes images has ended.')));
  port.unref();

  function ask(indices: Int32Array): { readonly id: number; readonly answer: Promise<ReadPixels> } {
    const id = ids++;
    const answer = new Promise<ReadPixels>((resolve, reject) => asked.set(id, { resolve, reject }));
    port.ref();
    say({ kind: 'read', id, indices });
    return { id, answer };
  }
  return {
    async read(indices, signal) {
      signal?.throwIfAborted();
      if (ended) throw ended;
      const { id, answer } = ask(indices);
      const cancel = (): void => say({ kind: 'cancel', id });
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        return await answer;
      } finally {
        signal?.removeEventListener('abort', cancel);
        signal?.throwIfAborted(); // the thread knows that it was cancelled, but not why
      }
    },
    async close() {
      if (!ended) say({ kind: 'close' });
      port.ref();
      await closed;
    },
  };
}
