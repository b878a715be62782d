/** Input: our reader against a DataLoader with PIL, whose process speaks the protocol of input_peer.py. */
import path from 'node:path';
import { speaking, startSubject, engineEnvironment } from './contestant';
import type { Contestant, Given, Setting } from './contestant';
import type { Prepared } from './protocol';
import type { InputWork } from './work';
import { startWorker } from './worker-process';

const ours = (work: InputWork, given: Given): Contestant =>
  speaking(startSubject(given.threads, 'csdnet', readerEnvironment(given.threads)), 'csdnet', work, given);

/** libvips decodes in the threads of Node's pool, as many images at a time as `decodesAtATime` makes of their number. */
export const readerEnvironment = (threads: number): Readonly<Record<string, string>> => ({
  UV_THREADPOOL_SIZE: String(threads),
});

/** What input_peer.py answers. */
interface Pass {
  readonly images: number;
  readonly milliseconds: number;
  readonly engine: string;
}

function theirs(work: InputWork, given: Given, { python, scripts, threads }: Setting): Contestant {
  const worker = startWorker({
    ...{ command: python!, args: [path.join(scripts, 'input_peer.py')], label: 'DataLoader' },
    env: engineEnvironment(threads),
  });
  const { side: size, batch } = work;
  const pass = () => worker.ask<Pass>({ folder: given.file, size, batch, workers: threads, fit: 'cover' });
  return {
    label: 'DataLoader',
    async prepare(): Promise<Prepared> {
      const { images, engine } = await pass();
      return { first: { values: [images] }, second: { values: [images] }, engine };
    },
    async time(iterations) {
      const times: number[] = [];
      for (let i = 0; i < iterations; i++) times.push((await pass()).milliseconds);
      return times;
    },
    // Its images are decoded in processes of their own, whose memory is not its own.
    peak: () => Promise.resolve(null),
    end: () => worker.end(),
  };
}

export const INPUT_SIDES = { ours, theirs };
