/** Rows as a run would give them, for tests of what is made of them. */
import type { Case } from './cases';
import type { Row, Side } from './measure';
import { median, ratioOf } from './statistics';

const MIB = 2 ** 20;

const side = (engine: string, rounds: readonly number[], peak: number): Side => ({
  ...{ engine, rounds, iterations: 3, milliseconds: median(rounds), peak: peak * MIB },
});

/** A row with times of both engines, or of ours alone. */
export function rowOf(
  { name, work, group, series }: Case,
  ours: readonly number[],
  theirs?: readonly number[],
  gap = 1e-6,
): Row {
  const [own, other] = [side('TensorFlow 2', ours, 300), theirs && side('PyTorch 2', theirs, 250)];
  return {
    ...{ name, work, group, series, ours: own, theirs: other },
    ratio: theirs && ratioOf(ours, theirs),
    ...{ gap: theirs && gap, comparable: theirs && gap < 1e-3 },
  };
}
