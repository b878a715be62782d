import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { explained, partOf, removeLeftParts } from '../../files';
import { jobsOf, textsOf } from './jobs';
import { LEAF_SETS, type LeafSet, type LeafSetName } from './sets';
import { writeJob, type WorkerTask } from './worker';

/** What to make and where. */
export interface MakeLeafOptions {
  readonly name: LeafSetName;
  /** Folder to create; it must not exist. */
  readonly root: string;
  /** A whole number; 1 is the published set. */
  readonly seed?: number;
  /** Threads besides this one; 0 draws in this thread. Default: one for each core, at most 8. */
  readonly workers?: number;
  /** Called after each image. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

interface Run {
  readonly task: Omit<WorkerTask, 'first' | 'step'>;
  readonly workers: number;
  readonly tick: () => void;
  readonly signal: AbortSignal | undefined;
}

// Beside this file once it is compiled; absent when the TypeScript sources are run directly, which then draw in-process.
const WORKER_FILE = join(__dirname, 'worker.js');

function checkOptions(name: string, { root, seed, workers }: Omit<MakeLeafOptions, 'name'>): void {
  if (seed !== undefined && !Number.isInteger(seed)) {
    throw new RangeError(`makeLeaf: seed is ${String(seed)}; give a whole number.`);
  }
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 0)) {
    throw new RangeError(`makeLeaf: workers is ${String(workers)}; give a whole number, 0 to draw in this thread.`);
  }
  if (existsSync(root)) {
    throw new Error(
      `makeLeaf: the folder ${resolve(root)} already exists; remove it to make ${name} again, or give another root.`,
    );
  }
}

async function drawHere({ task, tick, signal }: Run): Promise<void> {
  for (const job of jobsOf(task.set, task.seed)) {
    signal?.throwIfAborted();
    writeJob(job, task.folder, task.set.imageSize);
    tick();
    // Lets an interrupt be heard between two images.
    await setImmediate();
  }
}

function runWorker(run: Run, first: number, started: Worker[]): Promise<void> {
  return new Promise((done, fail) => {
    const workerData: WorkerTask = { ...run.task, first, step: run.workers };
    const worker = new Worker(WORKER_FILE, { workerData });
    started.push(worker);
    worker.on('message', run.tick);
    worker.on('error', fail);
    worker.on('exit', (code) =>
      code === 0 ? done() : fail(new Error(`makeLeaf: a drawing thread ended with code ${String(code)}.`)),
    );
  });
}

async function drawInWorkers(run: Run): Promise<void> {
  const started: Worker[] = [];
  const stopAll = (): Promise<unknown> => Promise.all(started.map((worker) => worker.terminate()));
  const onAbort = (): void => void stopAll();
  run.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.all(Array.from({ length: run.workers }, (_, first) => runWorker(run, first, started)));
  } catch (error) {
    await stopAll();
    run.signal?.throwIfAborted();
    throw error;
  } finally {
    run.signal?.removeEventListener('abort', onAbort);
  }
}

async function writeSet(partial: string, run: Run): Promise<void> {
  for (const folder of ['anno', 'images', 'masks']) await mkdir(join(partial, folder), { recursive: true });
  for (const [path, text] of textsOf(run.task.set, run.task.seed)) await writeFile(join(partial, path), text);
  await (run.workers > 0 && existsSync(WORKER_FILE) ? drawInWorkers(run) : drawHere(run));
  run.signal?.throwIfAborted();
}

/** Makes any set, also one that has no published name (the tests' small ones). See makeLeaf. */
export async function makeSet(set: LeafSet, options: Omit<MakeLeafOptions, 'name'>): Promise<void> {
  checkOptions(set.name, options);
  options.signal?.throwIfAborted();
  const { seed = 1, onProgress, signal } = options;
  const root = resolve(options.root);
  removeLeftParts(dirname(root));
  const partial = partOf(root);
  const total = jobsOf(set, seed).length;
  let done = 0;
  const tick = (): void => onProgress?.(++done, total);
  const workers = options.workers ?? Math.min(8, availableParallelism());
  try {
    await writeSet(partial, { task: { set, seed, folder: partial }, workers, tick, signal });
    await rename(partial, root);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw explained(error, root);
  }
}

/**
 * Makes a leaf data set in the Ultra-FGVC layout: anno/, images/, masks/, classes.txt, dataset.json.
 * It is written beside `root` and renamed at the end, so a folder at `root` is always whole; on failure or abort nothing
 * stays behind. The same name and seed give the same bytes on every machine. leaf80 takes about a minute on two cores.
 * Throws RangeError for options out of range, Error when `root` exists, and the signal's reason on abort.
 */
export async function makeLeaf(options: MakeLeafOptions): Promise<void> {
  const { name, ...rest } = options;
  if (!Object.hasOwn(LEAF_SETS, name)) {
    const names = Object.keys(LEAF_SETS).join(', ');
    throw new RangeError(`makeLeaf: no set is named ${JSON.stringify(name)}; give one of ${names}.`);
  }
  await makeSet(LEAF_SETS[name], rest);
}
