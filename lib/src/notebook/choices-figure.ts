/** Several ways to make the second view of the same image, side by side. */
import type { Dataset } from '../data';
import { mean } from '../metrics';
import { viewGrid } from '../plots';
import type { Figure, View } from '../plots';
import type { Table } from '../report';
import { fitWidth, PAGE } from './fit';
import { tint } from './pixels';
import type { ViewLook } from './views';
import { lookMeasures, maskPicture } from './views-figure';

/** Looks at the same images by the name of the choice, as `lookAtChoices` gives them. */
export type ChoiceLooks = Readonly<Record<string, readonly ViewLook[]>>;

/** What a row of the figure shows of each choice. */
export type LookPart = 'saliency' | 'mask' | 'box' | 'cut';

const PARTS: Readonly<Record<LookPart, { readonly label: string; readonly view: (look: ViewLook) => View }>> = {
  saliency: { label: 'saliency A', view: ({ raw, saliency }) => ({ image: raw, heat: saliency }) },
  mask: { label: 'mask M', view: (look) => ({ image: maskPicture(look) }) },
  box: {
    label: 'box, and the truth',
    view: ({ raw, box, truth }) => ({ image: truth ? tint(raw, truth) : raw, box }),
  },
  cut: { label: "second view x'", view: ({ cut }) => ({ image: cut }) },
};

export interface ChoicesOptions {
  readonly title: string;
  readonly caption: string;
  /** Which of the images, counted from 0. */
  readonly image?: number;
  /** Rows from top to bottom. */
  readonly parts?: readonly LookPart[];
}

/** The choices at an image. @throws RangeError where there is no such image */
function at(choices: ChoiceLooks, image: number): readonly (readonly [string, ViewLook])[] {
  return Object.entries(choices).map(([name, looks]) => {
    const look = looks[image];
    if (!look) throw new RangeError(`there is no image ${image}: choose from 0 to ${looks.length - 1}`);
    return [name, look];
  });
}

/** One image: a column a choice, a row a step of SSDP. */
export function choicesFigure(choices: ChoiceLooks, options: ChoicesOptions): Figure {
  const { title, caption, image = 0, parts = ['mask', 'box', 'cut'] } = options;
  const looks = at(choices, image);
  const rows = parts.map((part, row) =>
    looks.map(([name, look]): View => ({ ...PARTS[part].view(look), ...(row === 0 ? { label: name } : {}) })),
  );
  return fitWidth(viewGrid(rows, { title, caption, rowLabels: parts.map((part) => PARTS[part].label) }), PAGE);
}

/** The second views alone: a row an image, the raw view first and then a column a choice. */
export function secondViewsFigure(
  choices: ChoiceLooks,
  { classNames }: Dataset,
  { title, caption }: Pick<ChoicesOptions, 'title' | 'caption'>,
): Figure {
  const named = Object.entries(choices);
  const [, first] = named[0] ?? [];
  if (!first) throw new RangeError('secondViewsFigure: there is no choice');
  const rows = first.map(({ raw }, i): View[] => {
    const label = (text: string): { label?: string } => (i === 0 ? { label: text } : {});
    return [
      { image: raw, ...label('raw view x') },
      ...named.map(([name, looks]) => ({ image: looks[i]!.cut, ...label(name) })),
    ];
  });
  const rowLabels = first.map(({ sample }) => classNames[sample.label]!);
  return fitWidth(viewGrid(rows, { title, caption, rowLabels }), PAGE);
}

/** Mean over images of the mask's area, the box's area and the share of the true difference inside the box, for each choice. */
export function choicesTable(choices: ChoiceLooks): Table {
  const rows = Object.entries(choices).map(([name, looks]) => {
    const measured = looks.map(lookMeasures);
    const kept = measured.flatMap((one) => (one.kept === null ? [] : [one.kept]));
    return {
      name,
      mask: mean(looks.map(({ mask }) => 100 * mean(Array.from(mask.values)))),
      area: mean(measured.map(({ area }) => area)),
      kept: kept.length > 0 ? mean(kept) : null,
    };
  });
  const images = Object.values(choices)[0]?.length ?? 0;
  return {
    title: `What each choice keeps: mean over ${images} images`,
    columns: [
      { key: 'name', title: 'Choice' },
      { key: 'mask', title: 'Mask', unit: '% of the view', digits: 0 },
      { key: 'area', title: 'Box', unit: '% of the view', digits: 0 },
      { key: 'kept', title: 'True difference inside the box', unit: '%', digits: 0 },
    ],
    rows,
    notes: ['A box thrown at random keeps, on average, about as much of the difference as its own area.'],
  };
}
