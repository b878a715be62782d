/** From cases to rows: processes are started, compared, timed side by side and ended. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { groupsOf } from './cases';
import type { Case } from './cases';
import { ourContestant, theirContestant, writeFixture } from './contestant';
import type { Contestant, Setting } from './contestant';
import { gapOf, SAME } from './compare';
import { interleave } from './interleave';
import type { Timing } from './interleave';
import type { Prepared } from './protocol';
import { median, ratioOf } from './statistics';
import type { Ratio } from './statistics';

/** One engine's part of a row. */
export interface Side {
  readonly engine: string;
  /** Median over rounds, milliseconds an iteration. */
  readonly milliseconds: number;
  readonly rounds: readonly number[];
  readonly iterations: number;
  /** Most resident memory in bytes. */
  readonly peak: number | null;
}

export interface Row {
  readonly name: string;
  readonly work: Case['work'];
  readonly group: string | undefined;
  readonly series: Case['series'];
  readonly ours: Side;
  readonly theirs: Side | undefined;
  /** Our time over theirs. */
  readonly ratio: Ratio | undefined;
  /** Largest difference between the first numbers of both, as a share of the largest. */
  readonly gap: number | undefined;
  /** Whether both computed the same; undefined where we ran alone. */
  readonly comparable: boolean | undefined;
}

export interface MeasureOptions extends Setting {
  readonly rounds: number;
  readonly turn: number;
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

const sideOf = ({ prepared: { engine } }: Ready, { rounds, iterations }: Timing, peak: number | null): Side => ({
  ...{ engine, milliseconds: median(rounds), rounds, iterations, peak },
});

function rowOf({ name, work, group, series }: Case, [ours, theirs]: readonly [Side, Side?], gap?: number): Row {
  return {
    ...{ name, work, group, series, ours, theirs, gap },
    ratio: theirs && ratioOf(ours.rounds, theirs.rounds),
    comparable: gap === undefined ? undefined : gap <= SAME,
  };
}

async function measureEntries(entries: readonly Entry[], options: MeasureOptions): Promise<readonly Row[]> {
  const pairs: (readonly [Ready, Ready?])[] = [];
  for (const entry of entries) {
    const ours = await ready(entry.ours);
    const theirs = await readyOrNot(entry, options.onNote);
    pairs.push(theirs ? [ours, theirs] : [ours]);
  }
  const all = pairs.flat() as readonly Ready[];
  const timings = await interleave(
    all.map(({ contestant }) => contestant),
    options,
  );
  const sides = new Map<Ready, Side>();
  for (const [i, one] of all.entries()) sides.set(one, sideOf(one, timings[i]!, await one.contestant.peak()));
  return pairs.map(([ours, theirs], i) =>
    rowOf(
      entries[i]!.one,
      [sides.get(ours)!, theirs && sides.get(theirs)] as [Side, Side?],
      theirs && gapOf(ours.prepared, theirs.prepared),
    ),
  );
}

async function measureGroup(group: readonly Case[], options: MeasureOptions, folder: string): Promise<readonly Row[]> {
  const entries: Entry[] = [];
  try {
    for (const [i, one] of group.entries()) {
      const file = path.join(folder, `${i}.safetensors`);
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
