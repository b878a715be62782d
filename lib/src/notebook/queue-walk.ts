/** A queue's life, step by step, as plain values: what enters, what stays and how old it is, what leaves. */
import { agesOf, createQueue, disposeQueue, EMPTY } from '../queue';
import type { Queue } from '../queue';
import { layout, OKABE_ITO, safe } from '../plots';
import type { Annotation, Figure } from '../plots';
import type { Scale } from '../plots/figure';
import { axis } from '../plots/theme';
import { NO_FEATURE, pushLabels } from './label-queue';

/** The queue after one step. */
export interface QueueStep {
  /** Classes that came in, first one first. */
  readonly entered: readonly number[];
  /** Classes of the rows that left, oldest first. */
  readonly left: readonly number[];
  /** [length] class of each row, oldest first; -1 where it is empty. */
  readonly labels: readonly number[];
  /** [length] steps since the row came in; null where it is empty. */
  readonly ages: readonly (number | null)[];
}

function stateOf(queue: Queue): Pick<QueueStep, 'labels' | 'ages'> {
  const labels = Array.from(queue.labels.dataSync());
  const ages = agesOf(
    queue,
    labels.map((_, row) => row),
  );
  return { labels, ages: ages.map((age, row) => (labels[row] === EMPTY ? null : age)) };
}

/**
 * Puts batches into a new queue (the one that training uses) and tells its state after each.
 *
 * @param batches classes of each batch, whole numbers from 0
 * @param length iota
 * @throws RangeError where the length is no whole number from 1, or a batch is empty
 */
export function walkQueue(batches: readonly (readonly number[])[], length: number): QueueStep[] {
  if (!Number.isSafeInteger(length) || length < 1)
    throw new RangeError(`walkQueue: the queue's length is ${length}; allowed: whole numbers from 1`);
  const none = batches.findIndex((batch) => batch.length === 0);
  if (none >= 0) throw new RangeError(`walkQueue: batch ${none + 1} is empty; give each at least one class`);
  let queue = createQueue(length, NO_FEATURE);
  try {
    return batches.map((entered) => {
      const before = stateOf(queue).labels.filter((one) => one !== EMPTY);
      queue = pushLabels(queue, entered);
      const through = [...before, ...entered];
      const left = through.slice(0, Math.max(0, through.length - length));
      return { entered, left, ...stateOf(queue) };
    });
  } finally {
    disposeQueue(queue);
  }
}

/** Lighter, so that the words on it are read. */
function fadeOf(hex: string): string {
  const parts = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const lighter = parts.map((v) => Math.round(255 - 0.45 * (255 - v)));
  return `#${lighter.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}

/** Colour k of the scale covers the cells of value k exactly; 0 is an empty row. */
function classScale(classes: number): Scale {
  const colours = ['#f4f4f4', ...Array.from({ length: classes }, (_, c) => OKABE_ITO[c % 6]!)].map(fadeOf);
  return colours.flatMap((colour, k): [number, string][] => [
    [k / colours.length, colour],
    [(k + 1) / colours.length, colour],
  ]);
}

/** The walk as strips, one a step: the oldest row on the left, the class as colour and letter, the age below it. */
export function queueWalkFigure(
  steps: readonly QueueStep[],
  { names, title = 'A queue, step by step' }: { readonly names?: readonly string[]; readonly title?: string } = {},
): Figure {
  const length = steps[0]?.labels.length ?? 0;
  if (length === 0) throw new RangeError('queueWalkFigure: there is no step to draw');
  const nameOf = (one: number): string => safe(names?.[one] ?? `class ${one}`);
  const classes = 1 + Math.max(...steps.flatMap(({ labels, entered }) => [...labels, ...entered]));
  const list = (some: readonly number[]): string => some.map(nameOf).join(', ') || 'nobody';
  const at = (y: number, x: number, words: string, xanchor: 'left' | 'center' = 'center'): Annotation => ({
    ...{ text: words, x, y, xref: 'x', yref: 'y', showarrow: false, xanchor, yanchor: 'middle' },
    font: { size: 12, color: xanchor === 'left' ? '#222222' : '#000000' },
  });
  const cells = steps.flatMap(({ labels, ages }, y) =>
    labels.map((one, x) => at(y, x, ages[x] === null ? 'empty' : `<b>${nameOf(one)}</b><br>age ${ages[x]}`)),
  );
  return {
    data: [
      {
        ...{
          type: 'heatmap',
          z: steps.map(({ labels }) => labels.map((one) => one + 1)),
          zmin: -0.5,
          zmax: classes + 0.5,
        },
        ...{ colorscale: classScale(classes), showscale: false, xgap: 4, ygap: 6 },
        text: steps.map(({ labels, ages }) =>
          labels.map((one, x) => (ages[x] === null ? 'empty' : `${nameOf(one)}, age ${ages[x]}`)),
        ),
        hovertemplate: 'row %{x}, step %{y}: %{text}<extra></extra>',
      },
    ],
    layout: layout(title, {
      height: 130 + 58 * steps.length,
      xaxis: axis('Row of the queue: the oldest on the left, the newest on the right', {
        ...{ showgrid: false, showline: false, ticks: '', range: [-0.5, length - 0.5] },
        ...{ tickvals: Array.from({ length }, (_, x) => x), ticktext: Array.from({ length }, (_, x) => String(x + 1)) },
      }),
      yaxis: axis('', {
        ...{ showgrid: false, showline: false, ticks: '', range: [steps.length - 0.5, -0.5] },
        tickvals: steps.map((_, y) => y),
        ticktext: steps.map(({ entered, left }, y) =>
          [`<b>step ${y + 1}</b>`, `in: ${list(entered)}`, `out: ${list(left)}`].join('<br>'),
        ),
      }),
      annotations: cells,
    }),
    meta: {
      caption:
        'One strip is the queue after one step. New rows come in on the right, everything else moves left, and what falls off on the left is gone. ' +
        'The age counts the steps since a row came in; its numbers are never updated.',
    },
  };
}
