/** Timing side by side: round by round, one after the other, each round beginning with another. */
import { median } from '../core/median';
import type { Contestant } from './contestant';

export interface TimingOptions {
  readonly rounds: number;
  /** Milliseconds that a contestant's turn lasts about; at least one iteration. */
  readonly turn: number;
  /** Milliseconds that all rounds may take about; there are three all the same, or `rounds` if that is less. Default: no limit. */
  readonly budget?: number | undefined;
  /** Stops before the next turn. */
  readonly signal?: AbortSignal | undefined;
}

export interface Timing {
  /** The median iteration of each round, in milliseconds. */
  readonly rounds: readonly number[];
  /** Iterations of each round. */
  readonly iterations: number;
}

/** Most iterations of a turn, however short they are. */
const MOST = 200;
/** Fewest rounds of a row that is slow. */
const FEWEST = 3;

/**
 * Time contestants that are ready. Only one computes at a time, so what disturbs the machine for a while disturbs all of them alike. What a turn
 * begins with is not counted where a turn has three iterations or more: caches are cold then.
 */
export async function interleave(
  contestants: readonly Contestant[],
  { rounds: most, turn, budget = Infinity, signal }: TimingOptions,
): Promise<readonly Timing[]> {
  const iterations: number[] = [];
  let length = 0;
  for (const contestant of contestants) {
    const once = median(await contestant.time(1));
    const own = Math.min(MOST, Math.max(1, Math.round(turn / once)));
    iterations.push(own);
    length += own * once;
  }
  const rounds = Math.min(most, Math.max(FEWEST, Math.floor(budget / length)));
  const medians = contestants.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < contestants.length; place++) {
      signal?.throwIfAborted();
      const i = (place + round) % contestants.length;
      const times = await contestants[i]!.time(iterations[i]!);
      medians[i]!.push(median(times.length >= 3 ? times.slice(1) : times));
    }
  }
  return medians.map((own, i) => ({ rounds: own, iterations: iterations[i]! }));
}
