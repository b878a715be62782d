import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { jobsOf, pngsOf, type Job } from './jobs';
import type { LeafSet } from './sets';

/** A drawing thread: draws its share of the set's images into a folder and reports each one. */

/** Share of one thread: jobs first, first + step, first + 2 step, ... */
export interface WorkerTask {
  readonly set: LeafSet;
  readonly seed: number;
  readonly folder: string;
  readonly first: number;
  readonly step: number;
}

/** Draws one job, size x size pixels, and writes its two files into a set's folder. */
export function writeJob(job: Job, folder: string, size: number): void {
  const { image, mask } = pngsOf(job, size);
  writeFileSync(join(folder, 'images', job.name), image);
  writeFileSync(join(folder, 'masks', job.name), mask);
}

function isTask(data: unknown): data is WorkerTask {
  return typeof data === 'object' && data !== null && 'folder' in data && 'first' in data && 'step' in data;
}

// This file is also imported for writeJob, possibly from a thread of someone else (a test runner's): only a task starts it.
if (!isMainThread && parentPort && isTask(workerData)) {
  const { set, seed, folder, first, step } = workerData;
  const own = jobsOf(set, seed).filter((_, index) => index % step === first);
  for (const job of own) {
    writeJob(job, folder, set.imageSize);
    parentPort.postMessage(job.name);
  }
}
