/** The process that reads damaged files: it says before each which one it is at, so that its parent knows what crashed or hung. */
import { promises as fs } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRng } from '../../core/rng';
import { mutate } from './mutate';
import { TARGETS } from './targets';

export interface FuzzJob {
  readonly target: string;
  readonly seed: number;
  /** Numbers of the damaged files: from, up to but without `to`. */
  readonly from: number;
  readonly to: number;
}

export type FuzzMessage =
  | { readonly kind: 'at'; readonly index: number }
  /** `text`: what was thrown instead of an error for people. */
  | { readonly kind: 'fault'; readonly index: number; readonly text: string }
  | { readonly kind: 'done'; readonly refused: number; readonly read: number; readonly peakMb: number };

/** Errors of the language itself: nobody chose their words. */
const INTERNAL = ['TypeError', 'ReferenceError', 'SyntaxError', 'EvalError', 'URIError'];

/** Why an error is none for people; undefined where it is one. */
function fault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const { name, message, stack } = error;
  const engine =
    error instanceof RangeError && /^(Invalid |offset |The value of |Maximum call|Array buffer)/.test(message);
  return INTERNAL.includes(name) || engine || message.trim() === '' ? (stack ?? name) : undefined;
}

const say = (message: FuzzMessage): void => void process.send!(message);

async function work({ target: name, seed, from, to }: FuzzJob): Promise<void> {
  const target = TARGETS.find((one) => one.name === name)!;
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'csdnet-fuzz-'));
  const fresh = (part: string): Promise<string> => fs.mkdtemp(path.join(root, `${part}-`));
  try {
    const seeds = await target.seeds(await fresh('seeds'));
    let [refused, read] = [0, 0];
    for (let index = from; index < to; index++) {
      const rng = createRng(seed, name, index);
      const bytes = mutate(seeds[rng.int(seeds.length)]!, rng);
      const folder = await fresh('read');
      say({ kind: 'at', index });
      try {
        await target.read(bytes, folder);
        read++;
      } catch (error) {
        refused++;
        const text = fault(error);
        if (text !== undefined) say({ kind: 'fault', index, text });
      }
      await fs.rm(folder, { recursive: true, force: true });
    }
    say({ kind: 'done', refused, read, peakMb: process.resourceUsage().maxRSS / 1024 });
  } finally {
    await fs.rm(root, { recursive: true, force: true });
  }
}

process.once('message', (job: FuzzJob) => {
  void work(job).then(() => process.disconnect());
});
