/** `csdnet sweep status`: how far each run is, and what that was learnt from. */
import os from 'node:os';
import { runIds } from '../ablation/record';
import { readRun } from '../ablation/runs';
import { projectPaths } from '../project';
import { readJobs, readManifest } from '../sweep/files';
import type { Manifest } from '../sweep/manifest';
import type { QueuedTask } from '../sweep/queue';
import { askQueue } from '../sweep/slurm';
import { countsText, queuedLines, submittedLines, sweepState } from '../sweep/state';
import type { Submission, SweepState } from '../sweep/state';

export interface RunStanding {
  readonly id: string;
  readonly label: string;
  readonly state: SweepState;
  readonly epochs: number;
  /** Why it was left, or what is wrong with it. */
  readonly reason?: string | undefined;
}

/** The state of each run of a manifest, in its order. @param queue undefined where it could not be asked */
export function standings(
  { runs }: Manifest,
  submissions: readonly Submission[],
  queue: readonly QueuedTask[] | undefined,
): readonly RunStanding[] {
  const folder = projectPaths().runs;
  const there = new Set(runIds(folder));
  const queued = queuedLines(submissions, queue ?? [], runs.length);
  const submitted = submittedLines(submissions, runs.length);
  return runs.map(({ id, label }, line) => {
    const found = there.has(id) ? readRun(folder, id) : undefined;
    const elsewhere = found?.status !== undefined && found.status.host !== os.hostname();
    const facts = { known: queue !== undefined, task: queued.get(line), submitted: submitted.has(line) };
    const state = sweepState({ state: found?.state ?? 'open', elsewhere }, facts);
    return { id, label, state, epochs: found?.epochs ?? 0, reason: found?.reason };
  });
}

export interface StatusOptions {
  readonly runs: boolean;
  readonly json: boolean;
}

const lineOf = ({ id, label, state, epochs, reason }: RunStanding): string =>
  `  ${id}  ${state.padEnd(9)}  ${label}${epochs > 0 ? `, ${epochs} epochs` : ''}${reason === undefined ? '' : `: ${reason}`}`;

/** The queue where there were submissions and it answers, else why not. */
function queueOrReason(submissions: readonly Submission[]) {
  if (submissions.length === 0) return { reason: undefined, queue: undefined };
  try {
    return { queue: askQueue(), reason: undefined };
  } catch (error) {
    return { queue: undefined, reason: (error as Error).message };
  }
}

/** `csdnet sweep status`. */
export function status(file: string, { runs, json }: StatusOptions): void {
  const manifest = readManifest(file);
  const submissions = readJobs(file);
  const { queue, reason } = queueOrReason(submissions);
  const found = standings(manifest, submissions, queue);
  if (json) return console.log(JSON.stringify(found, null, 2));
  if (reason !== undefined) console.error(`The queue was not asked, files alone tell: ${reason}`);
  console.log(`${found.length} runs: ${countsText(found.map(({ state }) => state))}`);
  const shown = runs ? found : found.filter(({ state }) => state === 'stopped' || state === 'broken').slice(0, 20);
  for (const one of shown) console.log(lineOf(one));
}
