/** Rows of dots in panels side by side: several measures of the same things, each beside what it is compared with. */
import type { Interval } from '../metrics/interval';
import type { Axis, Figure, Layout, MarkerSymbol, ScatterTrace, XRef, YRef } from './figure';
import { axis, hoverName, INK, label, layout } from './theme';

/** One kind of dot, the same in every panel. */
export interface DotKind {
  readonly name: string;
  readonly symbol: MarkerSymbol;
  readonly colour: string;
  /** Whether the ends of the intervals are drawn. */
  readonly bars: boolean;
}

/** One measure. `values[kind][row]`: shares in 0..1 are drawn in percent; null has no dot. */
export interface DotPanel {
  readonly xTitle: string;
  readonly values: readonly (readonly (Interval | null)[])[];
}

export interface DotOptions {
  readonly title: string;
  readonly kinds: readonly DotKind[];
  readonly rows: readonly string[];
  readonly caption: string;
  readonly run?: string;
}

const GAP = 0.04;
const nth = (panel: number): string => (panel === 0 ? '' : String(panel + 1));

/** The dots of one kind in one panel; row i is at y = i. */
function dots(
  kind: DotKind,
  values: readonly (Interval | null)[],
  panel: number,
  rows: readonly string[],
): ScatterTrace {
  const at = values.flatMap((interval, y) => (interval ? [{ interval, y }] : []));
  const percent = (value: number): number => 100 * value;
  const bars = {
    ...({ type: 'data', symmetric: false, color: INK, thickness: 1.5, width: 4 } as const),
    array: at.map(({ interval: { mean, high } }) => percent((high ?? mean) - mean)),
    arrayminus: at.map(({ interval: { mean, low } }) => percent(mean - (low ?? mean))),
  };
  return {
    ...({
      type: 'scatter',
      mode: 'markers',
      name: label(kind.name, 60),
      legendgroup: kind.name,
      showlegend: panel === 0,
    } as const),
    ...{ xaxis: `x${nth(panel)}` as XRef, yaxis: `y${nth(panel)}` as YRef },
    x: at.map(({ interval }) => percent(interval.mean)),
    y: at.map(({ y }) => y),
    text: at.map(({ y }) => label(rows[y]!, 60)),
    hovertemplate: `%{text}: %{x:.1f}<extra>${hoverName(kind.name, 60)}</extra>`,
    marker: { symbol: kind.symbol, size: kind.bars ? 9 : 8, color: kind.colour, line: { color: INK, width: 1 } },
    ...(kind.bars ? { error_x: bars } : {}),
  };
}

/** The axes of all panels: rows on the left of the first one, from top to bottom. */
function axesOf(panels: readonly DotPanel[], rows: readonly string[]): Layout {
  const wide = (1 - GAP * (panels.length - 1)) / panels.length;
  const axes: Record<string, Axis> = {};
  panels.forEach(({ xTitle }, k) => {
    const left = k * (wide + GAP);
    const domain = [left, Math.min(1, left + wide)] as const;
    axes[`xaxis${nth(k)}`] = axis(xTitle, { domain, anchor: `y${nth(k)}` as YRef, rangemode: 'tozero' });
    axes[`yaxis${nth(k)}`] = axis('', {
      ...{ range: [rows.length - 0.5, -0.5] as const, anchor: `x${nth(k)}` as XRef, showgrid: true },
      ...{
        tickvals: rows.map((_, i) => i),
        ticktext: k === 0 ? rows.map((row) => label(row, 44)) : rows.map(() => ''),
      },
    });
  });
  return axes as Layout;
}

/**
 * Dots with intervals: a row a thing, a panel a measure, a symbol a kind (what was found, and what it is compared with).
 *
 * Errors: RangeError where there is no panel or row, or a panel's values are not [kinds][rows].
 */
export function dotPanels(panels: readonly DotPanel[], options: DotOptions): Figure {
  const { kinds, rows, title, caption, run } = options;
  if (panels.length === 0 || rows.length === 0) throw new RangeError('dotPanels: give at least one panel and one row');
  const fits = ({ values }: DotPanel): boolean =>
    values.length === kinds.length && values.every((list) => list.length === rows.length);
  if (!panels.every(fits)) throw new RangeError(`dotPanels: every panel holds ${kinds.length} x ${rows.length} values`);
  return {
    data: panels.flatMap(({ values }, k) => kinds.map((kind, i) => dots(kind, values[i]!, k, rows))),
    layout: layout(title, {
      height: 190 + 34 * rows.length,
      margin: { l: 90, t: 66 },
      legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1.01, yanchor: 'bottom' },
      ...axesOf(panels, rows),
    }),
    meta: { caption, ...(run === undefined ? {} : { run }) },
  };
}
