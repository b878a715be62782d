/** What the layout itself draws: shapes, pictures and notes. */
import type { Annotation, LayoutImage, Shape } from '../../plots/figure';
import { placeUnits } from './axes';
import { checkColour } from './colour';
import { DASH } from './draw-scatter';
import { el } from './element';
import type { Frame } from './frame';
import { textBlock, textLines } from './text';

/**
 * The pixel of a position on an axis or on the paper (0..1 over the plotting area, from the lower left). Positions are in
 * the units of the axis: on a log axis notes and pictures give exponents, as in Plotly.
 */
function pixel(frame: Frame, ref: string, value: number): number {
  const { room } = frame;
  if (ref === 'paper-x') return room.left + value * (room.right - room.left);
  if (ref === 'paper-y') return room.bottom - value * (room.bottom - room.top);
  const axis = frame.axes.get(ref);
  if (!axis)
    throw new RangeError(`figureToSvg: the layout refers to the axis '${ref}', which the figure does not have`);
  return placeUnits(axis, value);
}

/** The pixel along x, and along y. */
function at(
  frame: Frame,
  item: { readonly xref: string; readonly yref: string },
  x: number,
  y: number,
): readonly [number, number] {
  const ref = (name: string, letter: 'x' | 'y'): string => (name === 'paper' ? `paper-${letter}` : name);
  return [pixel(frame, ref(item.xref, 'x'), x), pixel(frame, ref(item.yref, 'y'), y)];
}

/** Lines and rectangles. On a log axis they give values, not exponents: Plotly's own rule for shapes. */
export function drawShape(frame: Frame, shape: Shape): string {
  const logarithmic = (ref: string): boolean => frame.axes.get(ref)?.kind === 'log';
  const x = (v: number): number => (logarithmic(shape.xref) ? Math.log10(v) : v);
  const y = (v: number): number => (logarithmic(shape.yref) ? Math.log10(v) : v);
  const [[x0, y0], [x1, y1]] = [at(frame, shape, x(shape.x0), y(shape.y0)), at(frame, shape, x(shape.x1), y(shape.y1))];
  const stroke = {
    stroke: checkColour(shape.line?.color ?? '#444444'),
    'stroke-width': shape.line?.width ?? 2,
    'stroke-dasharray': DASH[shape.line?.dash ?? 'solid'],
    opacity: shape.opacity,
  };
  if (shape.type === 'line') return el('line', { x1: x0, y1: y0, x2: x1, y2: y1, ...stroke });
  const box = { x: Math.min(x0, x1), y: Math.min(y0, y1), width: Math.abs(x1 - x0), height: Math.abs(y1 - y0) };
  return el('rect', { ...box, fill: checkColour(shape.fillcolor ?? 'none'), ...stroke });
}

/** A picture. Errors: RangeError where its source is not a data URI: a saved figure must not depend on other files. */
export function drawImage(frame: Frame, image: LayoutImage): string {
  if (!/^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/.test(image.source))
    throw new RangeError('figureToSvg: a picture must be a data URI (data:image/png;base64,...), not a link');
  const [x, y] = at(frame, image, image.x, image.y);
  const far = at(frame, image, image.x + image.sizex, image.y + image.sizey);
  const [width, height] = [Math.abs(far[0] - x), Math.abs(far[1] - y)];
  const left = x - { left: 0, center: width / 2, right: width }[image.xanchor ?? 'left'];
  const top = y - { top: 0, middle: height / 2, bottom: height }[image.yanchor ?? 'top'];
  const fit = image.sizing === 'stretch' ? 'none' : 'xMidYMid';
  return el('image', {
    x: left,
    y: top,
    width,
    height,
    preserveAspectRatio: fit,
    opacity: image.opacity,
    href: image.source,
  });
}

/** A note. */
export function drawAnnotation(frame: Frame, note: Annotation): string {
  const [x, y] = at(frame, note, note.x, note.y);
  return textBlock(textLines(note.text), x + (note.xshift ?? 0), y - (note.yshift ?? 0), {
    size: note.font?.size ?? 12,
    colour: checkColour(note.font?.color ?? '#222222'),
    anchor: ({ left: 'start', center: 'middle', right: 'end' } as const)[note.xanchor ?? 'center'],
    baseline: note.yanchor ?? 'middle',
  });
}
