/** From the scores of single images to those of a saliency and a mask. Plain values in and out. */
import { groupBy } from '../core/group';
import { mean, pairedDifference, tInterval } from '../metrics';
import type {
  Difference,
  Interval,
  LocalisationAreas,
  LocalisationOnImage,
  LocalisationScores,
  Truth,
} from '../metrics';
import type { LocalisationRow } from './localisation-rows';

export type LocalisationMeasure = keyof LocalisationScores;
export const LOCALISATION_MEASURES: readonly LocalisationMeasure[] = ['pointing', 'energy', 'mask', 'box'];

/** One measure of one row: means over classes with their 95 % intervals, in 0..1. */
export interface LocalisationEstimate {
  readonly found: Interval;
  /** The same area in the middle of the image. */
  readonly centre: Interval;
  /** The same area at a random place. */
  readonly random: Interval;
  /** found - centre, paired by class. */
  readonly toCentre: Difference;
  /** found - random, paired by class. */
  readonly toRandom: Difference;
}

export interface LocalisationResult {
  readonly row: LocalisationRow;
  /** Mean areas as shares of the image. */
  readonly areas: LocalisationAreas;
  readonly measures: Readonly<Record<LocalisationMeasure, LocalisationEstimate>>;
}

export interface LocalisationSummary {
  /** Images and classes that were measured. */
  readonly images: number;
  readonly classes: number;
  /** Mean area of the truth, and of the box around it, as shares of the image. */
  readonly truth: LocalisationAreas;
  readonly results: readonly LocalisationResult[];
}

/** One image with ground truth: its class, the areas of its truth, and its scores in each row. */
export interface MeasuredImage {
  readonly label: number;
  readonly truth: LocalisationAreas;
  readonly rows: readonly LocalisationOnImage[];
}

/** The areas of a truth and of its box, as shares of the image. */
export const truthAreas = ({ share, box, size: [h, w] }: Truth): LocalisationAreas => ({
  mask: share,
  box: (box.height * box.width) / (h * w),
});

/** Means of a value by class, in the order of the classes. */
function classMeans<T extends { readonly label: number }>(images: readonly T[], value: (image: T) => number): number[] {
  const byClass = [...groupBy(images, ({ label }) => label)].sort(([a], [b]) => a - b);
  return byClass.map(([, own]) => mean(own.map(value)));
}

function estimate(images: readonly MeasuredImage[], row: number, measure: LocalisationMeasure): LocalisationEstimate {
  const of = (who: 'found' | 'centre' | 'random'): number[] =>
    classMeans(images, ({ rows }) => rows[row]![who][measure]);
  const [found, centre, random] = [of('found'), of('centre'), of('random')];
  return {
    ...{ found: tInterval(found), centre: tInterval(centre), random: tInterval(random) },
    ...{ toCentre: pairedDifference(found, centre), toRandom: pairedDifference(found, random) },
  };
}

function resultOf(images: readonly MeasuredImage[], row: LocalisationRow, index: number): LocalisationResult {
  const area = (of: 'mask' | 'box'): number => mean(classMeans(images, ({ rows }) => rows[index]!.areas[of]));
  const measures = Object.fromEntries(
    LOCALISATION_MEASURES.map((measure) => [measure, estimate(images, index, measure)]),
  );
  return { row, areas: { mask: area('mask'), box: area('box') }, measures: measures as LocalisationResult['measures'] };
}

/**
 * The means of every row over classes.
 *
 * @param images at least one, each with a score for every row
 */
export function summarizeLocalisation(
  rows: readonly LocalisationRow[],
  images: readonly MeasuredImage[],
): LocalisationSummary {
  const area = (of: 'mask' | 'box'): number => mean(classMeans(images, ({ truth }) => truth[of]));
  return {
    images: images.length,
    classes: new Set(images.map(({ label }) => label)).size,
    truth: { mask: area('mask'), box: area('box') },
    results: rows.map((row, index) => resultOf(images, row, index)),
  };
}
