/** Heatmaps as vector paths (equal neighbours of a row become one rectangle), and their colour bar. */
import type { HeatmapTrace, Scale } from '../../plots/figure';
import { heatEdges, placeUnits } from './axes';
import { hexOf, inkOn, scaleColour, type Rgba } from './colour';
import type { Axes } from './draw-scatter';
import { el, num } from './element';
import type { Room } from './frame';
import { LINE, textBlock, textLines } from './text';
import { niceStep, niceTicks, tickText } from './ticks';

/** Plotly's own default is not colour-blind safe; a figure without a scale is drawn in greys. */
const GREYS: Scale = [
  [0, '#ffffff'],
  [1, '#000000'],
];

/** Colours are drawn in this many steps, so that like cells share one path. */
const STEPS = 100;

/** Lowest and highest value that the colours span. */
function span({ z, zmin, zmax }: HeatmapTrace): readonly [number, number] {
  const values = z.flat().filter((v): v is number => v !== null && Number.isFinite(v));
  const low = zmin ?? values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = zmax ?? values.reduce((a, b) => Math.max(a, b), -Infinity);
  return high > low ? [low, high] : [Number.isFinite(low) ? low : 0, (Number.isFinite(low) ? low : 0) + 1];
}

/** The step of the scale for a value. A value above zero never gets the step of zero: one image in 80 must be seen. */
function stepOf(value: number, [low, high]: readonly [number, number]): number {
  const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return share > 0 ? Math.max(1, Math.round(share * STEPS)) : 0;
}

/** Path data by colour step. */
function runs(trace: HeatmapTrace, axes: Axes): Map<number, string> {
  const range = span(trace);
  const [xs, ys] = [
    heatEdges(trace, 'x').map((v) => placeUnits(axes.x, v)),
    heatEdges(trace, 'y').map((v) => placeUnits(axes.y, v)),
  ];
  const [gapX, gapY] = [(trace.xgap ?? 0) / 2, (trace.ygap ?? 0) / 2];
  const paths = new Map<number, string>();
  trace.z.forEach((row, r) => {
    const [top, bottom] = [Math.min(ys[r]!, ys[r + 1]!) + gapY, Math.max(ys[r]!, ys[r + 1]!) - gapY];
    const steps = row.map((v) => (v === null || !Number.isFinite(v) ? null : stepOf(v, range)));
    for (let from = 0; from < row.length;) {
      let to = from + 1;
      while (gapX === 0 && to < row.length && steps[to] === steps[from]) to++;
      const step = steps[from]!;
      const [left, right] = [Math.min(xs[from]!, xs[to]!) + gapX, Math.max(xs[from]!, xs[to]!) - gapX];
      if (steps[from] !== null)
        paths.set(step, `${paths.get(step) ?? ''}M${num(left)} ${num(top)}H${num(right)}V${num(bottom)}H${num(left)}Z`);
      from = to;
    }
  });
  return paths;
}

/** The colour of a step. */
function stepColour(trace: HeatmapTrace, step: number): Rgba {
  return scaleColour(trace.colorscale ?? GREYS, step / STEPS);
}

/** The words in the cells, where the figure has some and cells have room for them. */
function drawWords(trace: HeatmapTrace, axes: Axes): string {
  if (!trace.text || !trace.texttemplate) return '';
  const range = span(trace);
  const [xs, ys] = [
    heatEdges(trace, 'x').map((v) => placeUnits(axes.x, v)),
    heatEdges(trace, 'y').map((v) => placeUnits(axes.y, v)),
  ];
  const cell = Math.min(Math.abs(xs[1]! - xs[0]!), Math.abs(ys[1]! - ys[0]!));
  const size = Math.min(trace.textfont?.size ?? 12, Math.floor(cell * 0.42));
  if (size < 6) return '';
  return trace.text
    .flatMap((row, r) =>
      row.map((text, c) => {
        const value = trace.z[r]?.[c];
        if (text === '' || value === null || value === undefined) return '';
        const colour = inkOn(stepColour(trace, stepOf(value, range)));
        const at = [(xs[c]! + xs[c + 1]!) / 2, (ys[r]! + ys[r + 1]!) / 2] as const;
        return textBlock(textLines(text), at[0], at[1], { size, colour, anchor: 'middle', baseline: 'middle' });
      }),
    )
    .join('');
}

/** One heatmap. */
export function drawHeatmap(trace: HeatmapTrace, axes: Axes): string {
  const cells = [...runs(trace, axes)]
    .sort(([a], [b]) => a - b)
    .map(([step, d]) => {
      const colour = stepColour(trace, step);
      if (colour[3] === 0) return '';
      return el('path', { d, fill: hexOf(colour), 'fill-opacity': colour[3] === 1 ? undefined : colour[3] });
    });
  return el('g', { 'shape-rendering': 'crispEdges', opacity: trace.opacity }, cells.join('')) + drawWords(trace, axes);
}

/** The colour bar of a heatmap: its title, its scale from bottom to top, and its ticks. `room` is the bar itself. */
export function drawColourbar(trace: HeatmapTrace, room: Room, id: string): string {
  const [low, high] = span(trace);
  const title = textLines(trace.colorbar?.title?.text ?? '');
  const top = room.top + (title.join('') === '' ? 0 : title.length * 12 * LINE + 6);
  const stops = (trace.colorscale ?? GREYS).map(([at, text]) => {
    const colour = scaleColour(
      [
        [0, text],
        [1, text],
      ],
      0,
    );
    return el('stop', {
      offset: at,
      'stop-color': hexOf(colour),
      'stop-opacity': colour[3] === 1 ? undefined : colour[3],
    });
  });
  const gradient = el('linearGradient', { id, x1: 0, y1: 1, x2: 0, y2: 0 }, stops.join(''));
  const bar = { x: room.left, y: top, width: room.right - room.left, height: room.bottom - top };
  const count = Math.max(2, Math.floor(bar.height / 70));
  const step = niceStep(high - low, count);
  const ticks = niceTicks(low, high, count).map((v) => {
    const y = room.bottom - ((v - low) / (high - low)) * bar.height;
    const word = textBlock([tickText(v, step)], room.right + 8, y, { size: 12, colour: '#333333', baseline: 'middle' });
    return el('path', { d: `M${num(room.right)} ${num(y)}h4`, stroke: '#999999' }) + word;
  });
  return (
    el('defs', {}, gradient) +
    textBlock(title, room.left, room.top, { size: 12, colour: '#222222' }) +
    el('rect', { ...bar, fill: `url(#${id})`, stroke: '#999999', 'stroke-width': 0.5 }) +
    ticks.join('')
  );
}
