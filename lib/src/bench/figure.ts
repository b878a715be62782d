/** Cost against work: a panel for each series, both axes logarithmic, both engines. */
import type { Axis, Figure, Layout, ScatterTrace } from '../plots';
import { axis, layout, OKABE_ITO } from '../plots/theme';
import { SERIES } from './cases';
import type { SeriesName } from './cases';
import type { Row, Side } from './measure';

type Ref = '' | '2' | '3' | '4';
const ENGINES = [
  { name: 'csdnet', colour: OKABE_ITO[0], symbol: 'circle', side: (row: Row): Side | undefined => row.ours },
  { name: 'PyTorch', colour: OKABE_ITO[1], symbol: 'square', side: (row: Row): Side | undefined => row.theirs },
] as const;

interface Panel {
  readonly name: SeriesName;
  readonly rows: readonly Row[];
}

function panelsOf(rows: readonly Row[]): readonly Panel[] {
  return (Object.keys(SERIES) as SeriesName[])
    .map((name) => ({ name, rows: rows.filter(({ series }) => series?.[name] !== undefined) }))
    .map(({ name, rows: own }) => ({ name, rows: [...own].sort((a, b) => a.series![name]! - b.series![name]!) }))
    .filter(({ rows: own }) => own.length > 1);
}

function traces({ name, rows }: Panel, k: number): readonly ScatterTrace[] {
  const ref = (k === 0 ? '' : String(k + 1)) as Ref;
  return ENGINES.flatMap((engine): readonly ScatterTrace[] => {
    const points = rows.flatMap((row) => {
      const side = engine.side(row);
      return side ? [{ x: row.series![name]!, y: side.milliseconds }] : [];
    });
    if (points.length === 0) return [];
    return [
      {
        ...{ type: 'scatter', mode: 'lines+markers', name: engine.name, legendgroup: engine.name },
        ...{ showlegend: k === 0, xaxis: `x${ref}`, yaxis: `y${ref}` },
        ...{ x: points.map(({ x }) => x), y: points.map(({ y }) => y) },
        line: { color: engine.colour, width: 2 },
        marker: { color: engine.colour, symbol: engine.symbol, size: 8 },
      },
    ];
  });
}

const STEPS = [1, 1.5, 2, 3, 5, 7];
/** Room beyond the outermost points, in decades. */
const ROOM = 0.08;

/** A logarithmic axis over some values, with a tick at each of `at`, or at round numbers in between. */
function logAxis(title: string, values: readonly number[], at?: readonly number[]): Axis {
  const [low, high] = [Math.log10(Math.min(...values)) - ROOM, Math.log10(Math.max(...values)) + ROOM];
  const decades = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, i) => 10 ** (Math.floor(low) + i));
  const round = decades.flatMap((decade) => STEPS.map((step) => Number((step * decade).toPrecision(2))));
  const tickvals = at ?? round.filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  return axis(title, { type: 'log', range: [low, high], tickvals, ticktext: tickvals.map(String) });
}

const timesOf = (rows: readonly Row[]): readonly number[] =>
  rows.flatMap(({ ours, theirs }) => [ours.milliseconds, ...(theirs ? [theirs.milliseconds] : [])]);

function axes(panels: readonly Panel[]): Layout {
  const gap = 0.08;
  const wide = (1 - gap * (panels.length - 1)) / panels.length;
  const made: Record<string, Axis> = {};
  panels.forEach(({ name, rows }, k) => {
    const ref = (k === 0 ? '' : String(k + 1)) as Ref;
    const left = k * (wide + gap);
    const domain = [left, Math.min(1, left + wide)] as const;
    const points = rows.map(({ series }) => series![name]!);
    made[`xaxis${ref}`] = { ...logAxis(SERIES[name], points, points), domain, anchor: `y${ref}` };
    made[`yaxis${ref}`] = { ...logAxis(k === 0 ? 'Step (ms)' : '', timesOf(rows)), anchor: `x${ref}` };
  });
  return made as Layout;
}

/** The figure, or undefined where no series has two points. */
export function costFigure(rows: readonly Row[]): Figure | undefined {
  const panels = panelsOf(rows);
  if (panels.length === 0) return undefined;
  return {
    data: panels.flatMap(traces),
    layout: layout('Cost of a training step against its work', {
      ...{ height: 420, width: 320 * panels.length + 120, showlegend: true },
      ...axes(panels),
    }),
    meta: {
      caption:
        'Time of one step of EfficientNet-Lite0 (96 px, batch 24, 80 classes, where the axis does not say otherwise) on the processor; the last panel is ' +
        'the CSDNet step. Both axes are logarithmic: a straight line of slope 1 is a cost in proportion to the work.',
    },
  };
}
