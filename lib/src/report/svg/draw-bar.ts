/** Bars, side by side where several traces share a place. */
import type { BarTrace, Figure, PlotDatum } from '../../plots/figure';
import { placeUnits, toUnits, axisOf } from './axes';
import { checkColour } from './colour';
import type { Axes } from './draw-scatter';
import { traceErrors } from './draw-scatter';
import { el } from './element';

/** Which of the bars at one place this trace draws, and how many there are. */
function slot(trace: BarTrace, { data, layout }: Figure): { index: number; of: number } {
  if (layout.barmode === 'overlay') return { index: 0, of: 1 };
  const beside = data.filter(
    (t) => t.type === 'bar' && axisOf(t, 'x') === axisOf(trace, 'x') && axisOf(t, 'y') === axisOf(trace, 'y'),
  );
  return { index: beside.indexOf(trace), of: beside.length };
}

/** One bar trace. Error bars stand in the middle of the place where bars are alone, as Plotly draws them. */
export function drawBar(trace: BarTrace, axes: Axes, figure: Figure): string {
  const flat = trace.orientation === 'h';
  const [side, value] = flat ? [axes.y, axes.x] : [axes.x, axes.y];
  const [sides, values] = flat ? [trace.y, trace.x] : [trace.x, trace.y];
  const { index, of } = slot(trace, figure);
  const whole = trace.width ?? (1 - (figure.layout.bargap ?? 0.2)) / of;
  const offset = (index - (of - 1) / 2) * whole;
  const colour = (i: number): string =>
    checkColour((typeof trace.marker?.color === 'string' ? trace.marker.color : trace.marker?.color?.[i]) ?? '#0072B2');
  const bars = sides.map((at: PlotDatum, i) => {
    const [s, v] = [toUnits(side, at), toUnits(value, values[i] ?? null)];
    if (s === null || v === null) return '';
    const [a, b] = [placeUnits(side, s + offset - whole / 2), placeUnits(side, s + offset + whole / 2)];
    const [c, d] = [placeUnits(value, value.kind === 'log' ? value.range[0] : 0), placeUnits(value, v)];
    const [x0, x1, y0, y1] = flat ? [c, d, a, b] : [a, b, c, d];
    const box = { x: Math.min(x0, x1), y: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) };
    return el('rect', { ...box, fill: colour(i), opacity: trace.marker?.opacity });
  });
  const shift = placeUnits(side, offset) - placeUnits(side, 0);
  const moved = { ...side, start: side.start + shift, end: side.end + shift };
  return bars.join('') + traceErrors(trace, flat ? { x: value, y: moved } : { x: moved, y: value });
}
