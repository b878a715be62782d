/** What the saliency saw on images that were named rightly and wrongly: was the true difference in the box, and would the cut view have known? */
import { intervalText, percent } from '../ablation/text';
import type { Dataset } from '../data';
import { leavesOutZero, mcnemar, pairedOutcomes, tInterval, top1, unpairedDifference } from '../metrics';
import type { Interval } from '../metrics';
import type { Table } from '../report';
import type { ModelSource } from '../train/source';
import type { Guesses } from './guesses';
import { guessOf, lookAtViews } from './views';
import type { ViewLook } from './views';
import { areaShare, keptShare } from './views-figure';

/** Images that are sent through at a time, so that memory stays small. */
const BATCH = 50;

/** One test image: its guess on the raw view, on the cut view, and what lay in the box. */
export interface SeenGuess {
  readonly look: ViewLook;
  /** 1 where the raw view's guess is right, else 0. */
  readonly right: number;
  readonly cutRight: number;
  /** Share of the true difference inside the box, in 0..1; null without ground truth. */
  readonly kept: number | null;
  /** The box's share of the view. */
  readonly area: number;
}

/** Follows test images of a run through SSDP. `theta` as for `lookAtViews`. */
export async function lookAtGuesses(
  dataset: Dataset,
  source: ModelSource,
  { samples }: Guesses,
  { theta = 0.5 }: { readonly theta?: number } = {},
): Promise<SeenGuess[]> {
  const looks: ViewLook[] = [];
  for (let from = 0; from < samples.length; from += BATCH)
    looks.push(...(await lookAtViews(source, dataset, samples.slice(from, from + BATCH), { theta })));
  return looks.map((look) => ({
    look,
    right: Number(guessOf(look.logits.raw) === look.sample.label),
    cutRight: Number(guessOf(look.logits.cut) === look.sample.label),
    kept: keptShare(look),
    area: areaShare(look),
  }));
}

/** mean [low, high], in percent. */
const told = (found: Interval): string => intervalText(found, percent);

/** The shares of some images that have ground truth. */
const keptOf = (seen: readonly SeenGuess[]): number[] => seen.flatMap(({ kept }) => (kept === null ? [] : [kept]));

/** The true difference inside the box, for images named rightly and wrongly, and the difference of both. */
export function seenTable(seen: readonly SeenGuess[]): Table {
  const groups = [1, 0].map((right) => seen.filter((one) => one.right === right));
  const row = (what: string, own: readonly SeenGuess[]) => ({
    ...{ what, images: own.length, area: own.length > 0 ? told(tInterval(own.map(({ area }) => area))) : '' },
    kept: keptOf(own).length > 0 ? told(tInterval(keptOf(own))) : '',
  });
  const [right, wrong] = groups as [SeenGuess[], SeenGuess[]];
  const both = keptOf(right).length > 0 && keptOf(wrong).length > 0;
  const difference = {
    ...{ what: 'right minus wrong', images: seen.length },
    area: right.length > 0 && wrong.length > 0 ? told(unpairedDifference(right.map(({ area }) => area), wrong.map(({ area }) => area))) : '', // prettier-ignore
    kept: both ? told(unpairedDifference(keptOf(right), keptOf(wrong))) : '',
  };
  return {
    title: 'Was the true difference inside the box?',
    columns: [
      { key: 'what', title: 'Test images' },
      { key: 'images', title: 'Images' },
      { key: 'area', title: 'Area of the box', unit: '%', align: 'right' },
      { key: 'kept', title: 'True difference inside', unit: '%', align: 'right' },
    ],
    rows: [row('named rightly', right), row('named wrongly', wrong), difference],
    notes: [
      "Mean with its 95 % t interval over images; of the difference, Welch's. An interval across 0 tells no difference.",
    ],
  };
}

/** What the table tells, in a sentence: a difference, or none that these images can show. */
export function seenVerdict(seen: readonly SeenGuess[]): string {
  const [right, wrong] = [1, 0].map((group) => keptOf(seen.filter((one) => one.right === group))) as [
    number[],
    number[],
  ];
  if (right.length < 2 || wrong.length < 2)
    return 'There are too few images with ground truth in one of the groups to compare them.';
  const found = unpairedDifference(right, wrong);
  const { mean: centre, low, high } = found;
  const size = `${percent(Math.abs(centre))} points ${centre < 0 ? 'less' : 'more'}`;
  const range = `interval ${percent(low!)} to ${percent(high!)}`;
  if (!leavesOutZero(found))
    return `Boxes of images named rightly keep ${size} of the true difference (${range}). The interval reaches across 0: these images do not show that errors go with a worse box.`;
  return (
    `Boxes of images named rightly keep ${size} of the true difference (${range}), more than chance explains. It still names no cause: ` +
    'an image that is hard for the saliency may be hard for the classifier too.'
  );
}

/** The raw view against the cut view, image by image. */
export function cutTable(seen: readonly SeenGuess[]): Table {
  const [raw, cut] = [seen.map(({ right }) => right), seen.map(({ cutRight }) => cutRight)];
  const { bothRight, onlyFirst, onlySecond, bothWrong } = pairedOutcomes(raw, cut);
  const ones = seen.map(() => 1);
  return {
    title: 'Would the cut view have known?',
    columns: [
      { key: 'what', title: '' },
      { key: 'right', title: 'Cut view right' },
      { key: 'wrong', title: 'Cut view wrong' },
    ],
    rows: [
      { what: 'Raw view right', right: bothRight, wrong: onlyFirst },
      { what: 'Raw view wrong', right: onlySecond, wrong: bothWrong },
    ],
    notes: [
      `Accuracy: raw view ${percent(top1(raw, ones))} %, cut view ${percent(top1(cut, ones))} %; ` +
        `McNemar's exact test: p = ${mcnemar(onlyFirst, onlySecond).toFixed(3)}.`,
    ],
  };
}
