/** The ticks of an axis with their words. */
import type { AxisPlan } from './axes';
import { textLines, widest } from './text';
import { logTicks, niceStep, niceTicks, tickText } from './ticks';

/** A tick: where it is, in the units of the axis, and its lines of text. */
export interface Tick {
  readonly at: number;
  readonly lines: readonly string[];
}

/** Font size of tick labels. */
export function tickSize({ axis }: AxisPlan): number {
  return axis.tickfont?.size ?? 12;
}

/** Ticks that the figure names itself. */
function namedTicks({ axis, kind }: AxisPlan): Tick[] {
  const step = axis.tickvals!.length > 1 ? Math.abs(axis.tickvals![1]! - axis.tickvals![0]!) || 1 : 1;
  return axis.tickvals!.map((value, i) => ({
    at: kind === 'log' ? Math.log10(value) : value,
    lines: textLines(axis.ticktext?.[i] ?? tickText(value, step)),
  }));
}

/** The ticks inside the range of an axis that is `length` pixels long. */
export function ticksOf(plan: AxisPlan, length: number): Tick[] {
  const { axis, kind, range } = plan;
  const [low, high] = [Math.min(...range), Math.max(...range)];
  const suffix = axis.ticksuffix ?? '';
  if (axis.visible === false) return [];
  if (axis.tickvals) return namedTicks(plan).filter(({ at }) => at >= low - 1e-9 && at <= high + 1e-9);
  if (kind === 'category') return plan.categories.map((name, at) => ({ at, lines: textLines(name) }));
  if (kind === 'log')
    return logTicks(low, high).map((v) => ({ at: Math.log10(v), lines: [tickText(v, v, axis.tickformat) + suffix] }));
  const count = Math.max(2, Math.floor(length / (plan.letter === 'x' ? 60 : 50)));
  const step = niceStep(high - low, count);
  return niceTicks(low, high, count).map((v) => ({ at: v, lines: [tickText(v, step, axis.tickformat) + suffix] }));
}

/** Room that tick labels take across their axis, in pixels; 0 where there are none. */
export function tickRoom(plan: AxisPlan, ticks: readonly Tick[], angle: number): number {
  if (plan.axis.visible === false || plan.axis.showticklabels === false || ticks.length === 0) return 0;
  const size = tickSize(plan);
  const wide = Math.max(...ticks.map((t) => widest(t.lines, size)));
  const tall = Math.max(...ticks.map((t) => t.lines.length)) * size * 1.25;
  const turned = Math.abs(angle) * (Math.PI / 180);
  return plan.letter === 'y' ? wide : wide * Math.sin(turned) + tall * Math.cos(turned);
}

/** The angle of x labels: as the figure says, else upright where they would touch. */
export function tickAngle(plan: AxisPlan, ticks: readonly Tick[], length: number): number {
  if (plan.letter === 'y') return 0;
  if (plan.axis.tickangle !== undefined) return plan.axis.tickangle;
  const span = Math.abs(plan.range[1] - plan.range[0]);
  const touch = ticks.some((tick, i) => {
    const next = ticks[i + 1];
    if (!next) return false;
    const room = (Math.abs(next.at - tick.at) / span) * length;
    return (widest(tick.lines, tickSize(plan)) + widest(next.lines, tickSize(plan))) / 2 + 6 > room;
  });
  return touch ? -90 : 0;
}
