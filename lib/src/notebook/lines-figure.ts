/** Values as lines over one horizontal axis: for curves that a cell has computed. */
import { hoverName, label, layout, OKABE_ITO } from '../plots';
import type { Figure, ScatterTrace } from '../plots';
import type { Dash } from '../plots/figure';
import { axis } from '../plots/theme';

/** One curve: a list of y, or the list with a way to draw it. */
export type Line = readonly number[] | { readonly y: readonly number[]; readonly dash?: Dash };

export interface LinesOptions {
  /** Shared by all lines. */
  readonly x: readonly number[];
  readonly title: string;
  /** With its unit. */
  readonly xTitle: string;
  readonly yTitle: string;
  readonly caption: string;
  readonly yRange?: readonly [number, number];
  /** Logarithmic axes. */
  readonly log?: 'x' | 'y' | 'both';
}

const spread = (line: Line): { readonly y: readonly number[]; readonly dash?: Dash } =>
  'y' in line ? line : { y: line };

/** A line for each name. @throws RangeError where a line has another length than x */
export function linesFigure(lines: Readonly<Record<string, Line>>, options: LinesOptions): Figure {
  const { x, title, xTitle, yTitle, caption, yRange, log } = options;
  const names = Object.keys(lines);
  const data = names.map((name, i): ScatterTrace => {
    const { y, dash = 'solid' } = spread(lines[name]!);
    if (y.length !== x.length)
      throw new RangeError(`linesFigure: "${name}" has ${y.length} values for ${x.length} places on the axis`);
    const color = OKABE_ITO[i % OKABE_ITO.length]!;
    const style = { color, width: 2.5, dash };
    return {
      ...{ type: 'scatter', mode: 'lines+markers', name: label(name), x, y, line: style },
      marker: { color, size: 7 },
      hovertemplate: `${hoverName(name, 60)}: %{y:.3f} at %{x}<extra></extra>`,
    };
  });
  const kind = (of: 'x' | 'y') => (log === of || log === 'both' ? { type: 'log' as const } : {});
  const ticks = log === 'x' || log === 'both' ? { tickvals: x, ticktext: x.map(String) } : {};
  return {
    data,
    layout: layout(title, {
      height: 400,
      showlegend: names.length > 1,
      xaxis: axis(xTitle, { ...kind('x'), ...ticks }),
      yaxis: axis(yTitle, { ...kind('y'), ...(yRange ? { range: yRange } : {}) }),
    }),
    meta: { caption },
  };
}
