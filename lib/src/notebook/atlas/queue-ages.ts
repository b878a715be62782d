/** What ages in a queue, in numbers. */
import { mean } from '../../metrics';
import { driftByAge } from '../../queue';
import { trainingCurves } from '../../plots';
import type { Figure } from '../../plots';
import type { Table } from '../../report';
import { queueFrame } from './figures';
import type { SnapshotMap } from './map';

/** The rows of one age. */
export interface AgeRow {
  /** Steps since they came in. */
  readonly age: number;
  readonly count: number;
  /** Mean and largest 1 - cos between a row and its view under the present weights. */
  readonly drift: number;
  readonly largest: number;
  /** Mean length of the lines on the map, in the map's units. */
  readonly length: number;
}

/** Drift of the queue's rows by age, in the features and on the map. @throws RangeError where there is no queue at this epoch */
export function queueAges(map: SnapshotMap, epoch: number): readonly AgeRow[] {
  const { rows, stale, fresh } = queueFrame(map, epoch).queue;
  const drifts = driftByAge({ features: rows.stale, size: rows.size }, rows.fresh, rows.ages);
  return drifts.map(({ age, mean: drift, max, count }) => {
    const lengths = rows.ages.flatMap((own, j) =>
      own === age ? [Math.hypot(stale[2 * j]! - fresh[2 * j]!, stale[2 * j + 1]! - fresh[2 * j + 1]!)] : [],
    );
    return { age, count, drift, largest: max, length: mean(lengths) };
  });
}

/** The same as a table. */
export function queueAgesTable(map: SnapshotMap, epoch: number): Table {
  return {
    title: `Drift of the queue's rows after epoch ${epoch}`,
    columns: [
      { key: 'age', title: 'Age', unit: 'steps' },
      { key: 'count', title: 'Rows' },
      { key: 'drift', title: 'Drift 1 − cos, mean', digits: 3 },
      { key: 'largest', title: 'largest', digits: 3 },
      { key: 'length', title: 'Line on the map, mean', digits: 2 },
    ],
    rows: queueAges(map, epoch).map((row) => ({ ...row })),
    notes: ['Drift: between a row and what the present weights make of the same view. Lines: in the units of the map.'],
  };
}

/** Drift by age, one line for each of some epochs. @throws RangeError where there is no queue at one of them */
export function queueAgesFigure(map: SnapshotMap, epochs: readonly number[]): Figure {
  const curves = epochs.map((epoch) => {
    const ages = queueAges(map, epoch);
    return { variant: `epoch ${epoch}`, seed: 1, x: ages.map(({ age }) => age), y: ages.map(({ drift }) => drift) };
  });
  return trainingCurves([{ yTitle: 'Drift of a row (1 − cosine), mean', curves }], {
    title: 'How far the rows of the queue lag behind',
    ...{ xTitle: 'Age of the row (steps)', band: 'none', run: map.run },
    caption: 'Each line is one moment of the training. It rises where older rows lie farther from their present place.',
  });
}
