/** From cases to rows: processes are started, compared, timed side by side and ended. */
import { median } from '../core/median';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { groupsOf } from './cases';
import type { Case } from './cases';
import { writeFixture } from './contestant';
import type { Contestant, Setting } from './contestant';
import { judge } from './compare';
import type { Verdict } from './compare';
import { interleave } from './interleave';
import type { Timing } from './interleave';
import type { Prepared } from './protocol';
import { ourContestant, theirContestant } from './sides';
import { ratioOf } from './statistics';
import type { Ratio } from './statistics';
import { imagesOf } from './work';
import type { Work } from './work';

/** One engine's part of a row. */
export interface Side {
  readonly engine: string;
  /** Median over rounds, milliseconds an iteration. */
  readonly milliseconds: number;
  readonly rounds: readonly number[];
  readonly iterations: number;
  /** Where images are what goes through: inference, input. */
  readonly imagesPerSecond?: number;
  /** Where results are compared by how good they are: the trustworthiness of a map, 0..1. */
  readonly quality?: number;
  /** Most resident memory in bytes; null where nothing says. */
  readonly peak: number | null;
}

export interface Row {
  readonly name: string;
  readonly work: Work;
  readonly group: string | undefined;
  readonly series: Case['series'];
  readonly ours: Side;
  readonly theirs: Side | undefined;
  /** Our time over theirs. */
  readonly ratio: Ratio | undefined;
  /** Largest difference between the first numbers of both, as a share of the largest; of qualities, what ours lacks to theirs. */
  readonly gap: number | undefined;
  /** Whether both computed the same, or ours is as good; undefined where we ran alone. */
  readonly comparable: boolean | undefined;
}

export interface MeasureOptions extends Setting {
  readonly rounds: number;
  readonly turn: number;
  /** Milliseconds that the rounds of a row may take about, both sides together; default: no limit. */
  readonly budget?: number | undefined;
  readonly signal?: AbortSignal;
  /** Told in a sentence of what a person may want to know. */
  readonly onNote: (note: string) => void;
}

interface Entry {
  readonly one: Case;
  readonly ours: Contestant;
  readonly theirs: Contestant | undefined;
}

/** A contestant that has done its first iterations. */
interface Ready {
  readonly contestant: Contestant;
  readonly prepared: Prepared;
}

const ready = async (contestant: Contestant): Promise<Ready> => ({
  contestant,
  prepared: await contestant.prepare(),
});

/** A peer that cannot do its part (a library that is not there, memory) is told of, and we go on alone. */
async function readyOrNot({ one, theirs }: Entry, note: (text: string) => void): Promise<Ready | undefined> {
  if (!theirs) return undefined;
  try {
    return await ready(theirs);
  } catch (error) {
    note(`${one.name}: without the peer, which failed: ${(error as Error).message}`);
    return undefined;
  }
}

function sideOf(work: Work, { prepared: { engine, quality } }: Ready, { rounds, iterations }: Timing) {
  const milliseconds = median(rounds);
  const images = imagesOf(work);
  return {
    ...{ engine, milliseconds, rounds, iterations },
    ...(images !== undefined && { imagesPerSecond: (1000 * images) / milliseconds }),
    ...(quality !== undefined && { quality }),
  };
}

function rowOf({ name, work, group, series }: Case, [ours, theirs]: readonly [Side, Side?], verdict?: Verdict): Row {
  return {
    ...{ name, work, group, series, ours, theirs },
    ratio: theirs && ratioOf(ours.rounds, theirs.rounds),
    ...{ gap: verdict?.gap, comparable: verdict?.comparable },
  };
}

async function measureEntries(entries: readonly Entry[], options: MeasureOptions): Promise<readonly Row[]> {
  const pairs: (readonly [Ready, Ready?])[] = [];
  for (const entry of entries) {
    const ours = await ready(entry.ours);
    const theirs = await readyOrNot(entry, options.onNote);
    pairs.push(theirs ? [ours, theirs] : [ours]);
  }
  const all = pairs.flatMap((pair, i) =>
    (pair as readonly Ready[]).map((one) => ({ one, work: entries[i]!.one.work })),
  );
  const timings = await interleave(
    all.map(({ one }) => one.contestant),
    { ...options, budget: options.budget && options.budget * entries.length },
  );
  const sides = new Map<Ready, Side>();
  for (const [i, { one, work }] of all.entries())
    sides.set(one, { ...sideOf(work, one, timings[i]!), peak: await one.contestant.peak() });
  return pairs.map(([ours, theirs], i) =>
    rowOf(
      entries[i]!.one,
      [sides.get(ours)!, theirs && sides.get(theirs)] as [Side, Side?],
      theirs && judge(ours.prepared, theirs.prepared),
    ),
  );
}

async function measureGroup(group: readonly Case[], options: MeasureOptions, folder: string): Promise<readonly Row[]> {
  const entries: Entry[] = [];
  try {
    for (const [i, one] of group.entries()) {
      const file = path.join(folder, `${i}.start`);
      await writeFixture(one.work, file);
      const given = { file, threads: options.threads };
      const ours = ourContestant(one.work, given, options);
      entries.push({ one, ours, theirs: options.python ? theirContestant(one.work, given, options) : undefined });
    }
    return await measureEntries(entries, options);
  } finally {
    await Promise.all(entries.flatMap(({ ours, theirs }) => [ours.end(), theirs?.end()]));
  }
}

/**
 * Measure cases, group by group.
 *
 * @param onRows told of the rows of each group as soon as they are there
 */
export async function measure(
  cases: readonly Case[],
  options: MeasureOptions,
  onRows?: (rows: readonly Row[]) => void,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const group of groupsOf(cases)) {
    options.signal?.throwIfAborted();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-bench-'));
    try {
      const found = await measureGroup(group, options, folder);
      rows.push(...found);
      onRows?.(found);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }
  return rows;
}
