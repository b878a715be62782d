/** SSDP on real images, as a picture and as a table. */
import type { Dataset } from '../data';
import { boxMask, energyInside, mean } from '../metrics';
import { viewGrid } from '../plots';
import type { Figure, Pixels, View } from '../plots';
import type { Table } from '../report';
import { fitWidth } from './fit';
import { tint } from './pixels';
import type { ViewLook } from './views';

/** The mask as a picture: white cells on black, as large as the view so that cells stay square. */
export function maskPicture({ raw, mask }: ViewLook): Pixels {
  const { height, width } = raw;
  const data = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = Math.floor((y * mask.height) / height) * mask.width + Math.floor((x * mask.width) / width);
      data[y * width + x] = 255 * mask.values[cell]!;
    }
  }
  return { height, width, data };
}

function rowOf(look: ViewLook, first: boolean): View[] {
  const named = (label: string): { label?: string } => (first ? { label } : {});
  const { raw, saliency, box, cut, truth } = look;
  return [
    { image: raw, heat: saliency, ...named('1 saliency A') },
    { image: maskPicture(look), ...named('2 mask M') },
    { image: truth ? tint(raw, truth) : raw, box, ...named(truth ? '3 box, and the truth' : '3 box') },
    { image: cut, ...named('4 the cut view') },
  ];
}

/** One row an image: saliency over the raw view, mask, box (with the ground truth in orange), the cut view. */
export function viewsFigure(looks: readonly ViewLook[], { classNames }: Dataset): Figure {
  const figure = viewGrid(
    looks.map((look, i) => rowOf(look, i === 0)),
    {
      title: 'SSDP: from the raw view to the adaptive one',
      rowLabels: looks.map(({ sample }) => classNames[sample.label]!),
      caption:
        '1: the raw view; warm cells are where the network is active. 2: the cells above the threshold. 3: the box around them in yellow, ' +
        'and in orange where the class really differs from its siblings. 4: what the box shows, cut from the large source.',
    },
  );
  return fitWidth(figure, 800);
}

/** The share of the true difference that a box keeps; null without ground truth or where it is empty. */
export function keptShare({ box, raw, truth }: ViewLook): number | null {
  return truth ? energyInside(truth, boxMask(box, [raw.height, raw.width])) : null;
}

/** The box's area as a share of the view. */
export const areaShare = ({ box, raw }: ViewLook): number => (box.height * box.width) / (raw.height * raw.width);

/** The box's area as a share of the view, and the share of the true difference inside it; in percent. */
export function lookMeasures(look: ViewLook): { readonly area: number; readonly kept: number | null } {
  const kept = keptShare(look);
  return { area: 100 * areaShare(look), kept: kept === null ? null : 100 * kept };
}

/**
 * Is the box in the right place? One row for each of `looks`, and the mean over `all`.
 *
 * @param all more images of the same kind; three alone say little
 */
export function viewsTable(
  looks: readonly ViewLook[],
  { classNames }: Dataset,
  all: readonly ViewLook[] = looks,
): Table {
  const rows = looks.map((look) => ({ image: classNames[look.sample.label]!, ...lookMeasures(look) }));
  const measured = all.map(lookMeasures).filter((one): one is { area: number; kept: number } => one.kept !== null);
  const means = (): (typeof rows)[number] => ({
    image: `mean of ${measured.length} images`,
    area: mean(measured.map(({ area }) => area)),
    kept: mean(measured.map(({ kept }) => kept)),
  });
  return {
    title: 'What the box keeps',
    columns: [
      { key: 'image', title: 'Class of the image' },
      { key: 'area', title: 'Area of the box', unit: '% of the view', digits: 0 },
      { key: 'kept', title: 'True difference inside', unit: '%', digits: 0 },
    ],
    rows: measured.length > 0 ? [...rows, means()] : rows,
    notes: ['A box thrown at random keeps, on average, about as much of the difference as its own area.'],
  };
}
