/** Lines, filled bands, markers, words and error bars. */
import type { BarTrace, ErrorBar, PlotDatum, ScatterTrace } from '../../plots/figure';
import { place, toUnits, placeUnits, type PlacedAxis } from './axes';
import { checkColour } from './colour';
import { el, num } from './element';
import { markerPath } from './markers';
import { textBlock, textLines } from './text';

/** The two axes of a trace. */
export interface Axes {
  readonly x: PlacedAxis;
  readonly y: PlacedAxis;
}

export const DASH = { solid: undefined, dot: '2 3', dash: '7 5' } as const;

/** The points of a trace as path data; a point without a place breaks the line. */
function pathData(trace: ScatterTrace, axes: Axes): string {
  let pen = 'M';
  return trace.x
    .map((value, i) => {
      const [x, y] = [place(axes.x, value), place(axes.y, trace.y[i] ?? null)];
      if (x === null || y === null) {
        pen = 'M';
        return '';
      }
      const step = `${pen}${num(x)} ${num(y)}`;
      pen = 'L';
      return step;
    })
    .join('');
}

/** The line of a trace and the area it encloses. */
function drawLine(trace: ScatterTrace, axes: Axes): string {
  const d = pathData(trace, axes);
  if (d === '') return '';
  const area =
    trace.fill === 'toself'
      ? el('path', { d: `${d}Z`, fill: checkColour(trace.fillcolor ?? '#dddddd'), stroke: 'none' })
      : '';
  const width = trace.line?.width ?? 2;
  if (!trace.mode.includes('lines') || width === 0) return area;
  const line = el('path', {
    d,
    fill: 'none',
    stroke: checkColour(trace.line?.color ?? '#444444'),
    'stroke-width': width,
    'stroke-linejoin': 'round',
    'stroke-dasharray': DASH[trace.line?.dash ?? 'solid'],
  });
  return area + line;
}

/** Error bars in one direction, with caps. */
export function drawErrors(
  at: readonly (readonly [PlotDatum, PlotDatum])[],
  axes: Axes,
  error: ErrorBar,
  along: 'x' | 'y',
): string {
  const cap = error.width ?? 4;
  const d = at.map(([px, py], i) => {
    const value = toUnits(axes[along], along === 'x' ? px : py);
    const still = along === 'x' ? place(axes.y, py) : place(axes.x, px);
    const [up, down] = [error.array[i] ?? 0, (error.arrayminus ?? error.array)[i] ?? 0];
    if (value === null || still === null || (up === 0 && down === 0)) return '';
    const [from, to] = [num(placeUnits(axes[along], value - down)), num(placeUnits(axes[along], value + up))];
    const [a, b, s] = [num(still - cap), num(still + cap), num(still)];
    return along === 'x'
      ? `M${from} ${s}H${to}M${from} ${a}V${b}M${to} ${a}V${b}`
      : `M${s} ${from}V${to}M${a} ${from}H${b}M${a} ${to}H${b}`;
  });
  if (d.join('') === '') return '';
  return el('path', {
    d: d.join(''),
    fill: 'none',
    stroke: checkColour(error.color ?? '#444444'),
    'stroke-width': error.thickness ?? 2,
  });
}

/** Both error bars of a trace. */
export function traceErrors(trace: ScatterTrace | BarTrace, axes: Axes): string {
  const at = trace.x.map((x, i): [PlotDatum, PlotDatum] => [x, trace.y[i] ?? null]);
  return (
    (trace.error_x ? drawErrors(at, axes, trace.error_x, 'x') : '') +
    (trace.error_y ? drawErrors(at, axes, trace.error_y, 'y') : '')
  );
}

/** The colour of point i. */
function pointColour(trace: ScatterTrace, i: number): string {
  const colour = trace.marker?.color;
  return (typeof colour === 'string' ? colour : colour?.[i]) ?? trace.line?.color ?? '#444444';
}

/** Markers or words at each point. */
function drawPoints(trace: ScatterTrace, axes: Axes): string {
  const [words, markers] = [trace.mode === 'text', trace.mode.includes('markers')];
  if (!words && !markers) return '';
  return trace.x
    .map((value, i) => {
      const [x, y] = [place(axes.x, value), place(axes.y, trace.y[i] ?? null)];
      if (x === null || y === null) return '';
      if (markers)
        return markerPath(trace.marker ?? {}, x, y, { colour: pointColour(trace, i), size: trace.marker?.size ?? 6 });
      return textBlock(textLines(trace.text?.[i] ?? ''), x, y, {
        size: 12,
        colour: '#222222',
        anchor: 'middle',
        baseline: 'middle',
      });
    })
    .join('');
}

/** One scatter trace. */
export function drawScatter(trace: ScatterTrace, axes: Axes): string {
  return drawLine(trace, axes) + traceErrors(trace, axes) + drawPoints(trace, axes);
}
