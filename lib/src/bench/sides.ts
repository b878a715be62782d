/** How each side of each kind of work is started. */
import path from 'node:path';
import { speaking, startSubject, engineEnvironment } from './contestant';
import type { Make, Setting } from './contestant';
import { INPUT_SIDES } from './input-sides';
import { UMAP_SIDES } from './umap-sides';
import type { Work } from './work';
import { startWorker } from './worker-process';
import type { WorkerOptions } from './worker-process';

/** Both sides of a kind of work. */
export interface Sides<W extends Work = Work> {
  readonly ours: Make<W>;
  readonly theirs: Make<W>;
}

const torchOptions = ({ python, scripts, threads }: Setting): WorkerOptions => ({
  ...{ command: python!, args: [path.join(scripts, 'peer.py')], label: 'PyTorch' },
  env: engineEnvironment(threads),
});

const AGAINST_TORCH: Sides = {
  ours: (work, given) => speaking(startSubject(given.threads), 'csdnet', work, given),
  theirs: (work, given, setting) => speaking(startWorker(torchOptions(setting)), 'PyTorch', work, given),
};

/** Every kind of work: a kind that is forgotten here does not compile. */
const SIDES: { readonly [K in Work['kind']]: Sides<Extract<Work, { kind: K }>> } = {
  step: AGAINST_TORCH,
  inference: AGAINST_TORCH,
  queue: AGAINST_TORCH,
  umap: UMAP_SIDES,
  input: INPUT_SIDES,
};

const sidesOf = ({ kind }: Work): Sides => SIDES[kind] as Sides;

export const ourContestant: Make = (work, given, setting) => sidesOf(work).ours(work, given, setting);
export const theirContestant: Make = (work, given, setting) => sidesOf(work).theirs(work, given, setting);
