/** DDL's losses and their gradients on plain arrays, for a cell that checks them by hand. */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import { inScope } from '../core/scope';
import { normalizeRows } from '../core/similarity';
import { disposeQueue, queueContrast, restoreQueue } from '../queue';
import type { ContrastOptions, Queue } from '../queue';
import type { Table } from '../report';
import { matrix } from './rows';
import type { Rows } from './rows';

/** Unit rows with their classes. */
export interface Labelled {
  readonly features: Rows;
  readonly labels: readonly number[];
}

/** Anchors; `positives` are the same images' other views, which `infonce` and `triplet` pull to. */
export interface PlainAnchors extends Labelled {
  readonly positives?: Rows;
}

/** What the families share; the defaults are the presets'. */
export type PlainContrast = Partial<ContrastOptions>;

const DEFAULTS: ContrastOptions = { family: 'margin', margin: 0.4, temperature: 0.1, reduction: 'queue' };

/** A queue of these rows for the time of one call. */
function withQueue<T>({ features, labels }: Labelled, use: (queue: Queue) => T): T {
  const queue = restoreQueue(Float32Array.from(features.flat()), Int32Array.from(labels), features[0]!.length);
  try {
    return use(queue);
  } finally {
    disposeQueue(queue);
  }
}

/** The loss of each anchor, from the anchors' features as a tensor. */
const lossOf = (f: Tensor2D, { labels, positives }: PlainAnchors, queue: Queue, options: PlainContrast): Tensor1D =>
  queueContrast(
    { features: f, labels: tf.tensor1d([...labels], 'int32'), positives: positives && matrix(positives) },
    queue,
    { ...DEFAULTS, ...options },
  );

/** The loss of each anchor against the rows of a queue, by the function that training calls, [anchors]. */
export function queueLoss(anchors: PlainAnchors, queue: Labelled, options: PlainContrast = {}): number[] {
  const { losses } = withQueue(queue, (memory) =>
    inScope(() => ({ losses: lossOf(matrix(anchors.features), anchors, memory, options).dataSync() })),
  );
  return Array.from(losses);
}

/**
 * The gradient of each anchor's own loss by its feature before that is brought to unit length (here it has it already), [anchors][d]. It
 * lies along the sphere: what would only change the length is cut away by the normalisation.
 */
export function queueGradient(anchors: PlainAnchors, queue: Labelled, options: PlainContrast = {}): number[][] {
  return withQueue(queue, (memory) => {
    const { rows } = inScope(() => {
      const gradient = tf.grad((x) => tf.sum(lossOf(normalizeRows(x as Tensor2D), anchors, memory, options)));
      return { rows: gradient(matrix(anchors.features)).arraySync() as number[][] };
    });
    return rows;
  });
}

const FAMILIES: Readonly<Record<ContrastOptions['family'], string>> = {
  margin: 'mean over the rows of 1 − s, or of max(0, s − ξ)',
  xbm: 'sum of 1 − s, and of s where s > ξ',
  supcon: 'softmax over the rows: is it one of my class?',
  infonce: 'softmax: is it my own other view?',
  triplet: 'is my own other view nearer than this row, by ξ?',
};

/** Every family on the same numbers, one row a family. @param names of the anchors */
export function familiesTable(
  anchors: Required<PlainAnchors>,
  queue: Labelled,
  options: Omit<PlainContrast, 'family'> = {},
): Table {
  const rows = Object.entries(FAMILIES).map(([family, what]) => {
    const losses = queueLoss(anchors, queue, { ...options, family: family as ContrastOptions['family'] });
    return { family, what, ...Object.fromEntries(losses.map((loss, i) => [`a${i}`, loss])) };
  });
  const { margin, temperature } = { ...DEFAULTS, ...options };
  return {
    title: 'The families of contrast on the same numbers',
    columns: [
      { key: 'family', title: 'Family' },
      { key: 'what', title: 'What it asks of a row' },
      ...anchors.labels.map((label, i) => ({ key: `a${i}`, title: `Image ${i + 1} (class ${label})`, digits: 4 })),
    ],
    rows,
    notes: [
      `Margin ${margin}, temperature ${temperature}. Read down a column, not along: each family has its own scale.`,
    ],
  };
}
