/** Many intervals at once: a row each, in groups of one colour and symbol, beside the line of no difference. */
import type { Interval } from '../metrics/interval';
import type { Annotation, Figure, MarkerSymbol, ScatterTrace } from './figure';
import { axis, hoverName, INK, label, layout, signedPoints } from './theme';

export interface IntervalGroup {
  readonly name: string;
  readonly colour: string;
  readonly symbol: MarkerSymbol;
}

/** One row. The interval is of shares in 0..1, or of differences of them; it is drawn in points. */
export interface IntervalRow {
  readonly name: string;
  /** Name of its group. */
  readonly group: string;
  readonly interval: Interval;
}

export interface IntervalOptions {
  readonly title: string;
  readonly xTitle: string;
  readonly caption: string;
  readonly groups: readonly IntervalGroup[];
  /** Ends of the axis in points, to both sides of zero; a mean beyond it is written at its edge. Default: as far as needed. */
  readonly most?: number;
  readonly run?: string;
}

const ROW = 17;
const points = (share: number): number => 100 * share;
const within = (value: number, most: number): number => Math.min(most, Math.max(-most, value));

/** Mean and ends in points. */
const ends = ({ mean, low, high }: Interval) => ({
  mean: points(mean),
  low: points(low ?? mean),
  high: points(high ?? mean),
});

/** +1.4 [−0.6, +3.4] */
const toldAll = ({ mean, low, high }: ReturnType<typeof ends>): string =>
  `${signedPoints(mean)} [${signedPoints(low)}, ${signedPoints(high)}]`;

/** The rows of one group; `most` cuts what lies beyond the axis. */
function groupTrace(group: IntervalGroup, rows: readonly IntervalRow[], most: number): ScatterTrace {
  const own = rows
    .map((row, y) => ({ row, y, at: ends(row.interval) }))
    .filter(({ row, at }) => row.group === group.name && Math.abs(at.mean) <= most);
  const shown = own.map(({ at }) => ({
    x: within(at.mean, most),
    low: within(at.low, most),
    high: within(at.high, most),
  }));
  return {
    ...({ type: 'scatter', mode: 'markers', name: label(group.name, 60) } as const),
    x: shown.map(({ x }) => x),
    y: own.map(({ y }) => y),
    text: own.map(({ row, at }) => `${label(row.name, 80)}: ${toldAll(at)}`),
    hovertemplate: `%{text}<extra>${hoverName(group.name, 60)}</extra>`,
    marker: { symbol: group.symbol, size: 8, color: group.colour, line: { color: INK, width: 0.5 } },
    error_x: {
      ...({ type: 'data', symmetric: false, color: group.colour, thickness: 1.5, width: 0 } as const),
      array: shown.map(({ x, high }) => high - x),
      arrayminus: shown.map(({ x, low }) => x - low),
    },
  };
}

/** The mean of each row that lies beyond the axis, written at its edge. */
const beyond = (rows: readonly IntervalRow[], most: number): Annotation[] =>
  rows.flatMap(({ interval }, y) => {
    const at = ends(interval);
    const { mean } = at;
    if (Math.abs(mean) <= most) return [];
    const left = mean < 0;
    return [
      {
        ...({ xref: 'x', yref: 'y', showarrow: false, yanchor: 'middle' } as const),
        ...{ x: left ? -most : most, y, xshift: left ? 8 : -8, xanchor: left ? 'left' : 'right' },
        text: left ? `\u25c0 ${toldAll(at)}` : `${toldAll(at)} \u25b6`,
        font: { size: 11, color: INK },
      } as const,
    ];
  });

/**
 * Differences with their intervals, one row each from top to bottom, and a dashed line at zero.
 *
 * @throws RangeError where there is no row, or a row names a group that is not listed
 */
export function intervalRows(rows: readonly IntervalRow[], options: IntervalOptions): Figure {
  const { title, xTitle, caption, groups, run } = options;
  if (rows.length === 0) throw new RangeError('intervalRows: there are no rows');
  const names = groups.map(({ name }) => name);
  const lost = rows.find(({ group }) => !names.includes(group));
  if (lost)
    throw new RangeError(`intervalRows: "${lost.name}" is of group "${lost.group}"; listed are ${names.join(', ')}`);
  const widest = Math.max(...rows.flatMap(({ interval }) => Object.values(ends(interval)).map(Math.abs))) || 1;
  const most = options.most ?? widest * 1.05;
  const zero: ScatterTrace = {
    ...({ type: 'scatter', mode: 'lines', name: 'no difference', hoverinfo: 'skip' } as const),
    ...{ x: [0, 0], y: [-0.5, rows.length - 0.5] },
    line: { color: '#555555', width: 1.5, dash: 'dash' },
  };
  const met = groups.filter(({ name }) => rows.some(({ group }) => group === name));
  return {
    data: [zero, ...met.map((group) => groupTrace(group, rows, most))],
    layout: layout(title, {
      height: 170 + ROW * rows.length,
      margin: { l: 90, t: 66 },
      legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1.005, yanchor: 'bottom' },
      annotations: beyond(rows, most),
      xaxis: axis(xTitle, { range: [-most, most] }),
      yaxis: axis('', {
        ...{ range: [rows.length - 0.5, -0.5] as const, showgrid: true, tickfont: { size: 11 } },
        tickvals: rows.map((_, i) => i),
        ticktext: rows.map(({ name }) => label(name, 60)),
      }),
    }),
    meta: { caption, ...(run === undefined ? {} : { run }) },
  };
}
