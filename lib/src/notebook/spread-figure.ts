/** How widely repeated results lie: one row a setting, each result a point. */
import { quantile } from '../core/median';
import { sd as deviation } from '../metrics';
import { fade, label, layout, OKABE_ITO } from '../plots';
import type { Figure, ScatterTrace } from '../plots';
import { axis } from '../plots/theme';
import type { Table } from '../report';

/** The results of one setting. */
export interface SpreadRow {
  readonly name: string;
  readonly values: readonly number[];
}

export interface SpreadOptions {
  readonly title: string;
  readonly xTitle: string;
  readonly caption: string;
  /** 100 draws shares as percent (default); 1 leaves other units as they are. */
  readonly scale?: number;
  /** A vertical line with its name: the true value, or what guessing earns. */
  readonly line?: { readonly at: number; readonly name: string };
}

/** How wide the middle half of the values is. */
export const middleHalf = (values: readonly number[]): number => quantile(values, 0.75) - quantile(values, 0.25);

/** Points that are drawn at most of each row: every k-th of the sorted values, so that the shape stays. */
const MOST = 120;

/** Up to so many values are shown as they are, with a line from the least to the most: they have no quartiles worth drawing. */
const FEW = 10;

function thinned(values: readonly number[]): readonly number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const count = Math.min(MOST, sorted.length);
  return Array.from({ length: count }, (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / count)]!);
}

/** Points of a row are spread over its height in a fixed pattern, so that equal ones stay apart. */
const lift = (i: number): number => 0.27 * (((i * 0.618034) % 1) * 2 - 1);

function rowTraces({ values }: SpreadRow, y: number, color: string): ScatterTrace[] {
  const points = thinned(values);
  const few = values.length <= FEW;
  const dots: ScatterTrace = {
    ...{ type: 'scatter', mode: 'markers', showlegend: false, hovertemplate: '%{x:.2f}<extra></extra>' },
    ...{ x: points, y: points.map((_, i) => y + lift(i)) },
    marker: { color: fade(color, few ? 0.8 : 0.45), size: few ? 10 : 6, symbol: 'circle' },
  };
  const bar = (low: number, high: number, width: number): ScatterTrace => ({
    ...{ type: 'scatter', mode: 'lines', showlegend: false, hoverinfo: 'skip' },
    ...{ x: [quantile(values, low), quantile(values, high)], y: [y, y], line: { color, width } },
  });
  const middle: ScatterTrace = {
    ...{ type: 'scatter', mode: 'markers', showlegend: false, hovertemplate: 'median %{x:.2f}<extra></extra>' },
    ...{ x: [quantile(values, 0.5)], y: [y] },
    marker: { color: '#ffffff', size: 11, symbol: 'diamond', line: { color: '#222222', width: 2 } },
  };
  return few ? [bar(0, 1, 2), dots, middle] : [dots, bar(0.025, 0.975, 2), bar(0.25, 0.75, 7), middle];
}

/**
 * Rows of points, the first on top. The thin bar of a row holds 95 % of its values, the thick one the middle half, and the diamond is the
 * median. Ten values or fewer have one line from the least to the most.
 *
 * @throws RangeError where there is no row or a row has no value
 */
export function spreadFigure(rows: readonly SpreadRow[], options: SpreadOptions): Figure {
  const { title, xTitle, caption, scale = 100, line } = options;
  if (rows.length === 0) throw new RangeError('spreadFigure: there is no row');
  const scaled = rows.map(({ name, values }) => ({ name, values: values.map((v) => v * scale) }));
  const mark: ScatterTrace[] = line
    ? [
        {
          ...{ type: 'scatter', mode: 'lines', name: label(line.name, 60), hoverinfo: 'skip', showlegend: true },
          ...{ x: [line.at * scale, line.at * scale], y: [-0.5, rows.length - 0.5] },
          line: { color: '#555555', width: 1.5, dash: 'dash' },
        },
      ]
    : [];
  return {
    data: [...mark, ...scaled.flatMap((row, i) => rowTraces(row, i, OKABE_ITO[i % OKABE_ITO.length]!))],
    layout: layout(title, {
      height: 150 + 62 * rows.length,
      margin: { l: 150, t: line ? 62 : 44 },
      showlegend: line !== undefined,
      legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1.01, yanchor: 'bottom' },
      xaxis: axis(xTitle),
      yaxis: axis('', {
        range: [rows.length - 0.5, -0.5],
        tickvals: rows.map((_, i) => i),
        ticktext: rows.map(({ name }) => label(name)),
        showgrid: false,
      }),
    }),
    meta: { caption },
  };
}

/** The same rows as numbers: mean, standard deviation of single results, and the ends that hold 95 % of them. */
export function spreadTable(
  rows: readonly SpreadRow[],
  options: { readonly title: string; readonly scale?: number; readonly unit?: string },
): Table {
  const { title, scale = 100, unit = '%' } = options;
  const number = (key: string, head: string) => ({ key, title: head, unit, digits: scale === 1 ? 2 : 1 });
  return {
    title,
    columns: [
      { key: 'name', title: 'Setting' },
      { key: 'results', title: 'Results' },
      ...[number('mean', 'Mean'), number('sd', 'Standard deviation')],
      ...[number('low', '95 % lie from'), number('high', 'to')],
    ],
    rows: rows.map(({ name, values }) => ({
      ...{ name, results: values.length },
      mean: (scale * values.reduce((a, b) => a + b, 0)) / values.length,
      sd: values.length > 1 ? scale * deviation(values) : null,
      low: scale * quantile(values, 0.025),
      high: scale * quantile(values, 0.975),
    })),
    notes: [],
  };
}
