/** A figure as an SVG file of its own: no script, no link, the same text for the same figure. */
import type { Figure, Trace } from '../../plots/figure';
import { axisOf } from './axes';
import { checkColour } from './colour';
import { drawAxes, drawGrid } from './draw-axes';
import { drawBar } from './draw-bar';
import { drawColourbar, drawHeatmap } from './draw-heatmap';
import { drawAnnotation, drawImage, drawShape } from './draw-layout';
import { drawScatter, type Axes } from './draw-scatter';
import { el, num } from './element';
import { COLOURBAR, planFrame, TITLE, type Frame } from './frame';
import { drawLegend } from './legend';
import { escapeXml, textBlock, toPlain } from './text';

/** Size of the picture in pixels; what is left out comes from the figure's layout, else 760 x 460. */
export interface SvgSize {
  readonly width?: number;
  readonly height?: number;
}

const FONT = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/** FNV-1a of a text: names of clip paths must differ between figures that stand in one page. */
function digest(text: string): string {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return (hash >>> 0).toString(36);
}

/** One trace. */
function drawTrace(trace: Trace, axes: Axes, figure: Figure): string {
  switch (trace.type) {
    case 'scatter':
      return drawScatter(trace, axes);
    case 'bar':
      return drawBar(trace, axes, figure);
    case 'heatmap':
      return drawHeatmap(trace, axes);
  }
}

/** Throws on a kind of trace that is not drawn here: a figure may come from a person's own cell. */
function checkKinds({ data }: Figure): void {
  const strange = data.find(({ type }) => !['scatter', 'bar', 'heatmap'].includes(type));
  if (strange)
    throw new RangeError(
      `figureToSvg draws scatter, bar and heatmap, not '${strange.type}'; show it with { as: 'plotly' }`,
    );
}

/** Traces by axes, each group cut off at its plot; heatmaps lie below bars, bars below lines, as in Plotly. */
function drawTraces(figure: Figure, frame: Frame, id: string): string {
  const order = { heatmap: 0, bar: 1, scatter: 2 };
  const pairs = [...new Set(figure.data.map((t) => `${axisOf(t, 'x')} ${axisOf(t, 'y')}`))];
  return pairs
    .map((pair, i) => {
      const [xName, yName] = pair.split(' ') as [string, string];
      const axes: Axes = { x: frame.axes.get(xName)!, y: frame.axes.get(yName)! };
      const own = figure.data.filter((t) => `${axisOf(t, 'x')} ${axisOf(t, 'y')}` === pair);
      const drawn = own
        .map((trace) => ({ trace, svg: el('g', { opacity: trace.opacity }, drawTrace(trace, axes, figure)) }))
        .sort((a, b) => order[a.trace.type] - order[b.trace.type]);
      const [x, y] = [Math.min(axes.x.start, axes.x.end), Math.min(axes.y.start, axes.y.end)];
      const size = { width: Math.abs(axes.x.end - axes.x.start), height: Math.abs(axes.y.end - axes.y.start) };
      const clip = el('clipPath', { id: `${id}-${i}` }, el('rect', { x, y, ...size }));
      return el('defs', {}, clip) + el('g', { 'clip-path': `url(#${id}-${i})` }, drawn.map((d) => d.svg).join(''));
    })
    .join('');
}

/** Title, legend, colour bars and the run that made the figure. */
function drawWords(figure: Figure, frame: Frame, id: string): string {
  const { width, height } = frame;
  const title = textBlock(frame.title, TITLE.left, TITLE.top, { size: TITLE.size, colour: '#222222', weight: 'bold' });
  const bars = frame.colourbars.map((trace, i) => {
    const x = frame.axes.get(axisOf(trace, 'x'))!;
    const y = frame.axes.get(axisOf(trace, 'y'))!;
    const left = Math.max(x.start, x.end) + 18 + i * COLOURBAR;
    const bar = { left, right: left + 16, top: Math.min(y.start, y.end), bottom: Math.max(y.start, y.end) };
    return drawColourbar(trace, bar, `${id}-bar${i}`);
  });
  const run = figure.meta?.run;
  const source =
    run === undefined
      ? ''
      : textBlock([`run ${run}`], width - 8, height - 4, {
          size: 10,
          colour: '#767676',
          anchor: 'end',
          baseline: 'bottom',
        });
  return title + drawLegend(frame.legend, frame.legendAt[0], frame.legendAt[1]) + bars.join('') + source;
}

/**
 * The figure as SVG text: scatter (lines, markers, bands, words), bars, heatmaps, error bars, several panels, shapes,
 * pictures, notes, legend and colour bar. Every word in it is escaped; the caption is its description.
 *
 * Errors: RangeError on another kind of trace, a picture that is a link, a colour it cannot read, or too little room.
 */
export function figureToSvg(figure: Figure, size: SvgSize = {}): string {
  checkKinds(figure);
  const width = size.width ?? figure.layout.width ?? 760;
  const height = size.height ?? figure.layout.height ?? 460;
  const frame = planFrame(figure, width, height);
  const id = `f${digest(JSON.stringify([figure, width, height]))}`;
  const { shapes = [], images = [], annotations = [] } = figure.layout;
  const below = (item: { layer?: string }): boolean => item.layer === 'below';
  const heading = toPlain(figure.layout.title?.text ?? '');
  const body = [
    el('title', {}, escapeXml(heading)),
    el('desc', {}, escapeXml(figure.meta?.caption ?? '')),
    el('rect', { width, height, fill: checkColour(figure.layout.paper_bgcolor ?? '#ffffff') }),
    drawGrid(frame),
    ...images.filter(below).map((image) => drawImage(frame, image)),
    ...shapes.filter(below).map((shape) => drawShape(frame, shape)),
    drawTraces(figure, frame, id),
    ...shapes.filter((s) => !below(s)).map((shape) => drawShape(frame, shape)),
    ...images.filter((i) => !below(i)).map((image) => drawImage(frame, image)),
    drawAxes(frame),
    ...annotations.map((note) => drawAnnotation(frame, note)),
    drawWords(figure, frame, id),
  ];
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${num(width)} ${num(height)}`,
    role: 'img',
  };
  return `${el('svg', { ...root, 'font-family': FONT }, `\n${body.filter((part) => part !== '').join('\n')}\n`)}\n`;
}
