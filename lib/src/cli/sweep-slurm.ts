/** `csdnet sweep run --on slurm` and `cancel`. */
import path from 'node:path';
import { projectPaths } from '../project';
import { arrayChunks, arraySpec, tasksOf } from '../sweep/array';
import type { ArrayChunk } from '../sweep/array';
import { addJob, logFolder, readJobs, readManifest, readTemplate, writeScript } from '../sweep/files';
import { sweepName } from '../sweep/manifest';
import type { Manifest } from '../sweep/manifest';
import type { QueuedTask } from '../sweep/queue';
import { jobScript } from '../sweep/script';
import type { Resources } from '../sweep/script';
import { askQueue, cancelJobs, maxArraySize, submit } from '../sweep/slurm';
import { isOf, queuedLines } from '../sweep/state';
import type { Submission } from '../sweep/state';
import { standings } from './sweep-status';

export interface SlurmOptions extends Resources {
  /** Tasks at a time; undefined: as many as the cluster gives. */
  readonly jobs?: number | undefined;
  readonly runsATask: number;
  readonly checkpoint: number;
  readonly template?: string | undefined;
}

/** Tasks with a run to do that are not in the queue. @throws where the queue holds tasks of another size */
function openTasks(
  manifest: Manifest,
  {
    submissions,
    queue,
    perTask,
  }: { submissions: readonly Submission[]; queue: readonly QueuedTask[]; perTask: number },
): readonly number[] {
  const waiting = submissions.filter((one) => queue.some((task) => isOf(task, one)));
  const other = waiting.find((one) => one.perTask !== perTask);
  if (other)
    throw new Error(
      `Job ${other.job} of this sweep is in the queue with ${other.perTask} runs a task, ${perTask} are asked for now: give --runs-a-task ${other.perTask}, or cancel the sweep first`,
    );
  const found = standings(manifest, submissions, queue);
  const open = found.flatMap(({ state }, line) => (['open', 'stopped', 'broken'].includes(state) ? [line] : []));
  const queued = new Set(tasksOf([...queuedLines(waiting, queue, manifest.runs.length).keys()], perTask));
  return tasksOf(open, perTask).filter((task) => !queued.has(task));
}

/** The words that a task of the array calls. */
function commandOf(file: string, { offset }: ArrayChunk, { runsATask, checkpoint }: SlurmOptions): readonly string[] {
  const home = process.env.CSDNET_HOME;
  return [
    ...(home === undefined ? [] : ['env', `CSDNET_HOME=${path.resolve(home)}`]),
    ...[process.execPath, path.join(__dirname, 'main.js'), 'sweep', 'task', path.resolve(file)],
    ...['--index', '$SLURM_ARRAY_TASK_ID', '--offset', `${offset}`],
    ...['--runs-a-task', `${runsATask}`, '--checkpoint', `${checkpoint}`],
  ];
}

/** `csdnet sweep run --on slurm`: submit what is neither done nor in the queue. @throws where Slurm is not there or refuses */
export async function runOnSlurm(file: string, options: SlurmOptions): Promise<void> {
  const manifest = readManifest(file);
  const submissions = readJobs(file);
  const { runsATask: perTask, jobs, template } = options;
  const tasks = openTasks(manifest, { submissions, queue: askQueue(), perTask });
  if (tasks.length === 0) return console.error('Nothing to submit: every run is done, under way or in the queue.');
  const text = readTemplate(template ?? path.join(projectPaths().root, 'scripts', 'slurm', 'job.sh'));
  const name = sweepName(manifest);
  let before: string | undefined;
  for (const chunk of arrayChunks(tasks, maxArraySize())) {
    const script = jobScript(text, {
      ...{ name, array: arraySpec(chunk.indices, jobs), log: path.join(logFolder(file), '%A_%a.log') },
      ...{ cpus: manifest.head.options.threads, resources: options, command: commandOf(file, chunk, options) },
    });
    const place = writeScript(file, `job-${chunk.offset}.sh`, script);
    // The limit of tasks at a time is one array's: where there is one, the arrays follow each other.
    const job = submit(place, jobs === undefined ? undefined : before);
    await addJob(file, { ...{ job, name, offset: chunk.offset, perTask }, indices: chunk.indices, submitted: new Date().toISOString() }); // prettier-ignore
    console.log(`job ${job}: ${chunk.indices.length} tasks of ${perTask} run${perTask > 1 ? 's' : ''}`);
    before = job;
  }
  console.error(`Data and runs must lie where every node sees them: ${projectPaths().data}. Logs: ${logFolder(file)}`);
}

/** `csdnet sweep cancel`: end the jobs of this sweep, and no others. What is done is kept. */
export function cancel(file: string): void {
  readManifest(file);
  const submissions = readJobs(file);
  if (submissions.length === 0) return console.error('This sweep was never submitted.');
  const queue = askQueue();
  const jobs = submissions.filter((one) => queue.some((task) => isOf(task, one))).map(({ job }) => job);
  if (jobs.length === 0) return console.error('No job of this sweep is in the queue.');
  cancelJobs(jobs);
  console.log(`Cancelled: ${jobs.join(', ')}. What is done is kept.`);
}
