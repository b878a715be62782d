/** A two-dimensional map of features (UMAP or any other), coloured by class. */
import { groupBy } from '../core/group';
import type { Figure, Marker, MarkerSymbol, ScatterTrace } from './figure';
import { GREY, hiddenAxis, label, layout, LEGEND_MOST, POINT_COLOURS, pointColour, safe } from './theme';

/** One image on the map. `kind` ('raw', 'augmented', 'queue', ...) chooses the marker's form, `hover` is shown on it. */
export interface EmbeddingPoint {
  readonly x: number;
  readonly y: number;
  readonly label: number;
  readonly kind?: string;
  readonly hover?: string;
}

/** `names[c]` is class c's name. Classes in `highlight` keep their colour, all others turn grey: for 80 classes. */
export interface EmbeddingOptions {
  readonly names?: readonly string[];
  readonly highlight?: readonly number[];
  readonly title?: string;
  readonly method?: string;
  readonly run?: string;
}

/** Traces that a figure of many classes may have: beyond it classes that look alike share one. */
const MOST_TRACES = 200;
const SYMBOLS: readonly MarkerSymbol[] = ['circle', 'diamond', 'square', 'triangle-up', 'cross', 'x'];
/** Points that share class and kind: one trace. */
interface Group {
  readonly label: number;
  readonly kind: string | undefined;
  readonly points: readonly EmbeddingPoint[];
}

/** The points by class, then by kind, both in order of class number and first appearance. */
function groups(points: readonly EmbeddingPoint[], kinds: readonly (string | undefined)[]): Group[] {
  const classes = [...groupBy(points, ({ label }) => label)].sort(([a], [b]) => a - b);
  return classes.flatMap(([c, all]) =>
    kinds.flatMap((kind) => {
      const own = all.filter((p) => p.kind === kind);
      return own.length === 0 ? [] : [{ label: c, kind, points: own }];
    }),
  );
}

/** Colour by `place` (the class, or its place in `highlight`); form by kind where there are several, else by the round of colours. */
function look(group: Group, kinds: readonly (string | undefined)[], place: number): Marker {
  const round = kinds.length > 1 ? kinds.indexOf(group.kind) : Math.floor(Math.max(0, place) / POINT_COLOURS.length);
  const symbol = SYMBOLS[round % SYMBOLS.length]!;
  if (place < 0) return { symbol, size: 5, color: '#c8c8c8', opacity: 0.6, line: { width: 0, color: GREY } };
  const colour = pointColour(place);
  return { symbol, size: 8, color: colour, opacity: 0.85, line: { width: 0.5, color: '#ffffff' } };
}

/** One trace for all classes that look alike, where they are many: their colours repeat, and the hover tells them apart. */
function fewTraces(traces: readonly ScatterTrace[]): readonly ScatterTrace[] {
  if (traces.length <= MOST_TRACES) return traces;
  return [...groupBy(traces, ({ marker }) => JSON.stringify(marker)).values()].map((own) => ({
    ...own[0]!,
    ...{ x: own.flatMap(({ x }) => x), y: own.flatMap(({ y }) => y), text: own.flatMap(({ text }) => text ?? []) },
  }));
}

/**
 * A scatter of points; near points have near features, the axes themselves mean nothing.
 *
 * Errors: RangeError where there is no point or a coordinate is not finite.
 */
export function embeddingScatter(points: readonly EmbeddingPoint[], options: EmbeddingOptions = {}): Figure {
  if (points.length === 0) throw new RangeError('embeddingScatter: there is no point');
  const lost = points.findIndex((p) => !Number.isFinite(p.x) || !Number.isFinite(p.y));
  if (lost >= 0) throw new RangeError(`embeddingScatter: point ${lost} has no finite place`);
  const { names, highlight, title = 'Map of the features', method = 'UMAP' } = options;
  const kinds = [...new Set(points.map((p) => p.kind))];
  const nameOf = (c: number): string => names?.[c] ?? `class ${c}`;
  const all = groups(points, kinds);
  const placeOf = (c: number): number => (highlight === undefined ? c : highlight.indexOf(c));
  const shown = (c: number): boolean => placeOf(c) >= 0;
  const legend = new Set(all.map((g) => g.label).filter(shown)).size * kinds.length <= LEGEND_MOST;
  const data = [...all.filter((g) => !shown(g.label)), ...all.filter((g) => shown(g.label))].map((g): ScatterTrace => ({
    type: 'scatter',
    mode: 'markers',
    name: label(g.kind === undefined ? nameOf(g.label) : `${nameOf(g.label)}, ${g.kind}`),
    x: g.points.map((p) => p.x),
    y: g.points.map((p) => p.y),
    text: g.points.map((p) => safe(p.hover ?? nameOf(p.label))),
    hovertemplate: '%{text}<extra></extra>',
    marker: look(g, kinds, placeOf(g.label)),
    showlegend: legend && shown(g.label),
  }));
  const traces = fewTraces(data);
  const frame = { showline: true, linecolor: '#cccccc', visible: true, ticks: '' } as const;
  return {
    data: traces,
    layout: layout(title, {
      height: 560,
      showlegend: legend,
      xaxis: hiddenAxis({ ...frame, title: { text: `${method} 1 (no unit)`, standoff: 8, font: { size: 13 } } }),
      yaxis: hiddenAxis({
        ...frame,
        title: { text: `${method} 2 (no unit)`, standoff: 8, font: { size: 13 } },
        scaleanchor: 'x',
      }),
    }),
    meta: {
      caption:
        'Each point is one image. Points of one colour that lie together are a class the features keep apart; distances ' +
        'between far clusters mean little.',
      ...(options.run === undefined ? {} : { run: options.run }),
    },
  };
}
