/** One saliency and mask against the truth, beside looks that are blind: four rows that a reader takes in at once. */
import type { Localisation, LocalisationMeasure } from '../ablation';
import { differenceText, percent } from '../ablation/text';
import type { Table } from '../report';

const NAMES: Readonly<Record<LocalisationMeasure, string>> = {
  pointing: 'pointing game',
  mask: 'IoU of mask and truth',
  box: 'IoU of both boxes',
  energy: 'energy inside the truth',
};

/**
 * What one row of a localisation scores.
 *
 * @param row of `found.results`, counted from 0; 0 is the config's own saliency and mask
 * @throws RangeError where there is no such row
 */
export function localisationBrief(found: Localisation, row = 0): Table {
  const result = found.results[row];
  if (!result) throw new RangeError(`row ${row}: choose from 0 to ${found.results.length - 1}`);
  const lines = (Object.keys(NAMES) as LocalisationMeasure[]).map((measure) => {
    const { found: own, centre, random, toCentre, toRandom } = result.measures[measure];
    return {
      ...{
        measure: NAMES[measure],
        own: percent(own.mean),
        centre: percent(centre.mean),
        random: percent(random.mean),
      },
      ...{ toCentre: differenceText(toCentre), toRandom: differenceText(toRandom) },
    };
  });
  const right = (key: string, title: string, unit: string) => ({ key, title, unit, align: 'right' as const });
  return {
    title: `${result.row.saliency}; ${result.row.mask}`,
    columns: [
      { key: 'measure', title: 'Score' },
      right('own', 'SSDP', '%'),
      right('centre', 'In the middle', '%'),
      right('random', 'At random', '%'),
      right('toCentre', 'SSDP minus middle', 'points'),
      right('toRandom', 'SSDP minus random', 'points'),
    ],
    rows: lines,
    notes: [
      `${found.images} images of ${found.classes} classes (${found.dataset.name}, split ${found.split}); means over classes, in brackets the 95 % ` +
        `interval of the difference, paired by class. Hash of recipe, data and weights: ${found.id}.`,
    ],
  };
}
