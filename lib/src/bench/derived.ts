/** What the rows say of the goals: ratios between cases, and peaks of memory. */
import { CSDNET } from './cases';
import type { Row, Side } from './measure';
import { ratioOf } from './statistics';
import type { Ratio } from './statistics';

export interface Claim {
  readonly name: string;
  readonly ours: Ratio;
  /** The same of the other engine, where that means something. */
  readonly theirs: Ratio | undefined;
  /** What ours should be at most. */
  readonly limit: number;
  readonly met: boolean;
}

/** Most that a CSDNet step may cost, in baseline steps. */
const STEP_LIMIT = 2.1;
/** Most that full queues of 65,536 rows may cost, as a share of the step. */
const QUEUE_LIMIT = 0.05;
/** Most that our peak of memory may be, in peaks of PyTorch. */
const MEMORY_LIMIT = 1.5;

type Times = (row: Row) => Side | undefined;

function claim(name: string, limit: number, ratio: (times: Times) => Ratio | undefined): readonly Claim[] {
  const ours = ratio(({ ours: side }) => side);
  if (!ours) return [];
  return [{ name, ours, theirs: ratio(({ theirs: side }) => side), limit, met: ours.value <= limit }];
}

/** 1 - short / long: the share of the long step that the longer queues cost. */
function share(long: Side, short: Side): Ratio {
  const { value, low, high, confidence } = ratioOf(short.rounds, long.rounds);
  return { value: 1 - value, low: 1 - high, high: 1 - low, confidence };
}

const exact = (value: number): Ratio => ({ value, low: value, high: value, confidence: 1 });

function memoryClaims(rows: readonly Row[]): readonly Claim[] {
  const found = rows.flatMap(({ name, work, ours, theirs }) =>
    work.kind === 'step' && ours.peak && theirs?.peak ? [{ name, ratio: ours.peak / theirs.peak }] : [],
  );
  if (found.length === 0) return [];
  const worst = found.reduce((most, one) => (one.ratio > most.ratio ? one : most));
  const name = `largest peak of memory of a step over PyTorch's (${worst.name})`;
  return [{ name, ours: exact(worst.ratio), theirs: undefined, limit: MEMORY_LIMIT, met: worst.ratio <= MEMORY_LIMIT }];
}

/** The claims for which the rows suffice. */
export function claimsOf(rows: readonly Row[]): readonly Claim[] {
  const find = (name: string): Row | undefined => rows.find((row) => row.name === name);
  const pair = (first: string, second: string, combine: (a: Side, b: Side) => Ratio) => (times: Times) => {
    const [a, b] = [find(first), find(second)].map((row) => row && times(row));
    return a && b && combine(a, b);
  };
  const { baseline, step, long } = CSDNET;
  return [
    ...claim(
      'CSDNet step over baseline step',
      STEP_LIMIT,
      pair(step, baseline, (a, b) => ratioOf(a.rounds, b.rounds)),
    ),
    ...claim('share of the CSDNet step that two queues of 65536 rows add', QUEUE_LIMIT, pair(long, step, share)),
    ...memoryClaims(rows),
  ];
}
