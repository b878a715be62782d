/** What Slurm's tools print, read. */

/** Fields of `squeue --format`: array job, array index, state, name. One line an array task (`--array`). */
export const QUEUE_FORMAT = '%F|%K|%T|%j';

export interface QueuedTask {
  readonly job: string;
  /** Array index; null for a job that is no array. */
  readonly index: number | null;
  /** Slurm's word: PENDING, RUNNING, COMPLETING, ... */
  readonly state: string;
  readonly name: string;
}

/** Lines of `squeue --noheader --array` in `QUEUE_FORMAT`. @throws for a line of another form */
export function parseQueue(text: string): readonly QueuedTask[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const found = /^\s*(\d+)\|(\d+|N\/A)\|([A-Z_]+)\|(.*)$/.exec(line);
      if (!found) throw new Error(`squeue printed ${JSON.stringify(line)}; a line ${QUEUE_FORMAT} was asked for`);
      const [, job, index, state, name] = found;
      return { job: job!, index: index === 'N/A' ? null : Number(index), state: state!, name: name!.trim() };
    });
}

/** Slurm's own default. */
const MAX_ARRAY_SIZE = 1001;

/** MaxArraySize in what `scontrol show config` prints: indices are below it. Slurm's default where it is not told. */
export function parseMaxArraySize(text: string): number {
  const found = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(text)?.[1] ?? MAX_ARRAY_SIZE);
  return found >= 1 ? found : MAX_ARRAY_SIZE;
}

/** The job's number in what `sbatch --parsable` prints (`42` or `42;cluster`). @throws where there is none */
export function parseJobId(text: string): string {
  const found = /^(\d+)(;\S+)?$/.exec(text.trim().split('\n').at(-1) ?? '');
  if (!found) throw new Error(`sbatch printed ${JSON.stringify(text.trim())}, which is no number of a job`);
  return found[1]!;
}
