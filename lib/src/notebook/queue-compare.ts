/** Several live runs by the memory that each had: how long, how old, how far behind. */
import { trainingCurves } from '../plots';
import type { Figure } from '../plots';
import type { Table } from '../report';
import type { VariantRun } from './train-variants';

type Compared = Pick<VariantRun, 'name' | 'queue' | 'id' | 'config' | 'stopped'>;

/** What each run's raw queue held at its end, one row a run; a run without a queue has empty cells. */
export function queueCompareTable(runs: readonly Compared[]): Table {
  return {
    title: 'The raw queue of each run, at its end',
    columns: [
      { key: 'name', title: 'Variant' },
      { key: 'rows', title: 'Rows', digits: 0 },
      { key: 'sets', title: 'Length in training sets', digits: 2 },
      { key: 'copies', title: 'Copies of an image', digits: 2 },
      { key: 'classes', title: 'Classes present', digits: 0 },
      { key: 'median', title: 'Median age (steps)', digits: 0 },
      { key: 'oldest', title: 'Oldest row (steps)', digits: 0 },
      { key: 'drift', title: 'Drift of the oldest (1 − cosine)', digits: 3 },
    ],
    rows: runs.map(({ name, queue }) => {
      const { statistics: s, drift = null } = queue ?? { statistics: undefined };
      return {
        ...{ name, rows: s?.rows ?? null, sets: s?.lengthInSets ?? null, copies: s?.copiesPerImage ?? null },
        ...{ classes: s?.classesPresent ?? null, median: s?.age?.median ?? null, oldest: s?.age?.max ?? null },
        drift: drift?.[drift.length - 1]?.mean ?? null,
      };
    }),
    notes: [`Runs ${runs.map(({ id }) => id).join(', ')}.`],
  };
}

/** Mean drift of the queue's rows by their age, one curve a run that has a queue of final features. @throws where none has */
export function driftCompareFigure(runs: readonly Compared[]): Figure {
  const drifts = runs.flatMap(({ name, queue, config, id }) =>
    queue?.drift ? [{ id, variant: name, seed: config.seed, drift: queue.drift }] : [],
  );
  if (drifts.length === 0) throw new Error('none of these runs has a queue of final features');
  const curves = drifts.map(({ drift, variant, seed }) => ({
    ...{ variant, seed, x: drift.map(({ age }) => age), y: drift.map((one) => one.mean) },
  }));
  return trainingCurves([{ yTitle: 'Drift of a row, mean (1 − cosine)', curves }], {
    ...{ title: 'How far the rows lag behind, by their age', xTitle: 'Age of the row (steps)', band: 'none' },
    caption:
      'Each row of the queue was encoded again by the weights at the end of its run. 0: nothing has changed. Higher: the row tells of a network that is gone. ' +
      'A longer queue reaches further to the right.',
    run: drifts.map(({ id }) => id).join(', '),
  });
}
