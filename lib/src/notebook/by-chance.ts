/** What luck alone does to tables: rows without any effect, and the winner of a choice. */
import type { TableSummary } from '../ablation';
import { createRng } from '../core/rng';
import { leavesOutZero, mean, pairedDifference } from '../metrics';
import type { Difference } from '../metrics';
import { intervalRows, OKABE_ITO } from '../plots';
import type { Figure } from '../plots';
import { GREY } from '../plots/theme';

export interface LuckOptions {
  /** Rows of each table beside its reference. */
  readonly rows: number;
  readonly seeds: number;
  /** How many tables are drawn. */
  readonly tables?: number;
  /** Decides every random number. */
  readonly seed: number;
  /** Standard deviation of each accuracy around its seed's luck, in points. */
  readonly noise?: number;
  readonly level?: number;
}

/** Tables in which no row has any effect. */
export interface Luck {
  /** The rows of each table, as shares. */
  readonly drawn: readonly (readonly Difference[])[];
  /** By table: how many of its rows leave out zero. */
  readonly found: readonly number[];
  /** How many of all intervals leave out zero, as a share. */
  readonly share: number;
  /** How many tables have at least one such row, as a share. */
  readonly any: number;
}

/**
 * Draws tables whose rows have no effect at all: accuracy of row r on seed s is luck_s + noise e_{rs}, with e from N(0, 1), and each row is
 * paired with a reference that all rows share, as in a real table.
 *
 * @throws RangeError where there is no row, no table, or fewer than 2 seeds
 */
export function luckOf({ rows, seeds, seed, tables = 1000, noise = 2, level = 0.95 }: LuckOptions): Luck {
  const whole = (name: string, value: number, least: number): void => {
    if (!Number.isInteger(value) || value < least)
      throw new RangeError(`luckOf: ${name} is ${value}; give a whole number of at least ${least}`);
  };
  whole('rows', rows, 1);
  whole('seeds', seeds, 2);
  whole('tables', tables, 1);
  const rng = createRng(seed, 'luck');
  const scores = (): number[] => Array.from({ length: seeds }, () => (noise * rng.normal()) / 100);
  const drawn = Array.from({ length: tables }, () => {
    const reference = scores();
    return Array.from({ length: rows }, () => pairedDifference(scores(), reference, level));
  });
  const found = drawn.map((table) => table.filter(leavesOutZero).length);
  return {
    ...{ drawn, found },
    share: mean(found) / rows,
    any: mean(found.map((count) => (count > 0 ? 1 : 0))),
  };
}

/**
 * One table that luck drew: its rows, and in colour those that seem to help or to harm.
 *
 * @param table which, counted from 0
 * @throws RangeError where there is no such table
 */
export function luckFigure({ drawn, found }: Luck, table = 0): Figure {
  const example = drawn[table];
  if (!example) throw new RangeError(`luckFigure: there is no table ${table}; they run from 0 to ${drawn.length - 1}`);
  const [quiet, loud] = ['touches zero', 'leaves out zero'];
  const rows = example.map((interval, i) => ({
    ...{ name: `row ${i + 1}`, interval, group: leavesOutZero(interval) ? loud : quiet },
  }));
  return intervalRows(rows, {
    title: `A table of luck: ${rows.length} rows without any effect`,
    xTitle: 'Difference to the reference (percentage points)',
    caption:
      'Every row is drawn from the same distribution as the reference, so the true difference is zero everywhere. ' +
      `${found[table]!} of ${rows.length} 95 % intervals leave it out all the same (table ${table + 1} of ${drawn.length}).`,
    groups: [
      { name: quiet, colour: GREY, symbol: 'circle' },
      { name: loud, colour: OKABE_ITO[1], symbol: 'diamond' },
    ],
  });
}

/** What choosing promises, and what it keeps. Shares: 0.01 is a point. */
export interface Winners {
  /** Mean difference of the winner to the reference on the seeds that chose it. */
  readonly promised: number;
  /** Mean difference of the same row on the seed that was left out. */
  readonly kept: number;
  /** How often a choice was made. */
  readonly choices: number;
}

/**
 * In each table, the row with the best mean on all seeds but one, and how it does on that one; every seed is left out once. The reference
 * takes part in the choice.
 *
 * @throws RangeError where no table has at least 3 seeds
 */
export function winners(summaries: readonly TableSummary[]): Winners {
  const choices = summaries
    .filter(({ seeds }) => seeds.length >= 3)
    .flatMap(({ seeds, rows, reference }) => {
      const base = rows.find(({ name }) => name === reference)!.accuracies;
      const gains = rows
        .filter(({ accuracies }) => accuracies.length === base.length)
        .map(({ accuracies }) => accuracies.map((value, s) => value - base[s]!));
      return seeds.map((_, left) => {
        const others = (row: readonly number[]): number => mean(row.filter((_, s) => s !== left));
        const best = gains.reduce((a, b) => (others(b) > others(a) ? b : a));
        return { promised: others(best), kept: best[left]! };
      });
    });
  if (choices.length === 0) throw new RangeError('winners: no table has 3 seeds, so there is none to leave out');
  return {
    promised: mean(choices.map(({ promised }) => promised)),
    kept: mean(choices.map(({ kept }) => kept)),
    choices: choices.length,
  };
}
