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
}

interface Entry {
  readonly one: Case;
  readonly contestants: readonly Contestant[];
}

function sideOf(engine: string, { rounds, iterations }: Timing, peak: number | null): Side {
  return { engine, milliseconds: median(rounds), rounds, iterations, peak };
}

async function measureEntries(entries: readonly Entry[], options: MeasureOptions): Promise<readonly Row[]> {
  const prepared: Prepared[] = [];
  for (const { contestants } of entries) for (const one of contestants) prepared.push(await one.prepare());
  const all = entries.flatMap(({ contestants }) => contestants);
  const timings = await interleave(all, options);
  const peaks: (number | null)[] = [];
  for (const one of all) peaks.push(await one.peak());
  const sides = prepared.map(({ engine }, i) => sideOf(engine, timings[i]!, peaks[i]!));
  let at = 0;
  return entries.map(({ one, contestants }): Row => {
    const from = at;
    at += contestants.length;
    const [ours, theirs] = sides.slice(from, at) as [Side, Side | undefined];
    const gap = theirs && gapOf(prepared[from]!, prepared[from + 1]!);
    return {
      ...{ name: one.name, work: one.work, group: one.group, series: one.series, ours, theirs, gap },
      ratio: theirs && ratioOf(ours.rounds, theirs.rounds),
      comparable: gap === undefined ? undefined : gap <= SAME,
    };
  });
}

async function measureGroup(group: readonly Case[], options: MeasureOptions, folder: string): Promise<readonly Row[]> {
  const entries: Entry[] = [];
  try {
    for (const [i, one] of group.entries()) {
      const file = path.join(folder, `${i}.safetensors`);
      await writeFixture(one.work, file);
      const given = { file, threads: options.threads };
      const ours = ourContestant(one.work, given, options);
      entries.push({
        one,
        contestants: options.python ? [ours, theirContestant(one.work, given, options)] : [ours],
      });
    }
    return await measureEntries(entries, options);
  } finally {
    await Promise.all(entries.flatMap(({ contestants }) => contestants.map((contestant) => contestant.end())));
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
