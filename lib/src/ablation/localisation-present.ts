/** The localisation as a table and as a figure. */
import { dotPanels } from '../plots';
import type { DotKind, Figure } from '../plots';
import type { Cell, Table } from '../report/table';
import type { LocalisationMeasure, LocalisationResult } from './localisation-results';
import type { Localisation } from './localise';
import { differenceText, intervalText, percent } from './text';

const NAMES: Readonly<Record<LocalisationMeasure, string>> = {
  pointing: 'pointing game',
  energy: 'energy inside',
  mask: 'IoU of the mask',
  box: 'IoU of the box',
};

/** Where a mask is soft there is no box: it would be the whole view. */
const hasBox = ({ row }: LocalisationResult): boolean => row.view.mask !== 'soft';

/** The first result of each saliency: the pointing game and the energy do not ask for the mask. */
const bySaliency = (results: readonly LocalisationResult[]): readonly LocalisationResult[] =>
  results.filter(({ row }, i) => results.findIndex((other) => other.row.saliency === row.saliency) === i);

function line(result: LocalisationResult, measure: LocalisationMeasure): Readonly<Record<string, Cell>> {
  const { row, areas, measures } = result;
  const { found, centre, random, toCentre, toRandom } = measures[measure];
  const area = measure === 'mask' || measure === 'box' ? 100 * areas[measure] : null;
  return {
    ...{ measure: NAMES[measure], saliency: row.saliency, mask: area === null ? null : row.mask, area },
    found: intervalText(found, percent),
    ...{ centre: 100 * centre.mean, random: 100 * random.mean },
    ...{ toCentre: differenceText(toCentre), toRandom: differenceText(toRandom) },
  };
}

function notesOf({ config, trained, dataset, split, images, classes, empty, truth, id }: Localisation): string[] {
  const { kind, weights } = config.backbone;
  const model = trained ? `a trained ${kind}` : `${kind} (${weights} weights), untrained: the saliency needs no head`;
  const missing = empty === 0 ? '' : ` ${empty} more images have a mask that is empty at this size.`;
  return [
    `${dataset.name}, split "${split}": ${images} whole, unaugmented images of ${classes} classes at ${config.input.imageSize} px; ${model}.${missing}`,
    `The truth covers ${percent(truth.mask)} % of an image, the box around it ${percent(truth.box)} %: a mask of area a has an IoU of ` +
      `at most ${percent(truth.mask)} % / a where a is larger. A fraction mask is cut at the middle of its range; boxes have a margin of ` +
      `${percent(config.view.margin)} % on each side.`,
    'In the centre, at random: squares of the same area as the mask (or the box), in the middle and on average over all places. For the pointing ' +
      'game these are the middle pixels and the area of the truth; for the energy, the same saliency values laid around the middle, and a flat map.',
    'Mean over classes of the mean over their images, in percent, with the 95 % t interval over classes; differences are paired by class, in points.',
    'The modules are a reconstruction: the equations of the paper were not at hand.',
    `Hash of recipe, data and weights: ${id}.`,
  ];
}

/** The table: for each measure, every saliency or mask beside blind looks of the same area. */
export function localisationTable(found: Localisation): Table {
  const { results } = found;
  const one = (measure: LocalisationMeasure, of: readonly LocalisationResult[]) => of.map((row) => line(row, measure));
  return {
    title: 'Localisation: does SSDP look where the classes differ?',
    columns: [
      { key: 'measure', title: 'Measure' },
      { key: 'saliency', title: 'Saliency' },
      { key: 'mask', title: 'Mask' },
      { key: 'area', title: 'Area', unit: '% of the view', digits: 1 },
      { key: 'found', title: 'Found', unit: '%', align: 'right' },
      { key: 'centre', title: 'In the centre', unit: '%', digits: 1 },
      { key: 'random', title: 'At random', unit: '%', digits: 1 },
      { key: 'toCentre', title: 'Found - centre', unit: 'points', align: 'right' },
      { key: 'toRandom', title: 'Found - random', unit: 'points', align: 'right' },
    ],
    rows: [
      ...one('pointing', bySaliency(results)),
      ...one('energy', bySaliency(results)),
      ...one('mask', results),
      ...one('box', results.filter(hasBox)),
    ],
    notes: notesOf(found),
  };
}

const KINDS: readonly DotKind[] = [
  { name: 'SSDP, 95 % interval', symbol: 'circle', colour: '#0072B2', bars: true },
  { name: 'same area in the centre', symbol: 'diamond', colour: '#E69F00', bars: false },
  { name: 'same area at random', symbol: 'x', colour: '#767676', bars: false },
];

/** The figure: a row a saliency and mask, a panel a measure, and the blind looks of the same area as dots beside it. */
export function localisationFigure({ results, dataset, split, id }: Localisation): Figure {
  const pointing = bySaliency(results);
  const isShown = (measure: LocalisationMeasure, result: LocalisationResult): boolean =>
    measure === 'box' ? hasBox(result) : measure === 'mask' || pointing.includes(result);
  const panel = (measure: LocalisationMeasure, xTitle: string) => {
    const shown = results.map((result) => (isShown(measure, result) ? result.measures[measure] : null));
    return {
      xTitle,
      values: (['found', 'centre', 'random'] as const).map((who) => shown.map((one) => one?.[who] ?? null)),
    };
  };
  return dotPanels(
    [panel('pointing', 'Pointing game (%)'), panel('mask', 'IoU of the mask (%)'), panel('box', 'IoU of the box (%)')],
    {
      title: `Does SSDP look where the classes differ? ${dataset.name}, split ${split}`,
      kinds: KINDS,
      rows: results.map(({ row }) => `${row.saliency}; ${row.mask}`),
      caption:
        'The pointing game depends on the saliency alone, and stands at its first row. A blue dot right of the diamond beats a square of the same area in the middle of the image, and right of the cross one at a random ' +
        'place. Bars are 95 % t intervals over classes; whether a difference is more than chance says the paired one in the table.',
      run: id,
    },
  );
}
