/** Rows as a run would give them, for tests of what is made of them. */
import { median } from '../core/median';
import type { Case } from './cases';
import type { Row, Side } from './measure';
import { ratioOf } from './statistics';
import { imagesOf } from './work';
import type { Work } from './work';

const MIB = 2 ** 20;

function side(work: Work, engine: string, rounds: readonly number[], peak: number): Side {
  const images = imagesOf(work);
  const milliseconds = median(rounds);
  return {
    ...{ engine, rounds, iterations: 3, milliseconds, peak: peak * MIB },
    ...(images !== undefined && { imagesPerSecond: (1000 * images) / milliseconds }),
  };
}

/** A row with times of both engines, or of ours alone. */
export function rowOf(
  { name, work, group, series }: Case,
  ours: readonly number[],
  theirs?: readonly number[],
  gap = 1e-6,
): Row {
  const [own, other] = [side(work, 'TensorFlow 2', ours, 300), theirs && side(work, 'PyTorch 2', theirs, 250)];
  return {
    ...{ name, work, group, series, ours: own, theirs: other },
    ratio: theirs && ratioOf(ours, theirs),
    ...{ gap: theirs && gap, comparable: theirs && gap < 1e-3 },
  };
}
