/** Shared by the dot-and-interval plots: one row a variant, its mean with interval, and each seed as a point. */
import { tInterval, type Interval } from '../metrics/interval';
import type { Annotation, ErrorBar, Figure, ScatterTrace } from './figure';
import { axis, GREY, INK, label, layout } from './theme';

/** The scores of one variant over seeds, in seed order; accuracies in 0..1. */
export interface VariantScores {
  readonly variant: string;
  readonly values: readonly number[];
}

/** What the interval plots have in common. `scale` 100 shows shares as percent; `level` 0.95 is a 95 % interval. */
export interface RowOptions {
  readonly title?: string;
  readonly xTitle?: string;
  readonly scale?: number;
  readonly level?: number;
  readonly run?: string;
}

/** One row to draw: its label, its numbers (already scaled) and its colour. */
export interface Row {
  readonly name: string;
  readonly interval: Interval;
  readonly values: readonly number[];
  readonly colour: string;
}

/** Builds a row: the values times `scale`, and their interval. */
export function makeRow(scores: VariantScores, colour: string, options: RowOptions): Row {
  const values = scores.values.map((v) => v * (options.scale ?? 100));
  return { name: scores.variant, interval: tInterval(values, options.level), values, colour };
}

/** Error bars from the middle to the ends of the intervals; none (0) where there is one seed. */
function whiskers(rows: readonly Row[]): ErrorBar {
  return {
    type: 'data',
    symmetric: false,
    array: rows.map(({ interval }) => (interval.high ?? interval.mean) - interval.mean),
    arrayminus: rows.map(({ interval }) => interval.mean - (interval.low ?? interval.mean)),
    color: INK,
    thickness: 2,
    width: 5,
  };
}

/** The seeds as open points just below their row, and the mean with its interval on it. Row i is at y = i. */
function rowTraces(rows: readonly Row[], level: number): ScatterTrace[] {
  const seeds = rows.flatMap((row, i) => row.values.map((value) => ({ value, y: i + 0.24, row })));
  return [
    {
      type: 'scatter',
      mode: 'markers',
      name: 'one seed',
      x: seeds.map((s) => s.value),
      y: seeds.map((s) => s.y),
      text: seeds.map((s) => label(s.row.name, 60)),
      hovertemplate: '%{text}: %{x:.2f}<extra>one seed</extra>',
      marker: { symbol: 'circle-open', size: 6, color: GREY, opacity: 0.8 },
    },
    {
      type: 'scatter',
      mode: 'markers',
      name: `mean and ${Math.round(level * 100)} % interval`,
      x: rows.map((row) => row.interval.mean),
      y: rows.map((_, i) => i),
      text: rows.map((row) => `${label(row.name, 60)}, ${row.interval.n} seeds`),
      hovertemplate: '%{text}: %{x:.2f}<extra></extra>',
      marker: { symbol: 'circle', size: 11, color: rows.map((row) => row.colour), line: { color: INK, width: 1 } },
      error_x: whiskers(rows),
    },
  ];
}

/** What a row plot is made of. `line` is a vertical line through all rows, `tell` writes the numbers right of a row. */
export interface RowPlot {
  readonly title: string;
  readonly xTitle: string;
  readonly rows: readonly Row[];
  readonly level: number;
  readonly line?: { readonly at: number; readonly name: string };
  readonly tell: (interval: Interval) => string;
}

/** The line as a trace, so that it has its own entry in the legend. */
function lineTrace({ line, rows }: RowPlot): ScatterTrace[] {
  if (!line) return [];
  return [
    {
      type: 'scatter',
      mode: 'lines',
      name: line.name,
      x: [line.at, line.at],
      y: [-0.5, rows.length - 0.5],
      hoverinfo: 'skip',
      line: { color: '#555555', width: 1.5, dash: 'dash' },
    },
  ];
}

/** The numbers of each row, written to the right of the plot. */
function numbers({ rows, tell }: RowPlot): Annotation[] {
  return rows.map(({ interval }, i) => ({
    text: tell(interval),
    x: 1.015,
    y: i,
    xref: 'paper',
    yref: 'y',
    xanchor: 'left',
    yanchor: 'middle',
    showarrow: false,
    font: { size: 12, color: INK },
  }));
}

/** From the lowest to the highest of points, ends of intervals and the line, with air on both sides. */
function spanOf({ rows, line }: RowPlot): [number, number] {
  const all = rows.flatMap(({ values, interval: { mean, low, high } }) => [...values, low ?? mean, high ?? mean]);
  if (line) all.push(line.at);
  const [low, high] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const air = (high - low) * 0.05 || 0.5;
  return [low - air, high + air];
}

/** The figure without its caption: first row on top, labels on the left, numbers on the right, the legend under the title. */
export function rowFigure(plot: RowPlot): Pick<Figure, 'data' | 'layout'> {
  const labels = plot.rows.map((row) => label(row.name));
  const tall = Math.max(1, ...labels.map((text) => text.split('<br>').length));
  const wide = Math.max(...plot.rows.map(({ interval }) => plot.tell(interval).length));
  return {
    data: [...lineTrace(plot), ...rowTraces(plot.rows, plot.level)],
    layout: layout(plot.title, {
      height: 170 + plot.rows.length * Math.max(36, 18 * tall + 8),
      margin: { l: 80, r: 24 + 7 * wide, t: 66, b: 60 },
      xaxis: axis(plot.xTitle, { range: spanOf(plot) }),
      yaxis: axis('', {
        range: [plot.rows.length - 0.5, -0.5],
        tickvals: plot.rows.map((_, i) => i),
        ticktext: labels,
        showgrid: false,
      }),
      legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1.01, yanchor: 'bottom' },
      annotations: numbers(plot),
    }),
  };
}
