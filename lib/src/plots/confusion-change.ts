/** Two confusion matrices compared: which cells gain images and which lose them. */
import { sparseConfusion, summedEntries } from '../metrics/confusion';
import { checkMatrix, confusionHeatmap, drawnPart, type ConfusionOptions } from './confusion';
import type { Figure, HeatmapTrace, Scale } from './figure';

/** Blue loses, orange gains; white stays. */
const CHANGES: Scale = [
  [0, '#0072B2'],
  [0.5, '#ffffff'],
  [1, '#D55E00'],
];

const signed = (change: number): string => (change === 0 ? '' : `${change > 0 ? '+' : '\u2212'}${Math.abs(change)}`);

/**
 * after - before, cell by cell: a heatmap around zero with the frame of `confusionHeatmap`.
 *
 * Of more classes than are drawn those that are mixed up most are compared.
 * Errors: RangeError where a matrix is empty or not square, or the two differ in size.
 */
export function confusionChange(
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
  options: Omit<ConfusionOptions, 'as'> = {},
): Figure {
  if (before.length !== after.length)
    throw new RangeError(`confusionChange: ${before.length} classes before and ${after.length} after`);
  const part = drawnPart(summedEntries([before, after].map(sparseConfusion)), before.length);
  if (part) {
    const of = <T>(list: readonly T[]): T[] => part.chosen.map((c) => list[c]!);
    const { names, boundaries: _, ...rest } = options;
    const figure = confusionChange(of(before).map(of), of(after).map(of), {
      ...rest,
      ...(names && { names: of(names) }),
    });
    return { ...figure, meta: { ...figure.meta!, caption: figure.meta!.caption + part.note } };
  }
  const frame = confusionHeatmap(before, { title: 'What changes', ...options, as: 'count' });
  checkMatrix(after, options.names);
  const z = after.map((row, t) => row.map((count, p) => count - before[t]![p]!));
  const most = Math.max(1, ...z.flat().map(Math.abs));
  const heat: HeatmapTrace = {
    ...(frame.data[0] as HeatmapTrace),
    ...{ z, zmin: -most, zmax: most, colorscale: CHANGES, colorbar: { title: { text: 'Change<br>in images' } } },
    ...('text' in frame.data[0]! ? { text: z.map((row) => row.map(signed)) } : {}),
  };
  const moved = z.flat().filter((change) => change !== 0).length;
  const diagonal = z.reduce((sum, row, c) => sum + row[c]!, 0);
  return {
    data: [heat],
    layout: frame.layout,
    meta: {
      caption:
        `${moved} cells change. Orange cells gain images, blue ones lose them; on the diagonal orange is better, beside it blue is. ` +
        `The diagonal as a whole changes by ${diagonal === 0 ? '0' : signed(diagonal)} images.`,
      ...(options.run === undefined ? {} : { run: options.run }),
    },
  };
}
