/** A queue as a picture: which rows a batch is pulled to, and which push it away. */
import { label, layout } from '../plots';
import type { Figure, Shape } from '../plots';
import type { Scale } from '../plots/figure';
import { axis } from '../plots/theme';
import type { Dataset } from '../data';
import { mean } from '../metrics';
import type { Table } from '../report';
import type { QueueLook } from './memory';

/** Greys below the margin, where a row of another class costs nothing; from yellow to red above it. */
function scaleAt(margin: number, low: number): Scale {
  const at = Math.min(0.998, Math.max(0.001, (margin - low) / (1 - low)));
  return [
    [0, '#ffffff'],
    [at, '#d9d9d9'],
    [at + 0.001, '#fdf3a7'],
    [at + (1 - at) / 2, '#E69F00'],
    [1, '#a50f15'],
  ];
}

/** Where the labels change: the first place of each run of equal labels, with its length. */
function runsOf(
  labels: readonly number[],
): readonly { readonly label: number; readonly from: number; readonly to: number }[] {
  const runs: { label: number; from: number; to: number }[] = [];
  labels.forEach((one, i) => {
    const last = runs[runs.length - 1];
    if (last?.label === one) last.to = i + 1;
    else runs.push({ label: one, from: i, to: i + 1 });
  });
  return runs;
}

/** A blue frame around the cells where anchor and row are of one class. */
function sameClassFrames({ anchorLabels, rowLabels }: QueueLook): Shape[] {
  const line = { color: '#0072B2', width: 3 };
  return anchorLabels.flatMap((one, y) =>
    runsOf(rowLabels)
      .filter((run) => run.label === one)
      .map(({ from, to }): Shape => ({
        ...{ type: 'rect', xref: 'x', yref: 'y', x0: from - 0.5, x1: to - 0.5, y0: y - 0.5, y1: y + 0.5, line },
      })),
  );
}

/** `margin` is xi. */
export interface QueuePicture {
  readonly margin: number;
  readonly title?: string;
}

/** The similarities of a batch (rows) with a queue (columns). */
export function queueFigure(look: QueueLook, { classNames }: Dataset, options: QueuePicture): Figure {
  const { margin, title = `A batch against a queue of ${look.rowLabels.length} rows, margin ${margin}` } = options;
  const { similarity, anchorLabels, rowLabels } = look;
  const low = Math.min(0, ...similarity.flat());
  const name = (one: number): string => classNames[one] ?? 'empty';
  const columns = runsOf(rowLabels);
  return {
    data: [
      {
        type: 'heatmap',
        z: similarity,
        zmin: low,
        zmax: 1,
        colorscale: scaleAt(margin, low),
        colorbar: { title: { text: 'cosine s' } },
        text: anchorLabels.map((a) => rowLabels.map((r) => label(`${name(a)} with ${name(r)}`, 60))),
        hovertemplate: '%{text}: s = %{z:.3f}<extra></extra>',
      },
    ],
    layout: layout(title, {
      height: 470,
      xaxis: axis('Row of the queue, by its class', {
        ...{ showgrid: false, range: [-0.5, rowLabels.length - 0.5], tickangle: -90 },
        ...{
          tickvals: columns.map(({ from, to }) => (from + to - 1) / 2),
          ticktext: columns.map((run) => label(name(run.label), 14)),
        },
      }),
      yaxis: axis('Image of the batch', {
        ...{ showgrid: false, range: [anchorLabels.length - 0.5, -0.5] },
        ...{ tickvals: anchorLabels.map((_, i) => i), ticktext: anchorLabels.map((one) => label(name(one), 14)) },
      }),
      shapes: sameClassFrames(look),
    }),
    meta: {
      caption:
        'One cell is one pair. Blue frames are pairs of one class: DDL pulls them towards 1. Outside the frames a coloured cell lies above the ' +
        'margin and is pushed down; a grey one costs nothing.',
    },
  };
}

/** A pair of an anchor and a row of the queue. */
export interface QueuePair {
  /** s_ij */
  readonly s: number;
  /** Whether both are of one class. */
  readonly same: boolean;
}

/** All pairs of a look, anchor by anchor. */
export const pairsOf = ({ similarity, anchorLabels, rowLabels }: QueueLook): QueuePair[] =>
  similarity.flatMap((row, i) => row.map((s, j) => ({ s, same: anchorLabels[i] === rowLabels[j] })));

/** The three kinds of pairs in numbers: how similar they are, and how many cost something. */
export function queueTable(look: QueueLook, options: QueuePicture): Table {
  const { margin, title = 'Pairs of the batch with the queue' } = options;
  const pairs = pairsOf(look);
  const rowOf = (what: string, same: boolean) => {
    const mine = pairs.filter((pair) => pair.same === same).map(({ s }) => s);
    const above = (100 * mine.filter((s) => s > margin).length) / Math.max(1, mine.length);
    return { what, pairs: mine.length, mean: mine.length > 0 ? mean(mine) : null, above };
  };
  return {
    title,
    columns: [
      { key: 'what', title: 'Pairs' },
      { key: 'pairs', title: 'Number' },
      { key: 'mean', title: 'Mean cosine', digits: 3 },
      { key: 'above', title: `Above the margin ${margin}`, unit: '%', digits: 0 },
    ],
    rows: [rowOf('of one class', true), rowOf('of two classes', false)],
    notes: [],
  };
}
