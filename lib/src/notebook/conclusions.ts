/** What a stored table allows one to say: sentences that are made from its numbers, and from nothing else. */
import type { TableSummary } from '../ablation';
import { percent, signed } from '../ablation/text';
import { median } from '../core/median';
import { judged, pairedDifference, verdict } from '../metrics';
import type { Difference } from '../metrics';
import type { VariantRun } from './train-variants';

/** A row beside what it is compared with. */
export interface ComparedRow {
  readonly name: string;
  readonly difference: Difference;
}

/** Rows by what their interval says. All sizes are shares: 0.01 is a point of accuracy. */
export interface Conclusion {
  /** What the rows were compared with. */
  readonly against: string;
  readonly seeds: number;
  readonly compared: number;
  /** Their whole interval lies above zero, below zero, or neither. */
  readonly better: readonly ComparedRow[];
  readonly worse: readonly ComparedRow[];
  readonly open: readonly ComparedRow[];
  /** How many intervals would leave out zero if nothing made any difference. */
  readonly byChance: number;
  /** Rows that still leave out zero when the level is shared among all of them: p < 0.05 / rows (Bonferroni). */
  readonly strict: readonly ComparedRow[];
  /** The median of half the width of the intervals: a smaller difference could hardly have been shown. */
  readonly smallest: number;
}

/** Half the width of an interval; null with one seed. */
const half = ({ low, high }: Difference): number | null => (low === null || high === null ? null : (high - low) / 2);

/**
 * What the rows allow one to say.
 *
 * @throws RangeError where no row has an interval: one seed cannot tell
 */
export function concludeRows(rows: readonly ComparedRow[], against: string): Conclusion {
  const told = rows.filter(({ difference }) => half(difference) !== null);
  if (told.length === 0)
    throw new RangeError(
      'No row has an interval: a difference needs at least 2 seeds. Train the table with more of them.',
    );
  const share = 1 - told[0]!.difference.level;
  const better = told.filter(({ difference }) => difference.low! > 0);
  const worse = told.filter(({ difference }) => difference.high! < 0);
  return {
    ...{ against, better, worse },
    ...{ seeds: median(told.map(({ difference }) => difference.n)), compared: told.length },
    open: told.filter((row) => !better.includes(row) && !worse.includes(row)),
    byChance: share * told.length,
    strict: told.filter(({ difference }) => difference.p! < share / told.length),
    smallest: median(told.map(({ difference }) => half(difference)!)),
  };
}

/** The rows of a stored table beside its reference, or beside its control. */
export function comparedRows(summary: TableSummary, to: 'reference' | 'control' = 'reference'): readonly ComparedRow[] {
  return summary.rows.flatMap(({ name, toReference, toControl }) => {
    const difference = to === 'control' ? toControl : toReference;
    return difference ? [{ name, difference }] : [];
  });
}

/** What a stored table allows one to say. @throws RangeError where the table has no control to compare with */
export function conclude(summary: TableSummary, to: 'reference' | 'control' = 'reference'): Conclusion {
  if (to === 'control' && summary.control === null)
    throw new RangeError(
      `The table ${summary.table} has no control: compare with its reference, ${summary.reference}.`,
    );
  return concludeRows(comparedRows(summary, to), to === 'control' ? summary.control! : summary.reference);
}

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const named = (rows: readonly ComparedRow[], most = 12): string => {
  const first = rows.slice(0, most).map(({ name, difference }) => `${name} (${signed(difference.mean)})`);
  return rows.length === 0
    ? 'none'
    : `${first.join(', ')}${rows.length > most ? `, and ${rows.length - most} more` : ''}`;
};

/** The sentence on luck: what chance alone gives, and what is left when the level is shared among the rows. */
function luckSentence({ compared, byChance, better, worse, strict }: Conclusion): string {
  const found = better.length + worse.length;
  const expected = `If nothing made any difference, luck alone would give about ${byChance.toFixed(1)} intervals of ${compared} that leave out zero`;
  if (found === 0) return `${expected}; here there is none.`;
  const left = strict.length === 0 ? '' : `: ${strict.map(({ name }) => name).join(', ')}`;
  const shared = `Where the 5 % are shared among the ${compared} rows (Bonferroni), **${strict.length}** remain${left}.`;
  return `${expected}; here there ${found === 1 ? 'is' : 'are'} ${found}.${compared === 1 ? '' : ` ${shared}`}`;
}

/** The conclusion as Markdown, for `say`. It never says more than the intervals do. */
export function conclusionText(found: Conclusion): string {
  const { against, compared, seeds, better, worse, open, smallest } = found;
  return [
    `**${plural(compared, 'row')} compared with *${against}*, ${plural(seeds, 'seed')}.**`,
    '',
    `- Better with the whole interval: **${better.length}** (${named(better)}).`,
    `- Worse with the whole interval: **${worse.length}** (${named(worse)}).`,
    `- Cannot be told from *${against}*: **${open.length}**.`,
    `- Half the width of an interval is **${percent(smallest)} points** (the median of the rows). With ${plural(seeds, 'seed')} ` +
      'a smaller difference could hardly have been shown: "cannot be told" is not "has no effect".',
    `- ${luckSentence(found)}`,
  ].join('\n');
}

/**
 * Live runs beside one of their variants, seed by seed, as Markdown. Seeds that either side lacks (a run was stopped) are left out;
 * where nothing is left, it says so.
 */
export function liveVerdicts(runs: readonly VariantRun[], against: string): string {
  const whole = runs.filter(({ stopped }) => !stopped);
  const bySeed = (variant: string): ReadonlyMap<number, number> =>
    new Map(whole.filter(({ name }) => name === variant).map((run) => [run.config.seed, run.evaluation.top1]));
  const reference = bySeed(against);
  if (reference.size === 0) return `No run of *${against}* was finished, so there is nothing to compare with.`;
  const others = [...new Set(whole.map(({ name }) => name))].filter((name) => name !== against);
  const lines = others.flatMap((name) => {
    const own = [...bySeed(name)].filter(([seed]) => reference.has(seed));
    if (own.length === 0) return [];
    const [these, those] = [own.map(([, accuracy]) => accuracy), own.map(([seed]) => reference.get(seed)!)];
    return [`- ${name}: ${verdict(judged(pairedDifference(these, those)))}`];
  });
  return [`**Compared with *${against}*, seed by seed.**`, '', ...lines].join('\n');
}
