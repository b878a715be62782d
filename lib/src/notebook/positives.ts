/** How many rows of its own class an image meets: in its batch alone, and in a queue. */
import { batchIndices, epochOrder } from '../data';
import type { Dataset } from '../data';
import { mean } from '../metrics';
import { layout, OKABE_ITO } from '../plots';
import type { Figure, ScatterTrace } from '../plots';
import { axis } from '../plots/theme';
import { createQueue, disposeQueue, positivesPerAnchor } from '../queue';
import { NO_FEATURE, pushLabels } from './label-queue';

/** Epochs that are counted where nothing is said. */
const EPOCHS = 20;

export interface PositivesOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Epochs that are counted. Default 20; they are not trained, only drawn. */
  readonly epochs?: number;
}

/** Classes of the batches of some epochs, in the order of training. */
function batchesOf({ train }: Dataset, { batchSize, seed, epochs = EPOCHS }: PositivesOptions): number[][][] {
  const labels = train.samples.map(({ label }) => label);
  return Array.from({ length: epochs }, (_, epoch) =>
    batchIndices(epochOrder(labels.length, seed, epoch + 1), batchSize).map((batch) =>
      Array.from(batch, (i) => labels[i]!),
    ),
  );
}

/** Rows of its class that each image meets in its own batch, itself left out; one number an image and epoch. */
export function positivesInBatches(dataset: Dataset, options: PositivesOptions): number[] {
  return batchesOf(dataset, options).flatMap((epoch) =>
    epoch.flatMap((batch) => {
      const queue = pushLabels(createQueue(batch.length, NO_FEATURE), batch);
      try {
        return positivesPerAnchor(queue, batch).map((count) => count - 1);
      } finally {
        disposeQueue(queue);
      }
    }),
  );
}

/**
 * Rows of its class that each image meets in a queue of `length` rows, counted before its own batch comes in (as training does).
 *
 * @returns one number an image and epoch, from the first epoch after the queue is full
 */
export function positivesInQueue(dataset: Dataset, length: number, options: PositivesOptions): number[] {
  const { epochs = EPOCHS } = options;
  const fill = Math.ceil(length / dataset.train.samples.length);
  let queue = createQueue(length, NO_FEATURE);
  const found: number[] = [];
  try {
    batchesOf(dataset, { ...options, epochs: fill + epochs }).forEach((epoch, e) => {
      for (const batch of epoch) {
        if (e >= fill) found.push(...positivesPerAnchor(queue, batch));
        queue = pushLabels(queue, batch);
      }
    });
  } finally {
    disposeQueue(queue);
  }
  return found;
}

/** What images meet in a batch (`length` null) or in a queue. */
export interface Positives {
  readonly length: number | null;
  /** Mean number of rows of the image's class. */
  readonly mean: number;
  /** Share of images that meet none. */
  readonly without: number;
}

/** In the batch alone, then in queues of some lengths. */
export function positivesByLength(
  dataset: Dataset,
  lengths: readonly number[],
  options: PositivesOptions,
): readonly Positives[] {
  const tell = (length: number | null, counts: readonly number[]): Positives => ({
    ...{ length, mean: mean(counts) },
    without: counts.filter((count) => count === 0).length / counts.length,
  });
  return [
    tell(null, positivesInBatches(dataset, options)),
    ...lengths.map((length) => tell(length, positivesInQueue(dataset, length, options))),
  ];
}

/** Two panels: images that meet no row of their class, and how many rows the others meet. */
export function positivesFigure(found: readonly Positives[], trainImages: number): Figure {
  const x = found.map((_, i) => i);
  const line = (y: readonly number[], second: boolean): ScatterTrace => ({
    ...{ type: 'scatter', mode: 'lines+markers', x, y, showlegend: false },
    ...(second ? { xaxis: 'x2', yaxis: 'y2' } : {}),
    ...{ line: { color: OKABE_ITO[second ? 2 : 1], width: 2 }, marker: { color: OKABE_ITO[second ? 2 : 1], size: 9 } },
    hovertemplate: `%{y:.2f}${second ? ' rows' : ' %'}<extra></extra>`,
  });
  const ticks = {
    ...{ tickvals: x, showgrid: false, range: [-0.4, x.length - 0.6] as const },
    ticktext: found.map(({ length }) => (length === null ? 'batch' : String(length))),
  };
  const title = 'Length of the queue (rows)';
  return {
    data: [
      line(
        found.map(({ without }) => 100 * without),
        false,
      ),
      line(
        found.map((one) => one.mean),
        true,
      ),
    ],
    layout: layout('Rows of its own class that an image meets', {
      height: 340,
      xaxis: axis(title, { ...ticks, domain: [0, 0.44], anchor: 'y' }),
      yaxis: axis('Images that meet none (%)', { range: [-3, 103], anchor: 'x' }),
      xaxis2: axis(title, { ...ticks, domain: [0.56, 1], anchor: 'y2' }),
      yaxis2: axis('Rows of the own class (mean)', { rangemode: 'tozero', anchor: 'x2' }),
    }),
    meta: {
      caption:
        `Left: the share of images for which there is nothing to pull to. Right: how many rows there are to pull to. "batch" is the batch alone. ` +
        `The training set has ${trainImages} images: a longer queue than that holds the same images again, older.`,
    },
  };
}
