/** The classes of a dataset in pictures: siblings side by side, and where they differ. */
import type { Dataset } from '../data';
import { viewGrid } from '../plots';
import type { Figure, View } from '../plots';
import { fitWidth } from './fit';
import { pickSamples } from './open';
import { pictureOf } from './pixels';
import { cultivarsOf } from './traits';

export interface FamilyOptions {
  /** Classes, counted from 0: one row each. */
  readonly classes: readonly number[];
  /** Images a class. */
  readonly each?: number;
  /** Side of each picture in pixels. */
  readonly size?: number;
  /** Show where each class differs from its siblings, where the dataset has such masks. */
  readonly masks?: boolean;
}

/** Training images of some classes: one row a class, with its name, and with `masks` what sets it apart. */
export async function familyFigure(dataset: Dataset, options: FamilyOptions): Promise<Figure> {
  const { classes, each = 3, size = 96, masks = false } = options;
  const cultivars = masks ? cultivarsOf(dataset) : undefined;
  const traitsTold = (label: number): string => (cultivars?.[label] ? `: ${cultivars[label].words.join(', ')}` : '');
  const rows: View[][] = [];
  for (const label of classes) {
    const samples = pickSamples(dataset, 'train', [label], each);
    const pictures = await Promise.all(samples.map((sample) => pictureOf(dataset, sample, { size, masks })));
    rows.push(pictures.map((image) => ({ image })));
  }
  const figure = viewGrid(rows, {
    title: masks
      ? 'The same leaves: orange is where a class differs from its siblings'
      : 'Sibling classes: one row a class',
    rowLabels: classes.map((label) => `${dataset.classNames[label]!}${traitsTold(label)}`),
    caption: masks
      ? 'Each row is one class. Orange marks the few places that set it apart from the other rows; all the rest of the leaf is no help.'
      : 'Each row is one class and holds three photographs of it. The background, the light and the angle change more than the class does.',
  });
  return fitWidth(figure, 140 + each * 150);
}
