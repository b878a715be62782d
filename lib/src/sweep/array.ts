/** How the runs of a manifest become tasks of job arrays. */
import { groupBy } from '../core/group';

/** The runs of a task: `perTask` lines of the manifest that follow each other. */
export const linesOfTask = (task: number, perTask: number, runs: number): readonly number[] =>
  Array.from({ length: Math.max(0, Math.min(perTask, runs - task * perTask)) }, (_, i) => task * perTask + i);

/** Every task with a run among the lines (counted from 0), in order. */
export const tasksOf = (lines: readonly number[], perTask: number): readonly number[] =>
  [...new Set(lines.map((line) => Math.floor(line / perTask)))].sort((a, b) => a - b);

/** One job array: array index i is task `offset + i`. */
export interface ArrayChunk {
  readonly offset: number;
  /** Array indices, increasing, each below the cluster's MaxArraySize. */
  readonly indices: readonly number[];
}

/** Tasks as arrays whose indices stay below the cluster's limit. */
export function arrayChunks(tasks: readonly number[], maxArraySize: number): readonly ArrayChunk[] {
  const offsetOf = (task: number): number => Math.floor(task / maxArraySize) * maxArraySize;
  const chunks = groupBy(
    [...tasks].sort((a, b) => a - b),
    offsetOf,
  );
  return [...chunks].map(([offset, own]) => ({ offset, indices: own.map((task) => task - offset) }));
}

/**
 * Indices as Slurm writes them: `0-3,7,9-10`, with `%K` where at most K may run at a time.
 *
 * @param indices increasing, at least one
 */
export function arraySpec(indices: readonly number[], atATime?: number): string {
  const ranges: [number, number][] = [];
  for (const index of indices) {
    const last = ranges.at(-1);
    if (last && index === last[1] + 1) last[1] = index;
    else ranges.push([index, index]);
  }
  const text = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
  return atATime === undefined ? text : `${text}%${atATime}`;
}
