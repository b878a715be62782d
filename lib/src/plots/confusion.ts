/** The confusion matrix as a heatmap. */
import { busiestClasses, denseConfusion, rowTotals, sparseConfusion } from '../metrics/confusion';
import type { ConfusionEntry } from '../metrics/confusion';
import type { Axis, Figure, HeatmapTrace, Shape } from './figure';
import { axis, COUNTS, label, layout } from './theme';

/**
 * `names[c]` is the name of class c (its number where left out). `as` 'share' divides each row by its images, 'count'
 * leaves counts. `boundaries` are classes at which a new family starts: a thin line is drawn before each.
 */
export interface ConfusionOptions {
  readonly names?: readonly string[];
  readonly as?: 'share' | 'count';
  readonly boundaries?: readonly number[];
  readonly title?: string;
  readonly run?: string;
}

/** Up to here every cell carries its number and every class its name. */
const READABLE = 20;
/** Up to here all classes are drawn; of more, so many. */
const DRAWN = 600;
const PART = 100;

/** Which classes get a tick: all, or every 5th, 10th, ... so that about 16 are left. */
function tickedClasses(classes: number): number[] {
  const step = classes <= READABLE ? 1 : ([2, 5, 10, 20, 50, 100, 200, 500].find((s) => classes / s <= 16) ?? 1000);
  return Array.from({ length: Math.ceil(classes / step) }, (_, i) => i * step);
}

/** The numbers in the cells: counts, or shares with two digits; an empty cell has none. */
function cellText(z: readonly (readonly (number | null)[])[], as: 'share' | 'count'): string[][] {
  const tell = (v: number): string => (as === 'count' ? String(v) : v.toFixed(2).replace(/^0/, ''));
  return z.map((row) => row.map((v) => (v === null || v === 0 ? '' : tell(v))));
}

/** Two lines, across and down, before each class that starts a family. */
function familyLines(boundaries: readonly number[], classes: number): Shape[] {
  const line = { color: '#d0d0d0', width: 1 };
  const [low, high] = [-0.5, classes - 0.5];
  return boundaries.flatMap((at): Shape[] => [
    { type: 'line', xref: 'x', yref: 'y', x0: at - 0.5, x1: at - 0.5, y0: low, y1: high, line },
    { type: 'line', xref: 'x', yref: 'y', x0: low, x1: high, y0: at - 0.5, y1: at - 0.5, line },
  ]);
}

/** The heatmap of the matrix `z`. */
function heat(z: readonly (readonly (number | null)[])[], as: 'share' | 'count'): HeatmapTrace {
  const most = as === 'share' ? 1 : Math.max(1, ...z.flatMap((row) => row.map((v) => v ?? 0)));
  const few = z.length <= READABLE;
  return {
    type: 'heatmap',
    z,
    zmin: 0,
    zmax: most,
    colorscale: COUNTS,
    colorbar: { title: { text: as === 'share' ? 'Share of the<br>true class' : 'Images' } },
    hovertemplate: 'true %{y}, called %{x}: %{z}<extra></extra>',
    ...(few ? { text: cellText(z, as), texttemplate: '%{text}' as const, xgap: 1, ygap: 1 } : {}),
  };
}

/** Throws where a matrix is empty or not square, or where it has other classes than names. */
export function checkMatrix(counts: readonly (readonly number[])[], names?: readonly string[]): void {
  const n = counts.length;
  if (n === 0 || counts.some((row) => row.length !== n))
    throw new RangeError('confusionHeatmap: counts is not a square matrix');
  if (names && names.length !== n) throw new RangeError(`confusionHeatmap: ${names.length} names for ${n} classes`);
}

/** What is drawn: a part of the classes or all, with the images of each class in all. */
interface Drawn {
  readonly counts: readonly (readonly number[])[];
  readonly totals: readonly number[];
  readonly names: readonly string[];
  /** Images on the diagonal of the whole matrix, and in all of it. */
  readonly right: number;
  readonly all: number;
  readonly note: string;
}

function heatmapOf({ counts, totals, names, right, all, note }: Drawn, options: ConfusionOptions): Figure {
  const n = counts.length;
  const { as = 'share', title = 'What each class is taken for' } = options;
  const z = counts.map((row, t) => row.map((v) => (totals[t] === 0 ? null : as === 'share' ? v / totals[t]! : v)));
  const ticked = tickedClasses(n);
  const ticktext = ticked.map((c) => label(names[c]!, 18));
  const shared: Axis = { showgrid: false, tickvals: ticked, ticktext, constrain: 'domain' };
  const crowded = Math.max(...ticktext.map((t) => t.length)) * ticked.length > 70;
  return {
    data: [heat(z, as)],
    layout: layout(title, {
      width: 760,
      height: 720,
      xaxis: axis('Predicted class', { ...shared, range: [-0.5, n - 0.5], tickangle: crowded ? -90 : 0 }),
      yaxis: axis('True class', { ...shared, range: [n - 0.5, -0.5], scaleanchor: 'x' }),
      shapes: familyLines(options.boundaries ?? [], n),
    }),
    meta: {
      caption:
        `${right} of ${all} images lie on the diagonal, where the called class is the true one. A dark cell beside it is a pair ` +
        `that is mixed up; a dark column is a class that is called too often.${note}`,
      ...(options.run === undefined ? {} : { run: options.run }),
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The classes of a matrix that are drawn: those that are mixed up most, with a sentence for the caption; undefined where all have room. */
export function drawnPart(
  entries: readonly ConfusionEntry[],
  classes: number,
): { readonly chosen: readonly number[]; readonly note: string } | undefined {
  if (classes <= DRAWN) return undefined;
  const busy = busiestClasses(entries, PART);
  const chosen = busy.length > 0 ? busy : [0];
  return { chosen, note: ` Of ${classes} classes the ${chosen.length} that are mixed up most are shown.` };
}

/** `confusionHeatmap` of the cells that are not zero, which are few where classes are thousands. */
export function confusionOfEntries(
  entries: readonly ConfusionEntry[],
  { classes, ...options }: ConfusionOptions & { readonly classes: number },
): Figure {
  const part = drawnPart(entries, classes);
  if (!part) return confusionHeatmap(denseConfusion(entries, classes), options);
  const { chosen, note } = part;
  const { names, boundaries: _, ...rest } = options;
  if (names && names.length !== classes)
    throw new RangeError(`confusionHeatmap: ${names.length} names for ${classes} classes`);
  const [place, totals] = [new Map(chosen.map((c, i) => [c, i])), rowTotals(entries, classes)];
  const inside = entries.flatMap(([t, p, n]): ConfusionEntry[] =>
    place.has(t) && place.has(p) ? [[place.get(t)!, place.get(p)!, n]] : [],
  );
  const right = sum(entries.map(([t, p, n]) => (t === p ? n : 0)));
  const drawn = { counts: denseConfusion(inside, chosen.length), totals: chosen.map((c) => totals[c]!) };
  return heatmapOf(
    { ...drawn, names: chosen.map((c) => names?.[c] ?? String(c)), right, all: sum(totals), note },
    rest,
  );
}

/**
 * Rows are the true classes, columns what the model called them; a perfect model fills the diagonal alone.
 *
 * Up to 20 classes every cell carries its number; beyond that colour alone speaks and ticks are thinned; of more than 600 classes the 100 are
 * drawn that are mixed up most. A class without images is left empty. `counts` is [classes][classes], from `metrics.confusionCounts`.
 * Errors: RangeError where `counts` is empty or not square, or `names` has another length.
 */
export function confusionHeatmap(counts: readonly (readonly number[])[], options: ConfusionOptions = {}): Figure {
  checkMatrix(counts, options.names);
  const classes = counts.length;
  if (classes > DRAWN) return confusionOfEntries(sparseConfusion(counts), { ...options, classes });
  const totals = counts.map(sum);
  const right = sum(counts.map((row, c) => row[c]!));
  const names = options.names ?? counts.map((_, c) => String(c));
  return heatmapOf({ counts, totals, names, right, all: sum(totals), note: '' }, options);
}
