/** What the rows say of the goals: ratios between cases, and peaks of memory. */
import { median } from '../core/median';
import { CSDNET, CSDNET_LARGE } from './cases';
import type { CsdnetNames } from './cases';
import type { Row, Side } from './measure';
import type { SoakResult } from './soak';
import { rankInterval, ratioOf } from './statistics';
import type { Ratio } from './statistics';
import type { WaitingResult } from './waiting';

/** What the goals are read from; what was not measured is not there. */
export interface Measured {
  readonly rows: readonly Row[];
  readonly waiting?: WaitingResult | undefined;
  readonly soak?: SoakResult | undefined;
}

export interface Claim {
  readonly name: string;
  /** `times` is a ratio, `share` is shown in per cent. */
  readonly unit: 'times' | 'share';
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
/** Most of the time that steps may wait for their images. */
const WAITING_LIMIT = 0.02;
/** Most that the resident memory may grow in the steps of the soak, as a share; and no tensor may be left over. */
const GROWTH_LIMIT = 0.05;

type Times = (row: Row) => Side | undefined;

function claim(
  what: Pick<Claim, 'name' | 'limit' | 'unit'>,
  ratio: (times: Times) => Ratio | undefined,
): readonly Claim[] {
  const ours = ratio(({ ours: side }) => side);
  if (!ours) return [];
  return [{ ...what, ours, theirs: ratio(({ theirs: side }) => side), met: ours.value <= what.limit }];
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
  const ours = exact(worst.ratio);
  return [{ name, unit: 'times', ours, theirs: undefined, limit: MEMORY_LIMIT, met: ours.value <= MEMORY_LIMIT }];
}

function networkClaims(rows: readonly Row[], { network, baseline, step, long }: CsdnetNames): readonly Claim[] {
  const find = (name: string): Row | undefined => rows.find((row) => row.name === name);
  const pair = (first: string, second: string, combine: (a: Side, b: Side) => Ratio) => (times: Times) => {
    const [a, b] = [find(first), find(second)].map((row) => row && times(row));
    return a && b && combine(a, b);
  };
  return [
    ...claim(
      { name: `CSDNet step over baseline step (${network})`, limit: STEP_LIMIT, unit: 'times' },
      pair(step, baseline, (a, b) => ratioOf(a.rounds, b.rounds)),
    ),
    ...claim(
      {
        name: `share of the CSDNet step that two queues of 65536 rows add (${network})`,
        limit: QUEUE_LIMIT,
        unit: 'share',
      },
      pair(long, step, share),
    ),
  ];
}

function waitingClaims({ step, side, batch, shares }: WaitingResult): readonly Claim[] {
  const ours = { value: median(shares), ...rankInterval(shares) };
  const name = `time that steps of ${Math.round(step)} ms wait for images (${side} px, batch ${batch})`;
  return [{ name, unit: 'share', ours, theirs: undefined, limit: WAITING_LIMIT, met: ours.value <= WAITING_LIMIT }];
}

function soakClaims({ steps, warm, tensors, growth, share: grown }: SoakResult): readonly Claim[] {
  if (growth === null || grown === null) return [];
  const name =
    `memory over ${steps} steps: growth after the first ${warm} ` +
    `(${(growth / 2 ** 20).toFixed(1)} MiB; tensors ${tensors[0]}, then ${tensors[1]})`;
  const met = tensors[0] === tensors[1] && grown <= GROWTH_LIMIT;
  return [{ name, unit: 'share', ours: exact(grown), theirs: undefined, limit: GROWTH_LIMIT, met }];
}

/** The claims for which what was measured suffices. */
export const claimsOf = ({ rows, waiting, soak }: Measured): readonly Claim[] => [
  ...[CSDNET, CSDNET_LARGE].flatMap((names) => networkClaims(rows, names)),
  ...memoryClaims(rows),
  ...(waiting ? waitingClaims(waiting) : []),
  ...(soak ? soakClaims(soak) : []),
];
