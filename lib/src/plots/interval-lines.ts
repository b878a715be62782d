/** Accuracy against a number, such as training images a class: a line each, with the interval at every point. */
import type { Interval } from '../metrics/interval';
import type { Figure, MarkerSymbol, ScatterTrace } from './figure';
import { axis, coloursOf, hoverName, INK, label, layout } from './theme';

export interface IntervalLine {
  readonly name: string;
  /** In rising order of x. The intervals are of shares in 0..1; they are drawn in percent. */
  readonly points: readonly { readonly x: number; readonly interval: Interval }[];
}

export interface IntervalLinesOptions {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle?: string;
  readonly caption: string;
  readonly run?: string;
}

const SYMBOLS: readonly MarkerSymbol[] = ['square', 'diamond', 'circle', 'triangle-up'];
const percent = (share: number): number => 100 * share;

/** How far the lines stand apart at one x, as a share of the way to the next, so that no interval hides another. */
const APART = 0.06;

/**
 * One line a name. The numbers on the x axis stand at equal steps: they usually double (1, 3, 5, 10), and the small ones are what is asked about.
 *
 * Errors: RangeError where there is no line, or a line has no point.
 */
export function intervalLines(lines: readonly IntervalLine[], options: IntervalLinesOptions): Figure {
  const { title, xTitle, yTitle = 'Test accuracy (%)', caption, run } = options;
  const empty = lines.find(({ points }) => points.length === 0);
  if (lines.length === 0 || empty)
    throw new RangeError(`intervalLines: ${empty ? `"${empty.name}" has no point` : 'there are no lines'}`);
  const ticks = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const colours = coloursOf(lines.map(({ name }) => name));
  const data = lines.map(({ name, points }, i): ScatterTrace => {
    const means = points.map(({ interval }) => interval.mean);
    return {
      ...({ type: 'scatter', mode: 'lines+markers', name: label(name) } as const),
      x: points.map(({ x }) => ticks.indexOf(x) + APART * (i - (lines.length - 1) / 2)),
      y: means.map(percent),
      line: { color: colours[i]!, width: 2 },
      marker: { symbol: SYMBOLS[i % SYMBOLS.length]!, color: colours[i]!, size: 9, line: { color: INK, width: 1 } },
      error_y: {
        ...({ type: 'data', color: colours[i]!, thickness: 1.5, width: 4 } as const),
        array: points.map(({ interval }, k) => percent((interval.high ?? means[k]!) - means[k]!)),
      },
      hovertemplate: `%{y:.1f} %<extra>${hoverName(name)}</extra>`,
    };
  });
  const told = (x: number): string => String(Number(x.toFixed(1)));
  return {
    data,
    layout: layout(title, {
      height: 420,
      showlegend: true,
      xaxis: axis(xTitle, { tickvals: ticks.map((_, i) => i), ticktext: ticks.map(told) }),
      yaxis: axis(yTitle),
    }),
    meta: { caption, ...(run === undefined ? {} : { run }) },
  };
}
