/** The numbers of a table as people read them: a table of text, and figures. */
import { median } from '../core/median';
import { hashOf } from '../config';
import { denseConfusion, verdict } from '../metrics';
import type { Difference } from '../metrics';
import { ablationBars, confusionHeatmap, differencePlot, trainingCurves } from '../plots';
import type { Curve, Figure } from '../plots';
import type { Table } from '../report/table';
import { bestCell, bestColumn, bestNotes, dataNote, titleSuffix } from './protocol-present';
import type { RunRecord } from './record';
import type { TableResults, VariantResult } from './results';
import { differenceText, meanAndSd, percent } from './text';

/** One name for all runs that a table or figure was made from. */
export const sourceOf = (results: TableResults): string =>
  hashOf(results.variants.flatMap(({ records }) => records.map(({ id }) => id)));

function notesOf(results: TableResults): string[] {
  const { table, variants } = results;
  const full = variants.find(({ name }) => name === table.full);
  const sentence = (what: string, found: Difference | null | undefined) =>
    found ? [`${table.full} against ${what}: ${verdict(found)}`] : [];
  return [
    dataNote(results),
    'Mean ± standard deviation over seeds; differences are paired by seed, with their 95 % t interval, in percentage points.',
    ...sentence(table.reference, full?.toReference),
    ...sentence(table.control ?? '', full?.toControl),
    ...bestNotes(results),
    'The modules are a reconstruction: the equations of the paper were not at hand.',
    `Runs ${sourceOf(results)} (data/runs).`,
  ];
}

/** The table with its notes: accuracy, paired differences, likelihood and cost of every variant. */
export function resultsTable(results: TableResults): Table {
  const { table, variants, seeds } = results;
  const control = table.control
    ? [{ key: 'control', title: `Difference to ${table.control}`, align: 'right' as const }]
    : [];
  const base = variants.find(({ name }) => name === table.reference);
  const seconds = ({ records }: VariantResult): number => median(records.map(({ provenance }) => provenance.seconds));
  return {
    title: `${table.title}: ${table.question}${titleSuffix(results)}`,
    columns: [
      { key: 'variant', title: 'Variant' },
      { key: 'accuracy', title: 'Accuracy', unit: '%', align: 'right' },
      { key: 'reference', title: `Difference to ${table.reference}`, align: 'right' },
      ...control,
      ...bestColumn(results),
      { key: 'nll', title: 'NLL', unit: 'nats', digits: 3 },
      { key: 'cost', title: 'Time', unit: 'x baseline', digits: 2 },
      ...seeds.map((seed) => ({ key: `seed${seed}`, title: `Seed ${seed}`, unit: '%', align: 'right' as const })),
    ],
    rows: variants.map((variant) => ({
      variant: variant.name,
      accuracy: meanAndSd(variant.accuracy),
      reference: differenceText(variant.toReference),
      control: differenceText(variant.toControl),
      best: bestCell(variant),
      nll: variant.nll.mean,
      cost: base ? seconds(variant) / seconds(base) : null,
      ...Object.fromEntries(
        seeds.map((seed) => {
          const index = variant.seeds.indexOf(seed);
          return [`seed${seed}`, index < 0 ? null : percent(variant.accuracies[index]!)];
        }),
      ),
    })),
    notes: notesOf(results),
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

/** Confusion counts of a variant, summed over its seeds. */
export function summedConfusion({ records }: VariantResult, split: string): number[][] {
  const { classes } = records[0]!.dataset;
  const sum = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const record of records) {
    denseConfusion(record.evaluation[split]!.confusion, classes).forEach((row, i) =>
      row.forEach((n, j) => (sum[i]![j]! += n)),
    );
  }
  return sum;
}

/** The figures of a table by name: `bars`, `difference`, `curves`, `confusion`. */
export function resultsFigures(results: TableResults, classNames: readonly string[]): Readonly<Record<string, Figure>> {
  const { table, variants, split } = results;
  const run = sourceOf(results);
  const scores = variants.map(({ name, accuracies }) => ({ variant: name, values: accuracies }));
  const reference = scores.find(({ variant }) => variant === table.reference);
  const paired = scores.filter(({ values }) => values.length === reference?.values.length);
  const shown = variants.find(({ name }) => name === table.full) ?? variants[variants.length - 1]!;
  const chosen = new Set([table.reference, table.control, table.full]);
  const few = variants.filter(({ name }) => chosen.has(name));
  return {
    bars: ablationBars(scores, {
      title: `${table.title}: ${results.validation === 'none' ? 'test' : 'validation'} accuracy`,
      run,
      ...(reference ? { reference: table.reference } : {}),
    }),
    ...(reference && paired.length > 1 ? { difference: differencePlot(paired, reference, { run }) } : {}),
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
    confusion: confusionHeatmap(summedConfusion(shown, split), {
      names: classNames,
      title: `${shown.name}: who is taken for whom`,
      run,
    }),
  };
}
