/** The ablation table as a picture: one row a variant. */
import type { Interval } from '../metrics/interval';
import type { Figure } from './figure';
import { makeRow, rowFigure, type RowOptions, type VariantScores } from './rows';
import { coloursOf, label } from './theme';

/** `reference` names the variant whose mean is drawn as a line through all rows. */
export interface AblationOptions extends RowOptions {
  readonly reference?: string;
}

/** 62.1 +- 2.3, or the mean alone with one seed. */
function tell({ mean, sd }: Interval): string {
  return sd === null ? `${mean.toFixed(1)} (1 seed)` : `${mean.toFixed(1)} \u00b1 ${sd.toFixed(1)} sd`;
}

/**
 * Accuracy of each variant: mean, t interval, the single seeds, and a line at the reference variant's mean.
 *
 * Values are accuracies in 0..1, drawn in percent (`scale` 1 keeps other units). Rows stand in the order given.
 * Errors: RangeError where there are no rows, a variant has no values, or the reference is not among the variants.
 */
export function ablationBars(scores: readonly VariantScores[], options: AblationOptions = {}): Figure {
  if (scores.length === 0) throw new RangeError('ablationBars: there are no variants');
  const { level = 0.95, reference, title = 'Accuracy by variant', xTitle = 'Test accuracy (%)' } = options;
  const colours = coloursOf(scores.map((s) => s.variant));
  const rows = scores.map((s, i) => makeRow(s, colours[i]!, options));
  const base = rows.find((row) => row.name === reference);
  if (reference !== undefined && !base)
    throw new RangeError(
      `ablationBars: no variant is called ${reference}; there are ${scores.map((s) => s.variant).join(', ')}`,
    );
  const line = base ? { line: { at: base.interval.mean, name: `mean of ${label(base.name)}` } } : {};
  const percent = Math.round(level * 100);
  const against = base ? ` The dashed line is the mean of ${base.name}.` : '';
  return {
    ...rowFigure({ title, xTitle, rows, level, tell, ...line }),
    meta: {
      caption:
        `Each filled point is a variant's mean over its seeds, the bar its ${percent} % t interval, each open point one seed.` +
        `${against} Where bars overlap widely, look at the paired differences before you call one variant better.`,
      ...(options.run === undefined ? {} : { run: options.run }),
    },
  };
}
