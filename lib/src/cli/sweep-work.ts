/** The runs of a manifest, done on this machine: by `csdnet sweep run --on local`, or by a task of a job array. */
import { expectedSeconds } from '../ablation/plan';
import type { Failure } from '../ablation/pool';
import { readRecord, runId } from '../ablation/record';
import { readRun } from '../ablation/runs';
import { sourcesOf } from '../ablation/sources';
import { tidyRun } from '../ablation/status';
import type { Dataset } from '../data';
import { projectPaths } from '../project';
import { linesOfTask } from '../sweep/array';
import { readManifest } from '../sweep/files';
import type { Manifest, SweepRun } from '../sweep/manifest';
import { worthRequeue } from '../sweep/state';
import { stopOnSignals } from './options';
import { configOf } from './recipe';
import { showRuns } from './show-runs';
import { tableOptionsOf } from './sweep-plan';
import { datasetsOf, tableData } from './table-data';
import { warmCache } from './table-task';

/** The exit status of a task that asks to be queued again (EX_TEMPFAIL of sysexits.h); the job script knows it. */
export const AGAIN = 75;

export interface WorkOptions {
  readonly jobs: number;
  readonly checkpoint: number;
  readonly signal: AbortSignal;
}

/** @throws where a run's data or weights are no longer those that it was planned with */
function checkIdentity({ id, label, config, dataset: planned }: SweepRun, dataset: Dataset): void {
  const now = runId(config, sourcesOf(config, dataset));
  if (now === id) return;
  const what =
    dataset.fingerprint === planned.fingerprint
      ? 'its weight file is another here, or this version of csdnet names runs otherwise'
      : `the data in ${planned.place} are others here (fingerprint ${dataset.fingerprint.slice(0, 12)}, planned ${planned.fingerprint.slice(0, 12)})`;
  throw new Error(`Run ${id} (${label}) would be ${now}: ${what}. Plan the sweep again.`);
}

/** Do those of some runs that are not done. @returns what failed */
export async function doRuns(
  { head }: Manifest,
  runs: readonly SweepRun[],
  { jobs, checkpoint, signal }: WorkOptions,
): Promise<readonly Failure[]> {
  const paths = projectPaths();
  const done = new Set(runs.map(({ id }) => id).filter((id) => readRecord(paths.runs, id)));
  for (const id of done) tidyRun(paths.runs, id);
  const open = runs.filter(({ id }) => !done.has(id));
  if (open.length === 0) {
    console.error('Nothing to do: every run is done.');
    return [];
  }
  const full = configOf(tableOptionsOf(head.options));
  const data = await tableData(full);
  const datasets = new Map(datasetsOf(data).map((one) => [one.root, one]));
  const datasetFor = ({ dataset: { place } }: SweepRun): Dataset => datasets.get(place) ?? data.dataset;
  for (const run of open) checkIdentity(run, datasetFor(run));
  await warmCache({ ...data, full, paths }, Math.min(jobs, open.length));
  const { failures } = await showRuns(open, {
    ...{ paths, jobs, threads: head.options.threads, signal, checkpointSeconds: checkpoint },
    seconds: new Map(open.map((run) => [run.id, expectedSeconds(run.config, datasetFor(run), [])])),
  });
  const labels = new Map(open.map(({ id, label }) => [id, label]));
  for (const { job, text } of failures) console.error(`\nRun ${job.id} (${labels.get(job.id)}) failed: ${text}`);
  return failures;
}

/** `csdnet sweep run --on local`. @returns the exit status */
export async function runLocally(file: string, options: Omit<WorkOptions, 'signal'>): Promise<number> {
  const manifest = readManifest(file);
  const signal = stopOnSignals();
  const failures = await doRuns(manifest, manifest.runs, { ...options, signal });
  if (signal.aborted) console.error('\nStopped. What is done is kept: the same command goes on from there.');
  return signal.aborted ? 130 : failures.length > 0 ? 1 : 0;
}

export interface TaskOptions {
  readonly index: number;
  readonly offset: number;
  readonly runsATask: number;
  readonly checkpoint: number;
}

/** Epochs and finished runs so far: whether a task gained anything. */
function progressOf(runs: readonly SweepRun[]): number {
  const found = runs.map(({ id }) => readRun(projectPaths().runs, id));
  return found.reduce((sum, { epochs, state }) => sum + epochs + (state === 'done' ? 1 : 0), 0);
}

/**
 * `csdnet sweep task`: the runs of one task of a job array, one after the other.
 *
 * @returns the exit status: 0 done, 75 to be queued again (told to stop, or a process was killed), 1 failed
 */
export async function doTask(file: string, { index, offset, runsATask, checkpoint }: TaskOptions): Promise<number> {
  const manifest = readManifest(file);
  const lines = linesOfTask(offset + index, runsATask, manifest.runs.length);
  if (lines.length === 0)
    throw new Error(
      `${file} holds ${manifest.runs.length} runs: there is no task ${offset + index} of ${runsATask} each`,
    );
  const runs = lines.map((line) => manifest.runs[line]!);
  const signal = stopOnSignals();
  const before = progressOf(runs);
  const failures = await doRuns(manifest, runs, { jobs: 1, checkpoint, signal });
  if (!signal.aborted && failures.length === 0) return 0;
  const broken = failures.some(({ killed }) => !killed);
  if (broken && !signal.aborted) return 1;
  const restarts = Number(process.env.SLURM_RESTART_COUNT ?? 0);
  if (worthRequeue(progressOf(runs) > before, restarts)) return AGAIN;
  console.error(
    `Stopped for the ${restarts + 1}th time without an epoch gained: an epoch is longer than the time of the job, or its memory is too small. Give more of it (--time, --memory).`,
  );
  return 1;
}
