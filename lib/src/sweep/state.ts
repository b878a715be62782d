/** How far each run of a sweep is: its folder first, the queue for the rest. */
import type { RunState } from '../ablation/runs';
import { linesOfTask } from './array';
import type { QueuedTask } from './queue';

/** One array that was submitted; kept beside the manifest. */
export interface Submission {
  readonly job: string;
  readonly name: string;
  /** Array index i is task `offset + i`. */
  readonly offset: number;
  readonly perTask: number;
  readonly indices: readonly number[];
  readonly submitted: string;
}

export type SweepState = 'done' | 'under way' | 'queued' | 'stopped' | 'broken' | 'open';
export const SWEEP_STATES: readonly SweepState[] = ['done', 'under way', 'queued', 'stopped', 'broken', 'open'];

/** What is known of a run's files; `open` where it has none. */
export interface FileState {
  readonly state: RunState | 'open';
  /** Whether the machine that says so is another one, whose processes cannot be seen. */
  readonly elsewhere: boolean;
}

/** Whether a task in the queue is one of a submission. The name as well: numbers of jobs begin anew where a cluster is set up again. */
export const isOf = (task: QueuedTask, { job, name }: Submission): boolean => task.job === job && task.name === name;

/** Lines of the manifest (from 0) that are in the queue, with Slurm's word for their task. */
export function queuedLines(
  submissions: readonly Submission[],
  queue: readonly QueuedTask[],
  runs: number,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const task of queue) {
    const one = submissions.find((submission) => isOf(task, submission));
    if (!one || task.index === null) continue;
    for (const line of linesOfTask(one.offset + task.index, one.perTask, runs))
      if (found.get(line) !== 'RUNNING') found.set(line, task.state);
  }
  return found;
}

/** Lines that were ever submitted. */
export const submittedLines = (submissions: readonly Submission[], runs: number): ReadonlySet<number> =>
  new Set(
    submissions.flatMap(({ offset, perTask, indices }) =>
      indices.flatMap((index) => linesOfTask(offset + index, perTask, runs)),
    ),
  );

/** What the queue says of one run. */
export interface QueueFacts {
  /** Whether there is a queue that could be asked. */
  readonly known: boolean;
  readonly task: string | undefined;
  readonly submitted: boolean;
}

/**
 * The state of one run. Where files of another machine say that it is under way, and the queue that it was submitted to knows nothing of it,
 * its job was killed.
 */
export function sweepState({ state, elsewhere }: FileState, { known, task, submitted }: QueueFacts): SweepState {
  if (state === 'done') return 'done';
  if (state === 'under way') return elsewhere && submitted && known && task === undefined ? 'stopped' : 'under way';
  return task === undefined ? state : 'queued';
}

/** `done 7, open 3`: states that occur. */
export const countsText = (states: readonly SweepState[]): string =>
  SWEEP_STATES.map((state) => [state, states.filter((one) => one === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${state} ${count}`)
    .join(', ');

/** Times that a task may be queued again although it gained nothing. */
export const FRUITLESS_REQUEUES = 3;

/**
 * Whether a task that did not end its runs is worth another try: it gained an epoch or a run, or it has not been tried often. A run whose epoch
 * is longer than the time of its job thus ends, instead of coming back for ever.
 */
export const worthRequeue = (gained: boolean, restarts: number): boolean => gained || restarts < FRUITLESS_REQUEUES;
