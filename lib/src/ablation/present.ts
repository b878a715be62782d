/** The numbers of a table as people read them: a table of text, and figures. */
import { groupBy } from '../core/group';
import { median } from '../core/median';
import { hashOf } from '../config';
import { mean, summedEntries } from '../metrics';
import type { ConfusionEntry } from '../metrics';
import { ablationBars, confusionOfEntries, differencePlot, intervalLines, trainingCurves } from '../plots';
import type { Curve, Figure } from '../plots';
import type { Table } from '../report/table';
import { bestCell, bestColumn, bestNotes, dataNote, titleSuffix } from './protocol-present';
import type { RunRecord } from './record';
import type { TableResults, VariantResult } from './results';
import { significanceOf } from './significance';
import type { RowSignificance } from './significance';
import { interpretation } from './significance-present';
import { differenceText, meanAndSd, percent } from './text';

/** One name for all runs that a table or figure was made from. */
export const sourceOf = (results: TableResults): string =>
  hashOf(results.variants.flatMap(({ records }) => records.map(({ id }) => id)));

function notesOf(results: TableResults, tests: readonly RowSignificance[]): string[] {
  return [
    dataNote(results),
    'Mean ± standard deviation over seeds; differences are paired by seed, with their 95 % t interval, in percentage points.',
    ...interpretation(results, tests),
    ...bestNotes(results),
    'The modules are a reconstruction: the equations of the paper were not at hand.',
    `Runs ${sourceOf(results)} (data/runs).`,
  ];
}

/** The mean of a measure over a variant's seeds; null where a run was made before it was measured. */
function meanOf({ measures }: VariantResult, key: 'ece' | 'macroF1'): number | null {
  const values = measures.flatMap((one) => one[key] ?? []);
  return values.length === measures.length ? mean(values) : null;
}

const share = (value: number | null): string | null => (value === null ? null : percent(value));

/**
 * The table with its notes: accuracy, paired differences, likelihood, calibration and cost of every variant.
 *
 * @param tests where they have been made already: with many seeds the bootstrap takes a while
 */
export function resultsTable(
  results: TableResults,
  tests: readonly RowSignificance[] = significanceOf(results),
): Table {
  const { table, variants, seeds } = results;
  const { reference, control } = table.compared ?? table;
  const right = { align: 'right' } as const;
  const measured = variants.some((variant) => meanOf(variant, 'ece') !== null);
  const seconds = ({ records }: VariantResult): number => median(records.map(({ provenance }) => provenance.seconds));
  const cost = (variant: VariantResult): number | null => {
    const base = variants.find(({ name }) => name === (variant.reference ?? table.reference));
    return base ? seconds(variant) / seconds(base) : null;
  };
  return {
    title: `${table.title}: ${table.question}${titleSuffix(results)}`,
    columns: [
      { key: 'variant', title: 'Variant' },
      { key: 'accuracy', title: 'Accuracy', unit: '%', align: 'right' },
      { key: 'reference', title: `Difference to ${reference}`, ...right },
      ...(control ? [{ key: 'control', title: `Difference to ${control}`, ...right }] : []),
      ...bestColumn(results),
      ...(measured ? [{ key: 'f1', title: 'Macro F1', unit: '%', ...right }] : []),
      { key: 'nll', title: 'NLL', unit: 'nats', digits: 3 },
      ...(measured ? [{ key: 'ece', title: 'ECE', unit: '%', ...right }] : []),
      { key: 'cost', title: 'Time', unit: 'x baseline', digits: 2 },
      ...seeds.map((seed) => ({ key: `seed${seed}`, title: `Seed ${seed}`, unit: '%', ...right })),
    ],
    rows: variants.map((variant) => ({
      variant: variant.name,
      accuracy: meanAndSd(variant.accuracy),
      reference: differenceText(variant.toReference),
      control: differenceText(variant.toControl),
      best: bestCell(variant),
      nll: variant.nll.mean,
      f1: share(meanOf(variant, 'macroF1')),
      ece: share(meanOf(variant, 'ece')),
      cost: cost(variant),
      ...Object.fromEntries(
        seeds.map((seed) => {
          const index = variant.seeds.indexOf(seed);
          return [`seed${seed}`, index < 0 ? null : percent(variant.accuracies[index]!)];
        }),
      ),
    })),
    notes: notesOf(results, tests),
  };
}

function curvesOf(variants: readonly VariantResult[], value: (epoch: RunRecord['epochs'][number]) => number): Curve[] {
  return variants.flatMap(({ name, records }) =>
    records.map(({ epochs, config }) => ({
      variant: name,
      seed: config.seed,
      x: epochs.map(({ epoch }) => epoch),
      y: epochs.map(value),
    })),
  );
}

/** The cells of a variant's confusion that are not zero, summed over its seeds. */
export const summedConfusion = ({ records }: VariantResult, split: string): ConfusionEntry[] =>
  summedEntries(records.map(({ evaluation }) => evaluation[split]!.confusion));

const accuracyOf = ({ validation }: TableResults): string =>
  `${validation === 'none' ? 'test' : 'validation'} accuracy`;

const accuracyAxis = ({ validation }: TableResults): string =>
  `${validation === 'none' ? 'Test' : 'Validation'} accuracy (%)`;

/** Accuracy against what the rows differ in, for a table that has such a figure. */
function curveFigure(results: TableResults, run: string): Figure | undefined {
  const { table, variants } = results;
  const { curve } = table;
  if (!curve) return undefined;
  const lines = [...groupBy(variants, ({ name }) => curve.lineOf(name))].map(([name, own]) => {
    const points = own.map(({ records, accuracy }) => ({ x: curve.x(records[0]!), interval: accuracy }));
    return { name, points: points.sort((a, b) => a.x - b.x) };
  });
  return intervalLines(lines, {
    title: `${table.title}: ${accuracyOf(results)}`,
    xTitle: curve.xTitle,
    yTitle: accuracyAxis(results),
    caption:
      'Mean over seeds and its 95 % t interval. The intervals hold the luck of the drawn images, which all lines share: compare them by their paired differences.',
    run,
  });
}

/** The figures of a table by name: `bars`, `difference`, `curves`, `confusion`, and `curve` where the table has one. */
export function resultsFigures(results: TableResults, classNames: readonly string[]): Readonly<Record<string, Figure>> {
  const { table, variants, split } = results;
  const run = sourceOf(results);
  const scoresOf = ({ name, accuracies }: VariantResult) => ({ variant: name, values: accuracies });
  const reference = variants.find(({ name }) => name === table.reference);
  // Rows with a reference of their own are not compared with the table's; the figure pairs values in their order, so the seeds must be the same.
  const paired = variants.filter(
    (row) => row.reference === undefined && String(row.seeds) === String(reference?.seeds),
  );
  const shown = variants.find(({ name }) => name === table.full) ?? variants[variants.length - 1]!;
  const chosen = new Set([table.reference, table.control, table.full]);
  const few = variants.filter(({ name }) => chosen.has(name));
  const curve = curveFigure(results, run);
  return {
    bars: ablationBars(variants.map(scoresOf), {
      title: `${table.title}: ${accuracyOf(results)}`,
      xTitle: accuracyAxis(results),
      run,
      ...(reference ? { reference: table.reference } : {}),
    }),
    ...(reference && paired.length > 1
      ? {
          difference: differencePlot(paired.map(scoresOf), scoresOf(reference), {
            run,
            xTitle: `Difference in ${accuracyOf(results)} (percentage points)`,
          }),
        }
      : {}),
    curves: trainingCurves(
      [
        { yTitle: 'Cross-entropy (nats)', curves: curvesOf(few, (epoch) => epoch.terms.classify ?? epoch.loss) },
        {
          yTitle: 'Training accuracy (%)',
          scale: 100,
          range: [0, 100],
          curves: curvesOf(few, (epoch) => epoch.trainAccuracy),
        },
      ],
      { title: `${table.title}: training`, xTitle: 'Epoch', run },
    ),
    confusion: confusionOfEntries(summedConfusion(shown, split), {
      classes: shown.records[0]!.dataset.classes,
      names: classNames,
      title: `${shown.name}: who is taken for whom`,
      run,
    }),
    ...(curve ? { curve } : {}),
  };
}
