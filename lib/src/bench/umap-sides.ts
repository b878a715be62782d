/** Maps: ours against umap-learn, whose process speaks the protocol of umap_peer.py. */
import fs from 'node:fs';
import path from 'node:path';
import { speaking, startSubject, engineEnvironment } from './contestant';
import type { Contestant, Given, Setting } from './contestant';
import type { Prepared, Trust } from './protocol';
import type { UmapWork } from './work';
import { startWorker } from './worker-process';

/** Measured in a process of ours, so that both maps are measured alike and neither side's memory holds it. */
async function trust({ size }: UmapWork, { file, threads }: Given, coordinates: readonly number[]): Promise<number> {
  const subject = startSubject(threads, 'the trustworthiness');
  try {
    return (await subject.ask<Trust>({ call: 'trust', file, size, coordinates })).value;
  } finally {
    await subject.end();
  }
}

/** What is compared of a map is how good it is: its coordinates are nobody else's. */
const judged = (engine: string, quality: number): Prepared => ({
  ...{ first: { values: [] }, second: { values: [] }, engine, quality },
});

function ours(work: UmapWork, given: Given): Contestant {
  const speaker = speaking(startSubject(given.threads), 'csdnet', work, given);
  return {
    ...speaker,
    async prepare() {
      const { engine, first } = await speaker.prepare();
      return judged(engine, await trust(work, given, first.values));
    },
  };
}

/** What umap_peer.py answers. */
interface Mapped {
  readonly milliseconds: number;
  /** A file of float32 numbers. */
  readonly coordinates: string;
  readonly engine: string;
}

/** umap-learn. @param measure for tests: how a map's trustworthiness is measured */
function theirs(work: UmapWork, given: Given, setting: Setting, measure = trust): Contestant {
  const { python, scripts, threads } = setting;
  const worker = startWorker({
    ...{ command: python!, args: [path.join(scripts, 'umap_peer.py')], label: 'umap-learn' },
    env: engineEnvironment(threads),
  });
  const { rows, size } = work;
  // With a seed it would compute on one thread.
  const request = { rows, size, file: given.file, neighbours: 15, min_dist: 0.1, seed: null };
  return {
    label: 'umap-learn',
    async prepare() {
      // The first map compiles numba's functions.
      const { engine, coordinates } = await worker.ask<Mapped>(request);
      const bytes = new Uint8Array(fs.readFileSync(coordinates));
      return judged(engine, await measure(work, given, Array.from(new Float32Array(bytes.buffer))));
    },
    async time(iterations) {
      const times: number[] = [];
      for (let i = 0; i < iterations; i++) times.push((await worker.ask<Mapped>(request)).milliseconds);
      return times;
    },
    peak: () => Promise.resolve(null),
    end: () => worker.end(),
  };
}

export const UMAP_SIDES = { ours, theirs };
