/** Slurm's own commands, called. */
import { spawnSync } from 'node:child_process';
import { parseJobId, parseMaxArraySize, parseQueue, QUEUE_FORMAT } from './queue';
import type { QueuedTask } from './queue';

function call(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new Error(`${program} is not on this machine: call this where Slurm's commands are, or use --on local`);
  if (error || status !== 0)
    throw new Error(`${program} failed: ${stderr?.trim() || (error?.message ?? `status ${status}`)}`);
  return stdout;
}

/** Every task of the person who calls that is waiting or running. @throws where there is no Slurm, or it does not answer */
export const askQueue = (): readonly QueuedTask[] =>
  parseQueue(call('squeue', ['--me', '--noheader', '--array', `--format=${QUEUE_FORMAT}`]));

/** Array indices must be below this. */
export const maxArraySize = (): number => parseMaxArraySize(call('scontrol', ['show', 'config']));

/** Submit a script. @param after a job that must have ended before. @returns the job's number */
export const submit = (script: string, after?: string): string =>
  parseJobId(
    call('sbatch', ['--parsable', ...(after === undefined ? [] : [`--dependency=afterany:${after}`]), script]),
  );

export const cancelJobs = (jobs: readonly string[]): void => void call('scancel', jobs);
