import { isMainThread, parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createReader, type PixelReader, type ReadPixels, type ReaderOptions } from './reader';

/** What the main thread says: read a batch, no longer read it, or end. */
export type ReaderRequest =
  | { readonly kind: 'read'; readonly id: number; readonly indices: Int32Array }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'close' };

/** What it is told of each batch, once. */
export interface ReaderAnswer {
  readonly id: number;
  readonly read?: ReadPixels;
  readonly error?: Error;
}

/** A thread of pixels: what it is started with. */
export interface ReaderTask {
  readonly reader: ReaderOptions;
}

/** Answers requests that come through a port, until it is told to close; then closes the port once nothing runs any more. */
export function serve(port: MessagePort, reader: PixelReader): void {
  const underWay = new Map<number, { readonly stop: AbortController; readonly done: Promise<void> }>();
  async function answer(id: number, indices: Int32Array, signal: AbortSignal): Promise<void> {
    const said: ReaderAnswer = await reader.read(indices, signal).then(
      (read) => ({ id, read }),
      (error: Error) => ({ id, error }),
    );
    underWay.delete(id);
    // The batch's memory moves to the other thread; it is not copied.
    port.postMessage(said, said.read && 'data' in said.read ? [said.read.data.buffer as ArrayBuffer] : []);
  }
  async function close(): Promise<void> {
    for (const { stop } of underWay.values()) stop.abort(new Error('the reader is closed'));
    await Promise.all([...underWay.values()].map(({ done }) => done));
    port.close();
  }
  port.on('message', (request: ReaderRequest) => {
    if (request.kind === 'close') return void close();
    if (request.kind === 'cancel') return underWay.get(request.id)?.stop.abort(new Error('no longer wanted'));
    const { id, indices } = request;
    const stop = new AbortController();
    underWay.set(id, { stop, done: Promise.resolve().then(() => answer(id, indices, stop.signal)) });
  });
}

const isTask = (data: unknown): data is ReaderTask => typeof data === 'object' && data !== null && 'reader' in data;

// This file is also imported for `serve`, possibly from a thread of someone else (a test runner's): only a task starts it.
if (!isMainThread && parentPort && isTask(workerData)) serve(parentPort, createReader(workerData.reader));
