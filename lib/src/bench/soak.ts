/** Many steps in one process: whether tensors or memory grow. */
import { median } from '../core/median';
import { startSubject } from './contestant';
import type { Setting } from './contestant';
import type { Timed, Usage } from './protocol';
import type { WorkerProcess } from './worker-process';

export const SOAK = { name: 'soak: 10000 steps of a small CSDNet recipe', steps: 10_000, quickSteps: 500 } as const;

export interface SoakResult {
  readonly steps: number;
  /** Steps before the first look: buffers and pools have their size by then. */
  readonly warm: number;
  /** After the warm steps, and after all. */
  readonly tensors: readonly [number, number];
  /** Bytes; null where the system does not say. */
  readonly resident: readonly [number | null, number | null];
  /** Growth of the resident memory between both looks in bytes, and as a share of the first. */
  readonly growth: number | null;
  readonly share: number | null;
  /** Of the median step. */
  readonly milliseconds: number;
}

/** Steps of a question: a stop is heard between two. */
const CHUNK = 250;

async function takeSteps(worker: WorkerProcess, count: number, signal?: AbortSignal): Promise<readonly number[]> {
  const times: number[] = [];
  while (times.length < count) {
    signal?.throwIfAborted();
    const iterations = Math.min(CHUNK, count - times.length);
    times.push(...(await worker.ask<Timed>({ call: 'time', iterations })).milliseconds);
  }
  return times;
}

/** Take steps and look at the process after a tenth of them, and after all. */
export async function soak(worker: WorkerProcess, steps: number, signal?: AbortSignal): Promise<SoakResult> {
  const warm = Math.ceil(steps / 10);
  await worker.ask({ call: 'soak' });
  await takeSteps(worker, warm, signal);
  const before = await worker.ask<Usage>({ call: 'usage' });
  const times = await takeSteps(worker, steps - warm, signal);
  const after = await worker.ask<Usage>({ call: 'usage' });
  const known = before.resident !== null && after.resident !== null;
  const growth = known ? after.resident - before.resident : null;
  return {
    ...{ steps, warm, milliseconds: median(times), tensors: [before.tensors, after.tensors] },
    ...{ resident: [before.resident, after.resident], growth },
    share: growth === null ? null : growth / before.resident!,
  };
}

/** The soak in a process of its own. */
export async function measureSoak(
  steps: number,
  { threads, signal }: Pick<Setting, 'threads'> & { readonly signal?: AbortSignal },
): Promise<SoakResult> {
  const worker = startSubject(threads, 'the soak');
  try {
    return await soak(worker, steps, signal);
  } finally {
    await worker.end();
  }
}
