/** What share of the time the steps of a run wait for their images. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LARGE_INPUT } from './cases';
import { startSubject, writeFixture } from './contestant';
import type { Setting } from './contestant';
import { readerEnvironment } from './input-sides';
import type { Waited } from './protocol';

export const WAITING = { name: `waiting: JPEG ${LARGE_INPUT.width} x ${LARGE_INPUT.height}`, usualStep: 300 } as const;

export interface WaitingResult {
  /** Milliseconds of a step. */
  readonly step: number;
  readonly side: number;
  readonly batch: number;
  /** Share of each pass. */
  readonly shares: readonly number[];
}

export interface WaitingOptions extends Pick<Setting, 'threads'> {
  /** Milliseconds of a step. */
  readonly step: number;
  readonly passes: number;
}

/** Read the larger of the benchmark's inputs beside steps that hold the thread for so long, and leave the processor free. */
export async function measureWaiting({ step, passes, threads }: WaitingOptions): Promise<WaitingResult> {
  const work = LARGE_INPUT;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-bench-'));
  const subject = startSubject(threads, 'the reader', readerEnvironment(threads));
  try {
    const file = path.join(folder, 'images');
    await writeFixture(work, file);
    const { shares } = await subject.ask<Waited>({ call: 'wait', work, file, step, passes });
    return { step, side: work.side, batch: work.batch, shares };
  } finally {
    await subject.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
