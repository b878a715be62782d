/** Several maps side by side: the same images at several times, by several methods or from several seeds. */
import type { Annotation, Figure, MarkerSymbol, ScatterTrace, Shape } from './figure';
import { squareFit, type Fit } from './square-fit';
import { GREY, hiddenAxis, INK, label, layout, LEGEND_MOST, pointColour, safe } from './theme';

/** `group` chooses the colour, `shape` (0, 1, 2) the form of the marker. */
export interface PanelPoint {
  readonly x: number;
  readonly y: number;
  readonly group: number;
  readonly shape?: number;
  readonly hover?: string;
}

/** From where to where. */
export type PanelArrow = readonly [x0: number, y0: number, x1: number, y1: number];

export interface MapPanel {
  readonly title: string;
  /** A few words inside the frame, such as a number of the map. */
  readonly note?: string;
  readonly points: readonly PanelPoint[];
  /** Lines, each with a ring at its end. */
  readonly arrows?: readonly PanelArrow[];
}

export interface PanelOptions {
  readonly title: string;
  /** Panels in a row; all of them where left out. */
  readonly columns?: number;
  readonly groupNames: readonly string[];
  /** True (default): one scale for all panels, for maps that share their plane. False: each panel fills its frame. */
  readonly shared?: boolean;
  readonly caption: string;
  readonly run?: string;
}

const SHAPES: readonly MarkerSymbol[] = ['circle', 'diamond', 'square'];
/** A panel is 1 wide; the gap leaves room for its title. */
const [STEP_X, STEP_Y] = [1.05, 1.17];
const AIR = 0.05;

/** From the points' own units to 0..1. */
function fitOf(panels: readonly MapPanel[]): Fit {
  const xs = panels.flatMap(({ points, arrows = [] }) => [...points.map(({ x }) => x), ...arrows.flatMap((a) => [a[0], a[2]])]); // prettier-ignore
  const ys = panels.flatMap(({ points, arrows = [] }) => [...points.map(({ y }) => y), ...arrows.flatMap((a) => [a[1], a[3]])]); // prettier-ignore
  if (xs.length === 0 || [...xs, ...ys].some((v) => !Number.isFinite(v)))
    throw new RangeError('mapPanels: every panel needs points with finite places');
  return squareFit(xs, ys, { side: 1, edge: AIR });
}

/** A panel with its place in the grid and its scale. */
interface Placed {
  readonly panel: MapPanel;
  readonly left: number;
  readonly top: number;
  readonly fit: Fit;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

function placed({ left, top, fit }: Placed, x: number, y: number): readonly [number, number] {
  const [u, v] = fit(x, y);
  return [round(left + u), round(top + v)];
}

/** All points of a group and shape, of all panels: one trace. */
function pointTrace(cells: readonly Placed[], group: number, shape: number, options: PanelOptions): ScatterTrace[] {
  const own = cells.flatMap((cell) =>
    cell.panel.points
      .filter((point) => point.group === group && (point.shape ?? 0) === shape)
      .map((point) => ({ point, at: placed(cell, point.x, point.y) })),
  );
  if (own.length === 0) return [];
  const name = options.groupNames[group] ?? `group ${group + 1}`;
  return [
    {
      ...({ type: 'scatter', mode: 'markers', legendgroup: name } as const),
      name: label(name),
      x: own.map(({ at }) => at[0]),
      y: own.map(({ at }) => at[1]),
      text: own.map(({ point }) => safe(point.hover ?? name)),
      hovertemplate: '%{text}<extra></extra>',
      marker: {
        ...{ symbol: SHAPES[shape % SHAPES.length]!, size: 6, opacity: 0.85 },
        ...{ color: pointColour(group), line: { width: 0.5, color: '#ffffff' } },
      },
    },
  ];
}

/** The traces of a group, one a form; the first of them stands in the legend. */
function groupTraces(cells: readonly Placed[], group: number, options: PanelOptions): ScatterTrace[] {
  const legend = options.groupNames.length <= LEGEND_MOST;
  return SHAPES.flatMap((_, shape) => pointTrace(cells, group, shape, options)).map((trace, i) => ({
    ...trace,
    showlegend: legend && i === 0,
  }));
}

/** The arrows of all panels as one line trace with gaps, and a trace of the rings at their ends. */
function arrowTraces(cells: readonly Placed[]): ScatterTrace[] {
  const ends = cells.flatMap((cell) =>
    (cell.panel.arrows ?? []).map(([x0, y0, x1, y1]) => [placed(cell, x0, y0), placed(cell, x1, y1)] as const),
  );
  if (ends.length === 0) return [];
  return [
    {
      ...({ type: 'scatter', mode: 'lines', hoverinfo: 'skip', showlegend: false } as const),
      x: ends.flatMap(([from, to]) => [from[0], to[0], null]),
      y: ends.flatMap(([from, to]) => [from[1], to[1], null]),
      line: { color: '#999999', width: 1 },
    },
    {
      ...({ type: 'scatter', mode: 'markers', hoverinfo: 'skip', showlegend: false } as const),
      x: ends.map(([, to]) => to[0]),
      y: ends.map(([, to]) => to[1]),
      marker: { symbol: 'circle-open', size: 5, color: '#555555' },
    },
  ];
}

function frames(cells: readonly Placed[]): { readonly shapes: Shape[]; readonly annotations: Annotation[] } {
  const edge = { color: '#bbbbbb', width: 1 };
  return {
    shapes: cells.map(({ left, top }) => ({
      ...({ type: 'rect', xref: 'x', yref: 'y', layer: 'below' } as const),
      ...{ x0: left, x1: left + 1, y0: top, y1: top + 1, line: edge },
    })),
    annotations: cells.flatMap(({ panel, left, top }) => {
      const words = { ...({ xref: 'x', yref: 'y', showarrow: false, xanchor: 'left', yanchor: 'bottom' } as const), x: left }; // prettier-ignore
      const title = { ...words, text: safe(panel.title), y: top - 0.01, font: { size: 12, color: INK } };
      if (panel.note === undefined) return [title];
      return [title, { ...words, text: safe(panel.note), x: left + 0.02, y: top + 0.99, font: { size: 11, color: GREY } }]; // prettier-ignore
    }),
  };
}

/**
 * Maps in a grid, row by row.
 *
 * @throws RangeError where there is no panel, a panel has no point, or a place is not finite
 */
export function mapPanels(panels: readonly MapPanel[], options: PanelOptions): Figure {
  if (panels.length === 0) throw new RangeError('mapPanels: there is no panel');
  const columns = Math.min(panels.length, options.columns ?? panels.length);
  const rows = Math.ceil(panels.length / columns);
  const all = (options.shared ?? true) ? fitOf(panels) : undefined;
  const cells = panels.map((panel, i): Placed => ({
    ...{ panel, fit: all ?? fitOf([panel]) },
    ...{ left: (i % columns) * STEP_X, top: Math.floor(i / columns) * STEP_Y },
  }));
  const [wide, tall] = [columns * STEP_X - (STEP_X - 1), rows * STEP_Y - (STEP_Y - 1)];
  const size = Math.min(340, Math.floor(880 / columns));
  const margin = { l: 16, r: 16, t: 52, b: 20 };
  return {
    data: [...arrowTraces(cells), ...options.groupNames.flatMap((_, group) => groupTraces(cells, group, options))],
    layout: layout(options.title, {
      width: Math.round(size * wide) + margin.l + margin.r,
      height: Math.round(size * (tall + 0.14)) + margin.t + 21 + margin.b,
      margin,
      xaxis: hiddenAxis({ range: [0, wide], constrain: 'domain' }),
      yaxis: hiddenAxis({ range: [tall, -0.14], scaleanchor: 'x', constrain: 'domain' }),
      legend: { orientation: 'h', x: 0, xanchor: 'left', y: 1.01, yanchor: 'bottom', font: { size: 12, color: INK } },
      ...frames(cells),
    }),
    meta: { caption: options.caption, ...(options.run === undefined ? {} : { run: options.run }) },
  };
}
