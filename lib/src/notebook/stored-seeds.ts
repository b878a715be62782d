/** Single seeds of stored runs: how far apart they lie, beside what the number of test images would explain. */
import type { TableSummary } from '../ablation';
import type { Figure } from '../plots';
import { spreadFigure } from './spread-figure';
import { runsOf, sourceNote } from './stored';

/** Some rows of a stored table, one point a seed. @throws RangeError where the table has no such row */
export function storedSeedsFigure(summary: TableSummary, names: readonly string[]): Figure {
  const rows = names.map((name) => {
    const found = summary.rows.find((row) => row.name === name);
    if (found) return { name, values: found.accuracies };
    throw new RangeError(`"${name}": choose from ${summary.rows.map((row) => row.name).join(', ')}`);
  });
  const figure = spreadFigure(rows, {
    title: `${summary.seeds.length} seeds on real photographs (${summary.dataset.name})`,
    xTitle: 'Test accuracy (%)',
    caption: `Every point is a whole training of a network with another seed; the diamond is the median. ${sourceNote(summary)}`,
  });
  return { ...figure, meta: { ...figure.meta!, run: runsOf(summary.rows) } };
}
