/** The memory of a live run, for a notebook: what the queue holds at the end, and how far its rows lag behind the weights. */
import { trainingCurves } from '../plots';
import type { Curve, Figure } from '../plots';
import type { Table } from '../report';
import type { QueueReport } from '../train';
import type { LiveRun } from './train-live';

type Reported = Pick<LiveRun, 'queue' | 'id' | 'config'>;

/** @throws where the run had no queue */
function reportOf({ queue }: Reported): QueueReport {
  if (queue) return queue;
  throw new Error('this run has no queue: its objective has no contrast term (DDL)');
}

const steps = (age: number): string => `${Math.round(age)} ${Math.round(age) === 1 ? 'step' : 'steps'}`;

/** What the raw queue holds at the end of a run: length, copies of an image, age, classes. @throws where the run had no queue */
export function queueReportTable(run: Reported): Table {
  const { statistics } = reportOf(run);
  const { rows, filled, lengthInSets, age, classesPresent, rowsPerClass, copiesPerImage } = statistics;
  const row = (what: string, value: string) => ({ what, value });
  return {
    title: 'The raw queue at the end',
    columns: [
      { key: 'what', title: 'What' },
      { key: 'value', title: 'Value', align: 'right' },
    ],
    rows: [
      row('length iota', `${rows} rows, ${lengthInSets.toFixed(2)} training sets`),
      row('filled', `${filled} rows`),
      row('copies of an image', copiesPerImage === null ? 'unknown' : copiesPerImage.toFixed(2)),
      row('age, half of the rows are younger than', age ? steps(age.median) : 'empty'),
      row('age of the oldest row', age ? steps(age.max) : 'empty'),
      row('classes present', `${classesPresent} of ${rowsPerClass.length}`),
    ],
    notes: [`Run ${run.id}.`],
  };
}

/** Drift of the rows by their age: 1 - cosine to what the last weights make of the same view. @throws where it was not measured */
export function queueDriftFigure(run: Reported): Figure {
  const { drift } = reportOf(run);
  if (!drift) throw new Error('the drift is measured where contrast.features is "final"');
  const curve = (variant: string, value: 'mean' | 'max'): Curve => ({
    ...{ variant, seed: run.config.seed },
    x: drift.map(({ age }) => age),
    y: drift.map((one) => one[value]),
  });
  return trainingCurves(
    [{ yTitle: 'Drift of a row (1 − cosine)', curves: [curve('mean over the rows', 'mean'), curve('largest', 'max')] }],
    {
      title: 'How far the rows of the queue lag behind',
      ...{ xTitle: 'Age of the row (steps)', band: 'none', run: run.id },
      caption:
        'Each row of the queue was encoded again by the weights at the end of the run. 0: nothing has changed. Higher: the row tells of a network that is ' +
        'gone. Where the network normalises by the batch, a part of the distance is no drift but that normalisation.',
    },
  );
}
