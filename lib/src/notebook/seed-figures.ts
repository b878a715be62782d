/** How far seeds carry: the width of an interval by the number of seeds, and accuracy by the number of images. */
import { quantile } from '../core/median';
import type { TableSummary } from '../ablation';
import { shotsOf } from '../ablation/summary';
import { halfWidth, seedsFor } from '../metrics';
import { colourOf, hoverName, label, layout, OKABE_ITO } from '../plots';
import type { Figure, ScatterTrace } from '../plots';
import { axis, GREY, INK } from '../plots/theme';
import { runsOf } from './stored';

/** Standard deviations of the paired differences of all rows of these tables, in points, from small to large; equal runs count once. */
export function pairedSpreads(summaries: readonly TableSummary[]): readonly number[] {
  const found = new Map<string, number>();
  for (const { rows } of summaries) {
    for (const { runs, toReference } of rows) {
      if (toReference && toReference.sd !== null) found.set(runs.join(), 100 * toReference.sd);
    }
  }
  return [...found.values()].sort((a, b) => a - b);
}

export interface WidthOptions {
  /** The true difference to be shown, in points. */
  readonly effect: number;
  /** Seeds that the stored runs have; drawn as a point on each curve. */
  readonly seeds?: number;
  /** The most seeds on the axis. */
  readonly most?: number;
}

/**
 * Half the width of the 95 % interval against the number of seeds, for a row that spreads little, one in the middle and one that spreads much
 * (the quarters of `spreads`, standard deviations of paired differences in points).
 *
 * @throws RangeError where there are no spreads
 */
export function widthFigure(spreads: readonly number[], { effect, seeds = 5, most = 40 }: WidthOptions): Figure {
  if (spreads.length === 0) throw new RangeError('widthFigure: give at least one standard deviation');
  const counts = Array.from({ length: most - 2 }, (_, i) => i + 3);
  const kinds = [
    { share: 0.75, name: 'spreads much', color: OKABE_ITO[1] },
    { share: 0.5, name: 'in the middle', color: OKABE_ITO[0] },
    { share: 0.25, name: 'spreads little', color: OKABE_ITO[2] },
  ];
  const curves = kinds.flatMap(({ share, name, color }): ScatterTrace[] => {
    const spread = quantile(spreads, share);
    const said = `${name} (sd ${spread.toFixed(1)})`;
    return [
      {
        ...({ type: 'scatter', mode: 'lines', name: said, legendgroup: name } as const),
        ...{ x: counts, y: counts.map((n) => halfWidth(spread, n)), line: { color, width: 2.5 } },
        hovertemplate: `%{x} seeds: %{y:.1f} points<extra>${said}</extra>`,
      },
      {
        ...({ type: 'scatter', mode: 'markers', name: said, legendgroup: name, showlegend: false } as const),
        ...{ x: [seeds], y: [halfWidth(spread, seeds)], marker: { color, size: 10, line: { color: INK, width: 1 } } },
        hovertemplate: `here: %{x} seeds, %{y:.1f} points<extra>${said}</extra>`,
      },
    ];
  });
  const line: ScatterTrace = {
    ...({ type: 'scatter', mode: 'lines', name: `an effect of ${effect}`, hoverinfo: 'skip' } as const),
    ...{ x: [0, most], y: [effect, effect], line: { color: '#555555', width: 1.5, dash: 'dash' } },
  };
  const top = halfWidth(quantile(spreads, 0.75), 3);
  return {
    data: [line, ...curves],
    layout: layout('How many seeds does a difference need?', {
      height: 420,
      showlegend: true,
      xaxis: axis('Seeds', { range: [0, most] }),
      yaxis: axis('Half the width of the 95 % interval (points)', { range: [0, Math.max(top, effect) * 1.05] }),
    }),
    meta: {
      caption:
        `Each curve is a row whose paired differences spread as a quarter of the stored rows do. The points mark ${seeds} seeds. ` +
        `Where a curve falls below the dashed line, a difference of ${effect} points can be shown.`,
    },
  };
}

/** Seeds that an effect (in points) needs at the middle of the spreads: shown in half of all such tables, and in four of five. */
export function seedsNeeded(
  spreads: readonly number[],
  effect: number,
): { readonly half: number; readonly most: number } {
  const spread = quantile(spreads, 0.5);
  return { half: seedsFor({ spread, effect }), most: seedsFor({ spread, effect, power: 0.8 }) };
}

/** The rows of a table by name, by the number of images a class. @throws RangeError where a row is not in a table */
function rowAt(summary: TableSummary, name: string): TableSummary['rows'][number] {
  const found = summary.rows.find((row) => row.name === name);
  if (found) return found;
  throw new RangeError(
    `No row "${name}" in ${summary.table}: choose from ${summary.rows.map((row) => row.name).join(', ')}.`,
  );
}

/**
 * Accuracy by the number of training images a class, for some rows of one table: mean over seeds and its 95 % interval.
 *
 * @throws RangeError where the table was not measured, or has no such row
 */
export function shotsFigure(summaries: readonly TableSummary[], table: string, names: readonly string[]): Figure {
  const own = summaries.filter((summary) => summary.table === table && shotsOf(summary) !== null);
  if (own.length === 0) throw new RangeError(`The table ${table} was not measured with few images a class.`);
  const looks = [
    { color: GREY, symbol: 'square' },
    { color: OKABE_ITO[5], symbol: 'diamond' },
  ] as const;
  const data = names.map((name, i): ScatterTrace => {
    const found = own.map((summary) => rowAt(summary, name).accuracy);
    const look = looks[i] ?? { color: i === 2 ? OKABE_ITO[0] : colourOf(name), symbol: 'circle' };
    return {
      ...({ type: 'scatter', mode: 'lines+markers', name: label(name) } as const),
      // Side by side, so that no interval hides another.
      x: own.map((summary) => shotsOf(summary)! + 0.12 * (i - (names.length - 1) / 2)),
      y: found.map(({ mean }) => 100 * mean),
      line: { color: look.color, width: 2 },
      marker: { ...look, size: 9, line: { color: INK, width: 1 } },
      error_y: {
        ...({ type: 'data', color: look.color, thickness: 1.5, width: 4 } as const),
        array: found.map(({ mean, high }) => 100 * ((high ?? mean) - mean)),
      },
      hovertemplate: `%{y:.1f} %<extra>${hoverName(name)}</extra>`,
    };
  });
  const shots = own.map((summary) => shotsOf(summary)!);
  const { dataset, seeds, split } = own[0]!;
  return {
    data,
    layout: layout(`Accuracy by training images a class (${dataset.name})`, {
      height: 420,
      showlegend: true,
      xaxis: axis('Training images a class', { tickvals: shots, ticktext: shots.map(String) }),
      yaxis: axis('Test accuracy (%)'),
    }),
    meta: {
      caption:
        `Mean over seeds ${seeds.join(', ')} and its 95 % interval, on ${dataset.tests[split]} test images; chance is ` +
        `${(100 / dataset.classes).toFixed(0)} %. The intervals hold the luck of the drawn images, which all rows share: compare them by their paired differences.`,
      run: runsOf(own.flatMap(({ rows }) => rows)),
    },
  };
}
