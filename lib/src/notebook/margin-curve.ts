/** The margin turned over real features: how much the contrast costs, and how many pairs push. Numbers in, numbers out. */
import { layout, OKABE_ITO } from '../plots';
import type { Figure, ScatterTrace } from '../plots';
import { axis, GREY } from '../plots/theme';
import type { QueueLook } from './memory';
import { pairsOf } from './memory-figure';

/** The margin loss over a look at a queue, at one margin. */
export interface MarginPoint {
  /** xi */
  readonly margin: number;
  /** Mean over the images; |Q| is the number of rows. */
  readonly loss: number;
  /** The part of `loss` that comes from pairs of one class. */
  readonly pull: number;
  /** The part of it that comes from pairs of two classes. */
  readonly push: number;
  /** Of the pairs of two classes, the share above the margin. */
  readonly pushing: number;
}

/** The margin loss and the share of pushing pairs at each of some margins. @throws RangeError where there is no pair */
export function marginCurve(look: QueueLook, margins: readonly number[]): MarginPoint[] {
  const pairs = pairsOf(look);
  if (pairs.length === 0) throw new RangeError('marginCurve: the look has no pair; give it images and a filled queue');
  const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const others = pairs.filter(({ same }) => !same).map(({ s }) => s);
  const pull = total(pairs.filter(({ same }) => same).map(({ s }) => 1 - s)) / pairs.length;
  return margins.map((margin) => {
    const push = total(others.map((s) => Math.max(0, s - margin))) / pairs.length;
    const pushing = others.filter((s) => s > margin).length / Math.max(1, others.length);
    return { margin, loss: pull + push, pull, push, pushing };
  });
}

/** Two panels: the loss by margin with its two parts, and the share of pairs that push. `at` marks one margin. */
export function marginFigure(points: readonly MarginPoint[], { at }: { readonly at: number }): Figure {
  const x = points.map(({ margin }) => margin);
  const line = (name: string, color: string, y: readonly number[], more: Partial<ScatterTrace> = {}): ScatterTrace => ({
    ...{ type: 'scatter', mode: 'lines', name, x, y, line: { color, width: 3 } },
    hovertemplate: `ξ = %{x:.2f}: %{y:.3f}<extra>${name}</extra>`,
    ...more,
  });
  const part = (value: 'loss' | 'pull' | 'push'): number[] => points.map((point) => point[value]);
  const second = { xaxis: 'x2', yaxis: 'y2' } as const;
  const mark = (n: '' | '2') =>
    ({
      type: 'line',
      xref: `x${n}`,
      yref: 'paper',
      x0: at,
      x1: at,
      y0: 0,
      y1: 1,
      line: { color: GREY, dash: 'dash' },
    }) as const;
  return {
    data: [
      line('whole loss', '#000000', part('loss')),
      line('pulls', OKABE_ITO[0], part('pull')),
      line('pushes', OKABE_ITO[1], part('push')),
      line(
        'pairs that push',
        OKABE_ITO[4],
        points.map(({ pushing }) => 100 * pushing),
        second,
      ),
    ],
    layout: layout('The margin turned over real features', {
      ...{ height: 360, showlegend: true, shapes: [mark(''), mark('2')] },
      xaxis: axis('Margin ξ (cosine)', { domain: [0, 0.45], anchor: 'y' }),
      yaxis: axis('Loss, mean over the images', { rangemode: 'tozero', anchor: 'x' }),
      xaxis2: axis('Margin ξ (cosine)', { domain: [0.57, 1], anchor: 'y2' }),
      yaxis2: axis('Pairs of two classes that push (%)', { range: [-3, 103], anchor: 'x2' }),
    }),
    meta: {
      caption:
        `Left: the loss and its two parts; pulls do not read the margin. Right: how many pairs of two classes lie above the margin. The dashed line ` +
        `is ξ = ${at}.`,
    },
  };
}
