/** Which classes are taken for which, as figures and tables. */
import type { Dataset } from '../data';
import { familyErrors, mostConfused, shareInterval } from '../metrics';
import { confusionHeatmap, dotPanels, OKABE_ITO, viewGrid } from '../plots';
import type { Figure, View } from '../plots';
import type { Table } from '../report';
import { bothEnds, MOST_ROWS } from './ends';
import { fitWidth } from './fit';
import { boundariesOf } from './guesses';
import type { Guesses } from './guesses';
import { pickSamples } from './open';
import { pictureOf } from './pixels';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** The confusion matrix of a run, with a line before each family. */
export function confusionFigure({ counts, classNames, families, name, run }: Guesses): Figure {
  return confusionHeatmap(counts, {
    ...{ names: classNames, boundaries: boundariesOf(families), as: 'count', run },
    title: `What each class is taken for (${name})`,
  });
}

/** Accuracy of each class with the interval that its few test images allow. */
export function classAccuracyFigure({ counts, classNames, name, run }: Guesses): Figure {
  const share = (c: number): number => counts[c]![c]! / Math.max(1, sum(counts[c]!));
  const all = classNames.map((_, c) => c);
  // In their own order, but for thousands of classes.
  const { rows, note } = bothEnds(all.length > MOST_ROWS ? all.sort((a, b) => share(a) - share(b) || a - b) : all);
  const intervals = rows.map((c) => {
    const images = sum(counts[c]!);
    return images === 0 ? null : shareInterval(counts[c]![c]!, images);
  });
  const images = sum(counts.map(sum));
  const figure = dotPanels([{ xTitle: 'Test images named rightly (%)', values: [intervals] }], {
    title: `Accuracy of each class (${name})`,
    kinds: [{ name: 'share, with its 95 % interval', symbol: 'circle', colour: OKABE_ITO[0], bars: true }],
    rows: rows.map((c) => classNames[c]!),
    caption:
      `Each dot is one class, about ${Math.round(images / counts.length)} test images each; the bar is Wilson's 95 % interval. ` +
      `Where two bars overlap widely, the images cannot say which class is easier.${note}`,
    run,
  });
  const xaxis = { ...figure.layout.xaxis, range: [-3, 103] as const };
  return { ...figure, layout: { ...figure.layout, xaxis, height: 150 + 20 * rows.length } };
}

const percent = (share: number | null): number | null => (share === null ? null : 100 * share);

/** How many errors stay within the family, beside errors that know no families. */
export function familyTable(all: readonly Guesses[]): Table {
  const rows = all.map(({ name, counts, families }) => {
    const { errors, within, share, even, called } = familyErrors(counts, families);
    const { low, high } = errors === 0 ? { low: null, high: null } : shareInterval(within, errors);
    return { name, errors, share: percent(share), low: percent(low), high: percent(high), even: percent(even), called: percent(called) }; // prettier-ignore
  });
  const column = (key: string, title: string) => ({ key, title, unit: '%', digits: 1 });
  return {
    title: 'Errors that stay within the family',
    columns: [
      { key: 'name', title: 'Run' },
      { key: 'errors', title: 'Errors' },
      column('share', 'Within the family'),
      column('low', 'from'),
      column('high', 'to'),
      column('even', 'Chance: all wrong classes alike'),
      column('called', 'Chance: as often as each class is called'),
    ],
    rows,
    notes: ['From and to: 95 % interval of the share (Wilson), as if images were independent.'],
  };
}

/** The pairs of classes that are mixed up most; siblings or not. */
export function confusedTable({ counts, classNames, families }: Guesses, most = 6): Table {
  return {
    title: 'Most confused',
    columns: [
      { key: 'truth', title: 'True class' },
      { key: 'predicted', title: 'Called' },
      { key: 'count', title: 'Images' },
      { key: 'rate', title: 'Share of the true class', unit: '%', digits: 0 },
      { key: 'siblings', title: 'Siblings?' },
    ],
    rows: mostConfused(counts, most).map(({ trueClass, predicted, count, rate }) => ({
      ...{ truth: classNames[trueClass]!, predicted: classNames[predicted]!, count, rate: 100 * rate },
      siblings: families[trueClass] === families[predicted] ? 'yes' : 'no',
    })),
    notes: [],
  };
}

/** The most confused siblings in pictures: a test image that was misread, beside training images of both classes. */
export async function confusedFigure(dataset: Dataset, guesses: Guesses, most = 3): Promise<Figure> {
  const { counts, families, classNames, samples, labels, predictions, run } = guesses;
  const pairs = mostConfused(counts, counts.length ** 2)
    .filter(({ trueClass, predicted }) => families[trueClass] === families[predicted])
    .slice(0, most);
  const rows: View[][] = [];
  for (const { trueClass: a, predicted: b } of pairs) {
    const misread = samples[labels.findIndex((label, i) => label === a && predictions[i] === b)]!;
    const [ofTrue, ofCalled] = [pickSamples(dataset, 'train', [a])[0]!, pickSamples(dataset, 'train', [b])[0]!];
    const shown = [misread, ofTrue, ofCalled];
    const pictures = await Promise.all(shown.map((sample) => pictureOf(dataset, sample, { size: 112, masks: true })));
    const words = ['misread test image', 'training, true class', 'training, called class'];
    rows.push(pictures.map((image, i) => (rows.length === 0 ? { image, label: words[i]! } : { image })));
  }
  if (rows.length === 0)
    throw new RangeError('confusedFigure: no sibling is taken for another, so there is no pair to show');
  const figure = viewGrid(rows, {
    title: 'The most confused siblings',
    rowLabels: pairs.map(
      (pair) => `${classNames[pair.trueClass]!} called ${classNames[pair.predicted]!} (${pair.count}x)`,
    ),
    caption:
      'Left: a test image that the model misread. Middle and right: what it had learned from. Orange marks where each class differs from its siblings.',
    run,
  });
  return fitWidth(figure, 700);
}
