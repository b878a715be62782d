/** The runs in a folder: those that are done, under way, left before their end, or broken. */
import fs from 'node:fs';
import path from 'node:path';
import { nearestWords } from '../core/nearest';
import { hasCheckpoint, metricsFile, readRecord, runFolder, runIds } from './record';
import type { RunRecord } from './record';
import { isUnderWay, readStatus } from './status';
import type { RunStatus } from './status';

export type RunState = 'done' | 'under way' | 'stopped' | 'broken';

export interface RunEntry {
  readonly id: string;
  readonly state: RunState;
  /** Of a run that is done. */
  readonly record?: RunRecord | undefined;
  /** Of a run that is not. */
  readonly status?: RunStatus | undefined;
  /** Epochs that are done. */
  readonly epochs: number;
  /** Why it was left, or what is wrong with it. */
  readonly reason?: string | undefined;
}

/** Whole lines of metrics.csv below its head. */
function epochsLogged(runs: string, id: string): number {
  const file = metricsFile(runs, id);
  return fs.existsSync(file) ? Math.max(0, fs.readFileSync(file, 'utf8').split('\n').length - 2) : 0;
}

function unfinished(runs: string, id: string): RunEntry {
  const status = readStatus(runs, id);
  const epochs = epochsLogged(runs, id);
  if (isUnderWay(runs, id, status)) return { id, state: 'under way', status, epochs };
  if (status) return { id, state: 'stopped', status, epochs, reason: status.left ?? 'its process ended' };
  if (hasCheckpoint(runs, id)) return { id, state: 'stopped', epochs, reason: 'only a checkpoint' };
  return { id, state: 'broken', epochs, reason: 'neither a record nor a checkpoint' };
}

/** What there is of a run. */
export function readRun(runs: string, id: string): RunEntry {
  try {
    const record = readRecord(runs, id);
    return record ? { id, state: 'done', record, epochs: record.epochs.length } : unfinished(runs, id);
  } catch (error) {
    return { id, state: 'broken', epochs: 0, reason: (error as Error).message };
  }
}

/** Every run in a folder, by id. */
export const listRuns = (runs: string): readonly RunEntry[] => runIds(runs).map((id) => readRun(runs, id));

/** The records of the runs that are done; what is broken is passed over. */
export const readRecords = (runs: string): readonly RunRecord[] => listRuns(runs).flatMap(({ record }) => record ?? []);

/**
 * The id that a person means by its first letters.
 *
 * @throws where no run or more than one begins so
 */
export function resolveRun(runs: string, prefix: string): string {
  const ids = runIds(runs);
  const found = ids.filter((id) => id.startsWith(prefix.toLowerCase()));
  if (found.length === 1 && prefix !== '') return found[0]!;
  if (ids.length === 0) throw new Error(`There is no run ${prefix}: ${runs} holds none yet.`);
  if (found.length === 0)
    throw new Error(`There is no run ${prefix}. Near ones: ${nearestWords(prefix, ids).join(', ')}.`);
  const some = found.slice(0, 5).join(', ');
  throw new Error(
    `${found.length} runs begin with "${prefix}" (${some}${found.length > 5 ? ', ...' : ''}): give more.`,
  );
}

/** The files of a run with their sizes in bytes, by name. */
export function runFiles(runs: string, id: string): readonly { readonly name: string; readonly bytes: number }[] {
  const folder = runFolder(runs, id);
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .sort()
    .map((name) => ({ name, bytes: fs.statSync(path.join(folder, name)).size }));
}
