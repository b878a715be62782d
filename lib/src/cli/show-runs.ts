/** Runs in processes of their own, each with its bar: what `reproduce` and `sweep` do with the runs that are open. */
import { runJobs } from '../ablation/pool';
import type { Job } from '../ablation/protocol';
import type { Waiting } from '../data';
import type { ProjectPaths } from '../project';
import { calledCommand } from './options';
import { createProgress } from './progress';

/** A run that is to be done. */
export interface OpenRun extends Pick<Job, 'id' | 'config' | 'keepOutputs'> {
  /** For people. */
  readonly label: string;
}

export interface ShowOptions {
  readonly paths: ProjectPaths;
  readonly jobs: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Seconds between two checkpoints; the loop's own where left out. */
  readonly checkpointSeconds?: number;
  /** Expected seconds of each run, by its id. */
  readonly seconds: ReadonlyMap<string, number>;
  /** What is told of a run that is done; its label where left out. */
  readonly doneLine?: (id: string, label: string) => string;
}

/** Do runs, some at a time. @returns what failed, and how long each of the others waited for its images where that is known */
export async function showRuns(runs: readonly OpenRun[], options: ShowOptions) {
  const { paths, jobs, threads, signal, seconds, checkpointSeconds, doneLine = (_, label) => label } = options;
  const labels = new Map(runs.map(({ id, label }) => [id, label]));
  const total = [...seconds.values()].reduce((sum, s) => sum + s, 0);
  const progress = createProgress(total, runs.length);
  const place = { runs: paths.runs, cache: paths.cache, ...(checkpointSeconds !== undefined && { checkpointSeconds }) };
  const command = calledCommand();
  const list = runs.map(({ id, config, keepOutputs }) => ({
    ...{ id, config, keepOutputs, dataDir: paths.data, place, command },
  }));
  const waits: Waiting[] = [];
  const failures = await runJobs(list, {
    ...{ jobs, threads, signal },
    onStart: ({ id }) => progress.start(id, labels.get(id)!, seconds.get(id)!),
    onMessage: ({ id }, message) => {
      const label = labels.get(id)!;
      if (message.kind === 'step') progress.step(id, message.step, message.steps, message.loss);
      if (message.kind === 'note') progress.say(`${label}: ${message.text}`);
      if (message.kind === 'failed') progress.finish(id, `${label}: failed`);
      if (message.kind === 'done') {
        progress.finish(id, doneLine(id, label));
        if (message.waiting) waits.push(message.waiting);
      }
    },
  });
  progress.stop();
  return { failures, waits };
}
