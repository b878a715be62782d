/** Grid, axis lines, ticks, labels and titles. */
import { el, num } from './element';
import { AXIS_TITLE, TICK_GAP, type DrawnAxis, type Frame } from './frame';
import { placeUnits } from './axes';
import { textBlock, textLines } from './text';
import { tickSize } from './ticktext';
import { checkColour } from './colour';

/** The axis that crosses this one: the one it names, else the first. */
function partner(frame: Frame, axis: DrawnAxis): DrawnAxis {
  const fallback = axis.letter === 'x' ? 'y' : 'x';
  return frame.axes.get(axis.axis.anchor ?? `${fallback}${axis.name.slice(1)}`) ?? frame.axes.get(fallback)!;
}

/** Grid lines, and the line at zero. */
export function drawGrid(frame: Frame): string {
  return [...frame.axes.values()]
    .filter(({ axis }) => axis.visible !== false)
    .map((axis) => {
      const across = partner(frame, axis);
      const line = (at: number): string => {
        const pixel = num(placeUnits(axis, at));
        return axis.letter === 'x'
          ? `M${pixel} ${num(across.start)}V${num(across.end)}`
          : `M${num(across.start)} ${pixel}H${num(across.end)}`;
      };
      const grid = !(axis.axis.showgrid ?? axis.kind !== 'category')
        ? ''
        : axis.ticks.map(({ at }) => line(at)).join('');
      const [low, high] = [Math.min(...axis.range), Math.max(...axis.range)];
      const zero = axis.axis.zeroline !== false && axis.kind === 'linear' && low < 0 && high > 0 ? line(0) : '';
      const colour = (text: string | undefined, otherwise: string): string => checkColour(text ?? otherwise);
      return [
        grid &&
          el('path', { d: grid, stroke: colour(axis.axis.gridcolor, '#e6e6e6'), 'stroke-width': 1, fill: 'none' }),
        zero &&
          el('path', {
            d: zero,
            stroke: colour(axis.axis.zerolinecolor, '#888888'),
            'stroke-width': 1.2,
            fill: 'none',
          }),
      ].join('');
    })
    .join('');
}

/** Words of an x axis, below the plot. */
function xWords(axis: DrawnAxis, base: number): string {
  const size = tickSize(axis);
  const upright = axis.angle !== 0;
  const labels = axis.ticks.map(({ at, lines }) =>
    textBlock(lines, placeUnits(axis, at), base + TICK_GAP, {
      size,
      colour: '#333333',
      anchor: upright ? (axis.angle < 0 ? 'end' : 'start') : 'middle',
      baseline: upright ? 'middle' : 'top',
      angle: axis.angle,
    }),
  );
  const below = base + (axis.labelRoom > 0 ? TICK_GAP + axis.labelRoom : 0) + 5;
  const title = textBlock(textLines(axis.axis.title?.text ?? ''), (axis.start + axis.end) / 2, below, {
    size: AXIS_TITLE,
    colour: '#222222',
    anchor: 'middle',
  });
  return (axis.axis.showticklabels === false ? '' : labels.join('')) + title;
}

/** Words of a y axis, left of the plot. */
function yWords(axis: DrawnAxis, base: number): string {
  const style = { size: tickSize(axis), colour: '#333333', anchor: 'end', baseline: 'middle' } as const;
  const labels = axis.ticks.map(({ at, lines }) => textBlock(lines, base - TICK_GAP, placeUnits(axis, at), style));
  const left = base - (axis.labelRoom > 0 ? TICK_GAP + axis.labelRoom : 0) - 6;
  const title = textBlock(textLines(axis.axis.title?.text ?? ''), left, (axis.start + axis.end) / 2, {
    size: AXIS_TITLE,
    colour: '#222222',
    anchor: 'middle',
    baseline: 'bottom',
    angle: -90,
  });
  return (axis.axis.showticklabels === false ? '' : labels.join('')) + title;
}

/** The line of an axis and its tick marks, at the lower or left edge of its partner. */
function axisLine(axis: DrawnAxis, base: number): string {
  const [from, to] = [num(axis.start), num(axis.end)];
  const b = num(base);
  const line = axis.axis.showline ? (axis.letter === 'x' ? `M${from} ${b}H${to}` : `M${b} ${from}V${to}`) : '';
  const tick = (at: number): string => {
    const pixel = num(placeUnits(axis, at));
    return axis.letter === 'x' ? `M${pixel} ${b}v4` : `M${b} ${pixel}h-4`;
  };
  const marks = axis.axis.ticks === 'outside' ? axis.ticks.map(({ at }) => tick(at)).join('') : '';
  if (line + marks === '') return '';
  return el('path', {
    d: line + marks,
    stroke: checkColour(axis.axis.linecolor ?? '#999999'),
    'stroke-width': 1,
    fill: 'none',
  });
}

/** All visible axes. */
export function drawAxes(frame: Frame): string {
  return [...frame.axes.values()]
    .filter(({ axis }) => axis.visible !== false)
    .map((axis) => {
      const across = partner(frame, axis);
      const base = axis.letter === 'x' ? Math.max(across.start, across.end) : Math.min(across.start, across.end);
      return axisLine(axis, base) + (axis.letter === 'x' ? xWords(axis, base) : yWords(axis, base));
    })
    .join('');
}
