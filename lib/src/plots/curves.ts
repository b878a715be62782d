/** Training curves: one line a variant, the mean over its seeds, with a band that says how far the seeds lie apart. */
import { mean, tInterval } from '../metrics/interval';
import type { Axis, Figure, Layout, ScatterTrace, XRef, YRef } from './figure';
import { axis, coloursOf, fade, label, layout } from './theme';

/** One seed's values: `y[i]` at epoch (or step) `x[i]`. */
export interface Curve {
  readonly variant: string;
  readonly seed: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** One panel, such as the loss or the accuracy. `scale` 100 with a title in % shows shares as percent. */
export interface CurvePanel {
  readonly yTitle: string;
  readonly curves: readonly Curve[];
  readonly scale?: number;
  readonly range?: readonly [number, number];
}

/**
 * The band: `range` from the lowest to the highest seed (default), the 95 % t `interval` of the mean (with 2 or 3 seeds
 * very wide, as it should be), or `none`.
 */
export interface CurveOptions {
  readonly title?: string;
  readonly xTitle?: string;
  readonly band?: 'interval' | 'range' | 'none';
  /** What the figure shows and where to look; in general words where left out. */
  readonly caption?: string;
  readonly run?: string;
}

/** At one x: the mean over seeds and the band's ends (null with one seed). */
interface Point {
  readonly x: number;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The mean and band at every x that any seed of the variant has, in order. */
export function averageCurves(curves: readonly Curve[], band: 'interval' | 'range' | 'none', scale = 1): Point[] {
  const at = new Map<number, number[]>();
  for (const curve of curves) {
    if (curve.x.length !== curve.y.length)
      throw new RangeError(
        `curve of ${curve.variant}, seed ${curve.seed}: ${curve.x.length} x against ${curve.y.length} y`,
      );
    curve.x.forEach((x, i) => at.set(x, [...(at.get(x) ?? []), curve.y[i]! * scale]));
  }
  return [...at]
    .sort(([a], [b]) => a - b)
    .map(([x, values]) => {
      if (band === 'interval') return { x, ...pick(tInterval(values)) };
      const lone = band === 'none' || values.length < 2;
      return { x, mean: mean(values), low: lone ? null : Math.min(...values), high: lone ? null : Math.max(...values) };
    });
}

/** The three numbers of an interval that a band draws. */
function pick({
  mean: middle,
  low,
  high,
}: {
  mean: number;
  low: number | null;
  high: number | null;
}): Omit<Point, 'x'> {
  return { mean: middle, low, high };
}

/** The axes of panel k, and whether its legend entries are the ones shown. */
interface Place {
  readonly xaxis: XRef;
  readonly yaxis: YRef;
  readonly first: boolean;
}

/** The band (where there is one) and the line of one variant in one panel. */
function variantTraces(name: string, colour: string, points: readonly Point[], place: Place): ScatterTrace[] {
  const own = { type: 'scatter', mode: 'lines', legendgroup: name, xaxis: place.xaxis, yaxis: place.yaxis } as const;
  const banded = points.filter((p): p is Point & { low: number; high: number } => p.low !== null && p.high !== null);
  const back = [...banded].reverse();
  const band: ScatterTrace = {
    ...own,
    x: [...banded, ...back].map((p) => p.x),
    y: [...banded.map((p) => p.high), ...back.map((p) => p.low)],
    fill: 'toself',
    fillcolor: fade(colour, 0.18),
    line: { width: 0, color: fade(colour, 0) },
    hoverinfo: 'skip',
    showlegend: false,
  };
  const line: ScatterTrace = {
    ...own,
    name: label(name),
    x: points.map((p) => p.x),
    y: points.map((p) => p.mean),
    line: { color: colour, width: 2.5 },
    showlegend: place.first,
  };
  return banded.length > 1 ? [band, line] : [line];
}

/** x and y axes of every panel, side by side. */
function panelAxes(panels: readonly CurvePanel[], xTitle: string): Layout {
  const gap = 0.14;
  const wide = (1 - gap * (panels.length - 1)) / panels.length;
  const axes: Record<string, Axis> = {};
  panels.forEach((panel, k) => {
    const n = k === 0 ? '' : String(k + 1);
    const left = k * (wide + gap);
    axes[`xaxis${n}`] = axis(xTitle, { domain: [left, Math.min(1, left + wide)], anchor: `y${n}` as YRef });
    axes[`yaxis${n}`] = axis(panel.yTitle, { anchor: `x${n}` as XRef, ...(panel.range ? { range: panel.range } : {}) });
  });
  return axes as Layout;
}

/** What the band is, for the caption. */
const BAND = {
  interval: ' The band is the 95 % t interval of that mean.',
  range: ' The band runs from the lowest to the highest seed.',
  none: '',
} as const;

/**
 * Loss, accuracy or any other value by epoch, one panel each, one colour a variant over all panels.
 *
 * Errors: RangeError where there is no panel, a panel has no curve, or x and y of a curve differ in length.
 */
export function trainingCurves(panels: readonly CurvePanel[], options: CurveOptions = {}): Figure {
  const { title = 'Training', xTitle = 'Epoch', band = 'range' } = options;
  const caption = `Each line is a variant's mean over its seeds.${BAND[band]} Look at where the lines part, and whether the bands still overlap there.`;
  if (panels.length === 0 || panels.some((p) => p.curves.length === 0))
    throw new RangeError('trainingCurves: give at least one panel, and at least one curve in each');
  const names = [...new Set(panels.flatMap((p) => p.curves.map((c) => c.variant)))];
  const colours = coloursOf(names);
  const seen = new Set<string>();
  const data = panels.flatMap((panel, k) =>
    names.flatMap((name, i) => {
      const own = panel.curves.filter((c) => c.variant === name);
      if (own.length === 0) return [];
      const n = k === 0 ? '' : String(k + 1);
      const place: Place = { xaxis: `x${n}` as XRef, yaxis: `y${n}` as YRef, first: !seen.has(name) };
      seen.add(name);
      return variantTraces(name, colours[i]!, averageCurves(own, band, panel.scale), place);
    }),
  );
  return {
    data,
    layout: layout(title, { height: 420, showlegend: names.length > 1, ...panelAxes(panels, xTitle) }),
    meta: { caption: options.caption ?? caption, ...(options.run === undefined ? {} : { run: options.run }) },
  };
}
