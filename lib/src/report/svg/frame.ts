/** Where everything stands on the page: margins from what has to be read, then axes in the room that is left. */
import type { Figure, HeatmapTrace } from '../../plots/figure';
import { planAxes, type AxisPlan, type PlacedAxis } from './axes';
import { legendEntries, legendRows, rowsHeight, type Entry } from './legend';
import { textLines, toPlain, widest, wrap, LINE } from './text';
import { tickAngle, tickRoom, ticksOf, type Tick } from './ticktext';

/** A rectangle in pixels. */
export interface Room {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** An axis with its ticks and the angle of their labels. */
export interface DrawnAxis extends PlacedAxis {
  readonly ticks: readonly Tick[];
  readonly angle: number;
  readonly labelRoom: number;
}

/** The page as it will be drawn. `room` is the plotting area, Plotly's "paper". */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly room: Room;
  readonly title: readonly string[];
  readonly axes: ReadonlyMap<string, DrawnAxis>;
  readonly legend: readonly (readonly Entry[])[];
  readonly legendAt: readonly [left: number, top: number];
  readonly colourbars: readonly HeatmapTrace[];
}

export const TITLE = { size: 16, left: 14, top: 10 } as const;
export const AXIS_TITLE = 13;
/** From the axis line to the tick labels. */
export const TICK_GAP = 8;
const PAD = 14;
export const COLOURBAR = 92;

/** Lines of the figure's title: its own breaks kept, each wrapped so that nothing is cut off. */
function titleLines(figure: Figure, width: number): string[] {
  const text = figure.layout.title?.text ?? '';
  if (toPlain(text).trim() === '') return [];
  const lines = textLines(text);
  const fits = widest(lines, TITLE.size) <= width - 2 * TITLE.left;
  return fits ? lines : wrap(toPlain(text), TITLE.size, width - 2 * TITLE.left);
}

/** Room of an axis title across its axis. */
export function axisTitleRoom({ axis }: AxisPlan): number {
  const text = axis.title?.text ?? '';
  return axis.visible === false || text === '' ? 0 : textLines(text).length * AXIS_TITLE * LINE + 6;
}

/** Everything an axis needs beside its line: ticks, labels, title. `length` is its length as far as it is known. */
function sideRoom(plan: AxisPlan, length: number): number {
  const ticks = ticksOf(plan, length);
  const labels = tickRoom(plan, ticks, tickAngle(plan, ticks, length));
  return labels + (labels > 0 ? TICK_GAP : 0) + axisTitleRoom(plan);
}

/** The margin a layout asks for counts where the axis there is hidden; visible axes are measured. */
function asked(plans: readonly AxisPlan[], letter: 'x' | 'y', margin: number | undefined, pad = PAD): number {
  const hidden = plans.filter((p) => p.letter === letter).every((p) => p.axis.visible === false);
  return hidden ? Math.max(PAD, margin ?? 0) : pad;
}

/** Words written to the right of the plotting area (numbers beside rows). */
function rightNotes(figure: Figure): number {
  const wide = (figure.layout.annotations ?? [])
    .filter((a) => a.xref === 'paper' && a.x >= 1 && a.xanchor === 'left')
    .map((a) => widest(textLines(a.text), a.font?.size ?? 12) + 14);
  return Math.max(0, ...wide);
}

/** The share of the plotting area that an axis covers. */
function domainOf(plan: AxisPlan): readonly [number, number] {
  return plan.axis.domain ?? [0, 1];
}

/** Axes on the page. y runs upwards, so its start is below its end. */
function placeAxes(plans: readonly AxisPlan[], room: Room): Map<string, PlacedAxis> {
  const placed = new Map<string, PlacedAxis>();
  for (const plan of plans) {
    const [from, to] = domainOf(plan);
    const [wide, tall] = [room.right - room.left, room.bottom - room.top];
    const ends =
      plan.letter === 'x'
        ? { start: room.left + from * wide, end: room.left + to * wide }
        : { start: room.bottom - from * tall, end: room.bottom - to * tall };
    placed.set(plan.name, { ...plan, ...ends });
  }
  for (const axis of placed.values()) {
    const other = placed.get(axis.axis.scaleanchor ?? '');
    if (other) equalise(placed, axis, other);
  }
  return placed;
}

/** Pixels of one unit of an axis. */
function perUnit(axis: PlacedAxis): number {
  return Math.abs((axis.end - axis.start) / (axis.range[1] - axis.range[0]));
}

/** Makes one unit equally long on both axes: a shorter axis (`constrain: 'domain'`) or a longer range, about the middle. */
function equalise(placed: Map<string, PlacedAxis>, a: PlacedAxis, b: PlacedAxis): void {
  const unit = Math.min(perUnit(a), perUnit(b));
  for (const axis of [a, b]) {
    const factor = unit / perUnit(axis);
    if (axis.axis.constrain === 'domain') {
      const [middle, half] = [(axis.start + axis.end) / 2, ((axis.end - axis.start) / 2) * factor];
      placed.set(axis.name, { ...axis, start: middle - half, end: middle + half });
    } else {
      const [middle, half] = [(axis.range[0] + axis.range[1]) / 2, (axis.range[1] - axis.range[0]) / 2 / factor];
      placed.set(axis.name, { ...axis, range: [middle - half, middle + half] });
    }
  }
}

/** Ticks and label angles of the placed axes. */
function withTicks(axis: PlacedAxis): DrawnAxis {
  const length = Math.abs(axis.end - axis.start);
  const ticks = ticksOf(axis, length);
  const angle = tickAngle(axis, ticks, length);
  return { ...axis, ticks, angle, labelRoom: tickRoom(axis, ticks, angle) };
}

/** Width or height of an axis before margins are final. */
function roughLength(plan: AxisPlan, width: number, height: number): number {
  const [from, to] = domainOf(plan);
  return (to - from) * (plan.letter === 'x' ? width - 170 : height - 140);
}

/** The legend as rows and where its block goes: above the plot for 'h' (below it where y < 0), else to the right. */
function planLegend(
  figure: Figure,
  width: number,
): { rows: Entry[][]; side: 'top' | 'bottom' | 'right'; size: number } {
  const entries = legendEntries(figure);
  const flat = figure.layout.legend?.orientation === 'h';
  if (entries.length === 0) return { rows: [], side: 'top', size: 0 };
  if (!flat)
    return { rows: entries.map((e) => [e]), side: 'right', size: Math.max(...entries.map((e) => e.width)) + 22 };
  const rows = legendRows(entries, width - 2 * TITLE.left);
  return { rows, side: (figure.layout.legend?.y ?? 1) < 0.5 ? 'bottom' : 'top', size: rowsHeight(rows) + 8 };
}

/** Lays the figure out on a page of the given size. */
export function planFrame(figure: Figure, width: number, height: number): Frame {
  const plans = planAxes(figure);
  const { margin } = figure.layout;
  const title = titleLines(figure, width);
  const legend = planLegend(figure, width);
  const colourbars = figure.data.filter((t): t is HeatmapTrace => t.type === 'heatmap' && t.showscale !== false);
  const need = (letter: 'x' | 'y'): number =>
    Math.max(
      ...plans
        .filter(
          (p) =>
            p.letter === letter &&
            (letter === 'x' || domainOf(plans.find((q) => q.name === (p.axis.anchor ?? 'x')) ?? p)[0] === 0),
        )
        .map((p) => sideRoom(p, roughLength(p, width, height))),
    );
  const head = TITLE.top + title.length * TITLE.size * LINE + (title.length > 0 ? 10 : 0);
  const foot = figure.meta?.run === undefined ? 0 : 12;
  const right = (legend.side === 'right' ? legend.size : 0) + colourbars.length * COLOURBAR + rightNotes(figure);
  const room: Room = {
    left: asked(plans, 'y', margin?.l) + need('y'),
    right: width - asked(plans, 'y', margin?.r, 20) - right,
    top: head + (legend.side === 'top' ? legend.size : 0),
    bottom: height - foot - asked(plans, 'x', margin?.b) - need('x') - (legend.side === 'bottom' ? legend.size : 0),
  };
  if (room.right - room.left < 40 || room.bottom - room.top < 30)
    throw new RangeError(`figureToSvg: ${width} x ${height} pixels leave no room for this figure; give it more`);
  const axes = new Map([...placeAxes(plans, room)].map(([name, axis]) => [name, withTicks(axis)]));
  const at: readonly [number, number] =
    legend.side === 'right'
      ? [width - legend.size + 2, room.top]
      : [room.left, legend.side === 'top' ? head : height - foot - legend.size];
  return { width, height, room, title, axes, legend: legend.rows, legendAt: at, colourbars };
}
