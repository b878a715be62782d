/** Axes of a figure: which there are, what range they span, and where a value lies on the page. */
import type { Axis, BarTrace, Figure, HeatmapTrace, PlotDatum, ScatterTrace, Trace } from '../../plots/figure';

/** An axis with its range in its own units: numbers, exponents of ten on a log axis, positions 0, 1, ... of categories. */
export interface AxisPlan {
  readonly name: string;
  readonly letter: 'x' | 'y';
  readonly axis: Axis;
  readonly kind: 'linear' | 'log' | 'category';
  readonly categories: readonly string[];
  readonly range: readonly [number, number];
}

/** An axis on the page: `start` is the pixel of range[0], `end` that of range[1]. */
export interface PlacedAxis extends AxisPlan {
  readonly start: number;
  readonly end: number;
}

/** Low and high end of something; `loose` ones want air around them, `tight` ones do not. */
interface Extent {
  readonly low: number;
  readonly high: number;
  readonly loose: boolean;
}

/** The axis a trace uses. */
export function axisOf(trace: Trace, letter: 'x' | 'y'): string {
  return (letter === 'x' ? trace.xaxis : trace.yaxis) ?? letter;
}

/** The edges of a heatmap's cells along one side: `n` centres, or 0..n-1. */
export function cellEdges(centres: readonly number[] | undefined, n: number): number[] {
  const at = centres ?? Array.from({ length: n }, (_, i) => i);
  if (at.length !== n) throw new RangeError(`heatmap: ${at.length} positions for ${n} cells`);
  const half = (i: number): number => (n < 2 ? 0.5 : (at[Math.min(i + 1, n - 1)]! - at[Math.min(i, n - 2)]!) / 2);
  return [...at.map((v, i) => v - half(Math.max(0, i - 1))), at[n - 1]! + half(n - 2)];
}

/** A value in the units of the axis; null where it has no place (null, text on a number axis, log of zero). */
export function toUnits(plan: Pick<AxisPlan, 'kind' | 'categories'>, value: PlotDatum): number | null {
  if (value === null) return null;
  if (plan.kind === 'category') {
    const at = plan.categories.indexOf(String(value));
    return at < 0 ? null : at;
  }
  if (typeof value === 'string' || !Number.isFinite(value)) return null;
  if (plan.kind === 'linear') return value;
  return value > 0 ? Math.log10(value) : null;
}

/** The pixel of a value on its axis; null where it has no place. */
export function place(axis: PlacedAxis, value: PlotDatum): number | null {
  const at = toUnits(axis, value);
  return at === null ? null : placeUnits(axis, at);
}

/** The pixel of a position in the units of the axis. */
export function placeUnits(axis: PlacedAxis, at: number): number {
  const [from, to] = axis.range;
  return axis.start + ((at - from) / (to - from)) * (axis.end - axis.start);
}

/** Lowest and highest of some numbers; nothing where there are none. */
function extent(values: readonly (number | null)[], loose: boolean): Extent[] {
  const found = values.filter((v): v is number => v !== null && Number.isFinite(v));
  if (found.length === 0) return [];
  return [{ low: found.reduce((a, b) => Math.min(a, b)), high: found.reduce((a, b) => Math.max(a, b)), loose }];
}

/** Values together with the ends of their error bars. */
function withErrors(trace: ScatterTrace | BarTrace, letter: 'x' | 'y'): PlotDatum[] {
  const values = letter === 'x' ? trace.x : trace.y;
  const error = letter === 'x' ? trace.error_x : trace.error_y;
  if (!error) return [...values];
  const down = error.arrayminus ?? error.array;
  return values.flatMap((v, i): PlotDatum[] =>
    typeof v === 'number' ? [v + (error.array[i] ?? 0), v - (down[i] ?? 0)] : [v],
  );
}

/** What a bar needs: along its side half a bar on both sides, along its value zero and its end. */
function barExtents(trace: BarTrace, plan: Pick<AxisPlan, 'kind' | 'categories' | 'letter'>): Extent[] {
  const values = withErrors(trace, plan.letter).map((v) => toUnits(plan, v));
  const isValue = (trace.orientation === 'h') === (plan.letter === 'x');
  if (isValue) return [...extent(values, true), { low: 0, high: 0, loose: false }];
  const half = (trace.width ?? 1) / 2;
  return extent(values, false).map((e) => ({ ...e, low: e.low - half, high: e.high + half }));
}

/** What one trace needs of an axis. */
function traceExtents(trace: Trace, plan: Pick<AxisPlan, 'kind' | 'categories' | 'letter'>): Extent[] {
  if (trace.type === 'bar') return barExtents(trace, plan);
  if (trace.type === 'heatmap') return extent(heatEdges(trace, plan.letter), false);
  const loose = plan.letter === 'y' || trace.mode !== 'lines';
  return extent(
    withErrors(trace, plan.letter).map((v) => toUnits(plan, v)),
    loose,
  );
}

/** Edges of a heatmap's cells along x or y. */
export function heatEdges(trace: HeatmapTrace, letter: 'x' | 'y'): number[] {
  return letter === 'x' ? cellEdges(trace.x, trace.z[0]?.length ?? 0) : cellEdges(trace.y, trace.z.length);
}

/** The automatic range: all extents, with 5 % of air beside the loose ones. */
function autoRange(extents: readonly Extent[], axis: Axis): [number, number] {
  const zero: Extent[] = axis.rangemode === 'tozero' ? [{ low: 0, high: 0, loose: false }] : [];
  const all = [...extents, ...zero];
  if (all.length === 0) return [0, 1];
  const span = Math.max(...all.map((e) => e.high)) - Math.min(...all.map((e) => e.low));
  // A span that is nothing beside its values, or beside what a double resolves, has no ticks: the values are one.
  const size = Math.max(...all.map((e) => Math.max(Math.abs(e.low), Math.abs(e.high))));
  if (span <= Math.max(size * 1e-9, 1e-200)) return [all[0]!.low - 0.5, all[0]!.high + 0.5];
  const air = (e: Extent): number => (e.loose && !(axis.rangemode === 'tozero' && e.low === 0) ? span * 0.05 : 0);
  return [
    Math.min(...all.map((e) => e.low - air(e))),
    Math.max(...all.map((e) => e.high + (e.loose ? span * 0.05 : 0))),
  ];
}

/** One axis with its kind, categories and range. */
function planAxis(figure: Figure, name: string): AxisPlan {
  const letter = name[0] as 'x' | 'y';
  const axis = (figure.layout[`${letter}axis${name.slice(1)}` as 'xaxis'] ?? {}) satisfies Axis;
  const traces = figure.data.filter((trace) => axisOf(trace, letter) === name);
  const words = traces.flatMap((t) => (t.type === 'heatmap' ? [] : letter === 'x' ? t.x : t.y));
  const kind = axis.type ?? (words.some((v) => typeof v === 'string') ? 'category' : 'linear');
  const categories = kind === 'category' ? [...new Set(words.filter((v) => v !== null).map(String))] : [];
  const plan = { name, letter, axis, kind, categories };
  if (axis.range) return { ...plan, range: axis.range };
  const [low, high] =
    kind === 'category'
      ? ([-0.5, categories.length - 0.5] as [number, number])
      : autoRange(
          traces.flatMap((t) => traceExtents(t, plan)),
          axis,
        );
  return { ...plan, range: axis.autorange === 'reversed' ? [high, low] : [low, high] };
}

/** Every axis that a trace uses or the layout names; x and y always. */
export function planAxes(figure: Figure): AxisPlan[] {
  const named = Object.keys(figure.layout).flatMap((key) => {
    const match = /^([xy])axis(\d*)$/.exec(key);
    return match ? [`${match[1]}${match[2]}`] : [];
  });
  const used = figure.data.flatMap((trace) => [axisOf(trace, 'x'), axisOf(trace, 'y')]);
  return [...new Set(['x', 'y', ...named, ...used])].sort().map((name) => planAxis(figure, name));
}
