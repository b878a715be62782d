/** Families side by side: how unlike they are, and how alike siblings are. */
import type { Dataset } from '../data';
import { viewGrid } from '../plots';
import type { Figure } from '../plots';
import { fitWidth, PAGE } from './fit';
import { pickSamples } from './open';
import { pictureOf } from './pixels';
import { familiesOf } from './traits';

const SIDE = 80;

/** The classes of each family; one family of all where the dataset knows of none. */
export function classesByFamily(dataset: Dataset): readonly (readonly number[])[] {
  const families = familiesOf(dataset) ?? dataset.classNames.map(() => 0);
  const groups: number[][] = [];
  families.forEach((family, label) => (groups[family] ??= []).push(label));
  return groups.filter(Boolean);
}

/** One training image of each class, one row a family: at most `rows` families and `columns` siblings. */
export async function familiesFigure(
  dataset: Dataset,
  { rows = 5, columns = 4 }: { readonly rows?: number; readonly columns?: number } = {},
): Promise<Figure> {
  const groups = classesByFamily(dataset)
    .slice(0, rows)
    .map((classes) => classes.slice(0, columns));
  const views = groups.map((classes) =>
    classes.map(async (label) => {
      const [sample] = pickSamples(dataset, 'train', [label]);
      return { image: await pictureOf(dataset, sample!, { size: SIDE }), label: dataset.classNames[label]! };
    }),
  );
  const shown = await Promise.all(views.map((row) => Promise.all(row)));
  return fitWidth(
    viewGrid(shown, {
      title: 'One image of each class, one row a family',
      rowLabels: groups.map((_, i) => `family ${i + 1}`),
      caption:
        'Rows differ in the shape of the leaf. Within a row the differences are far smaller than those of light, angle and background.',
    }),
    PAGE,
  );
}
