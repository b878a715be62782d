/** Paired differences to a reference variant: the figure that answers "did it help?". */
import { judged, pairedDifference, verdict, type Interval } from '../metrics/interval';
import type { Figure } from './figure';
import { makeRow, rowFigure, type RowOptions, type VariantScores } from './rows';
import { coloursOf, signedPoints } from './theme';

/** +1.4 [-0.6, 3.4], or the difference alone with one seed. */
function tell({ mean, low, high }: Interval): string {
  const signed = signedPoints(mean);
  return low === null || high === null ? `${signed} (1 seed)` : `${signed} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

/**
 * The difference of each variant to `reference`, paired seed by seed: mean, t interval and the single seeds.
 *
 * Values are accuracies in 0..1 and pair by index (same seeds, same order); differences are drawn in percentage points.
 * A row of `scores` with the reference's own name is left out. The caption says of each row what its seeds can tell.
 * Errors: RangeError where nothing is left to compare or a variant has another number of seeds than the reference.
 */
export function differencePlot(
  scores: readonly VariantScores[],
  reference: VariantScores,
  options: RowOptions = {},
): Figure {
  const others = scores.filter((s) => s.variant !== reference.variant);
  if (others.length === 0) throw new RangeError('differencePlot: there is no variant beside the reference');
  const { level = 0.95, scale = 100, xTitle = 'Difference in test accuracy (percentage points)' } = options;
  const title = options.title ?? `Difference to ${reference.variant}, seed by seed`;
  const colours = coloursOf(others.map((s) => s.variant));
  const told: string[] = [];
  const rows = others.map((s, i) => {
    const found = judged(pairedDifference(s.values, reference.values, level));
    told.push(
      `${s.variant}: ${verdict(found, { scale, unit: scale === 100 ? 'points' : '', digits: scale === 100 ? 1 : 3 })}`,
    );
    const values = s.values.map((v, k) => v - reference.values[k]!);
    return makeRow({ variant: s.variant, values }, colours[i]!, options);
  });
  return {
    ...rowFigure({ title, xTitle, rows, level, tell, line: { at: 0, name: 'no difference' } }),
    meta: {
      caption:
        'Points right of the dashed line did better than the reference on the same seed; an interval that crosses the ' +
        `line cannot tell. ${told.join(' ')}`,
      ...(options.run === undefined ? {} : { run: options.run }),
    },
  };
}
