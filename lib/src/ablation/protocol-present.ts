/** How the numbers of a table came about, as people read it: which images were scored, what was chosen on them, what was averaged over. */
import { validationPlan } from '../config';
import type { Validation } from '../config';
import { mean } from '../metrics';
import type { Table } from '../report/table';
import type { TableResults, VariantResult } from './results';
import { meanAndSd, signed } from './text';

/** What a table of this validation was scored on; undefined where that is the test images. */
export function validationText(validation: Validation): string | undefined {
  const plan = validationPlan(validation);
  const unread = 'no test image was read';
  switch (plan.kind) {
    case 'none':
      return undefined;
    case 'holdout': {
      const images = `${plan.perClass} held-out training image${plan.perClass > 1 ? 's' : ''} a class`;
      return `chosen on ${images}; ${unread}`;
    }
    case 'folds':
      return `chosen on ${plan.folds} validation folds of the training images; ${unread}`;
    case 'fold':
      return `chosen on validation fold ${plan.fold} of ${plan.folds} of the training images; ${unread}`;
  }
}

/** What the images are called that a table was scored on. */
export const scoredImages = ({ validation }: TableResults): 'test images' | 'validation images' =>
  validation === 'none' ? 'test images' : 'validation images';

/** For the title of a table: what it was scored on, where that is not the test images. */
export function titleSuffix({ validation }: TableResults): string {
  const text = validationText(validation);
  return text === undefined ? '' : ` (${text})`;
}

const keepsBest = ({ variants }: TableResults): boolean => variants.some(({ bestOnTest }) => bestOnTest !== null);

/** Which images were scored and whether anything was chosen on them. */
function scoredText(results: TableResults): string {
  const chosen = validationText(results.validation);
  const [last, untouched] = ['Accuracy of the last epoch on the raw image alone', 'was made on the test images'];
  if (chosen !== undefined) return `${last}; ${chosen}.`;
  return keepsBest(results)
    ? `${last}; no choice ${untouched} but that of the column "Best epoch on test".`
    : `${last}; no choice ${untouched}.`;
}

/** The data, the recipe in short, the seeds, and what was scored: the first note of a table. */
export function dataNote(results: TableResults): string {
  const { table, variants, dataset, split, seeds, stages } = results;
  const { config } = (variants.find(({ name }) => name === table.reference) ?? variants[0]!).records[0]!;
  const apart =
    stages.length > 0 ? ` in ${stages.length} stages (${stages.join(', ')}), trained apart and averaged` : '';
  return (
    `${dataset.name}: ${dataset.classes} classes, ${dataset.train} training images, split "${split}" with ${dataset.tests[split]} images${apart}; ` +
    `${config.backbone.kind} (${config.backbone.weights} weights), ${config.input.imageSize} px, ${config.training.epochs} epochs, ` +
    `seeds ${seeds.join(', ')}. ${scoredText(results)}` +
    (dataset.notes ?? []).map((note) => ` Of the data: ${note}.`).join('')
  );
}

/** The column of what was chosen on the test images, where it was kept. */
export function bestColumn(results: TableResults): Table['columns'] {
  const title = 'Best epoch on test (as peers report it; chosen on the test images)';
  return keepsBest(results) ? [{ key: 'best', title, unit: '%', align: 'right' }] : [];
}

/** A row's cell of that column. */
export const bestCell = ({ bestOnTest }: VariantResult): string | null => bestOnTest && meanAndSd(bestOnTest.accuracy);

/** How much that choice flatters; nothing where none was made. */
export function bestNotes({ variants }: TableResults): readonly string[] {
  const gains = variants.flatMap(({ bestOnTest }) => bestOnTest?.gain ?? []);
  if (gains.length === 0) return [];
  const range = `${signed(Math.min(...gains))} to ${signed(Math.max(...gains))} by row`;
  return [
    `"Best epoch on test" takes of each run the epoch that did best on the very images it is scored on. That flatters by ${signed(mean(gains))} points ` +
      `on average (mean of best minus last; ${range}). No difference in this table is of it.`,
  ];
}

/** Accuracy by stage, a small table beside the averaged one; undefined where the table was trained on one dataset. */
export function stagesTable(results: TableResults): Table | undefined {
  const { table, stages, variants, seeds } = results;
  if (stages.length === 0) return undefined;
  const column = { unit: '%', align: 'right' } as const;
  return {
    title: `${table.title} by stage${titleSuffix(results)}`,
    columns: [
      { key: 'variant', title: 'Variant' },
      ...stages.map((stage) => ({ key: `stage ${stage}`, title: stage, ...column })),
      { key: 'average', title: 'Average', ...column },
    ],
    rows: variants.map((variant) => ({
      variant: variant.name,
      ...Object.fromEntries(stages.map((stage) => [`stage ${stage}`, meanAndSd(variant.stages[stage]!)])),
      average: meanAndSd(variant.accuracy),
    })),
    notes: [
      `Each stage is trained and scored apart; the average is the plain mean over stages. Mean ± standard deviation over seeds ${seeds.join(', ')}.`,
    ],
  };
}
