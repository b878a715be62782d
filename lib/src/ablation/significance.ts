/** What the runs of a table can tell: the tests of each row against its reference and its control. Plain values in and out. */
import { groupBy } from '../core/group';
import type { Dataset } from '../data';
import {
  bootstrapInterval,
  holm,
  majorityVote,
  mcnemar,
  NO_SPREAD,
  pairedOutcomes,
  seedsFor,
  wilcoxonSignedRank,
} from '../metrics';
import type { Difference, Interval, SignedRanks } from '../metrics';
import type { RunRecord } from './record';
import type { TableResults, VariantResult } from './results';

/** McNemar's test on the test images: what each side's vote has right that the other's has not. */
export interface ImageTest {
  readonly images: number;
  readonly onlyThis: number;
  readonly onlyOther: number;
  readonly p: number;
}

/** A row beside one other row of its table. */
export interface Comparison {
  /** Name of the other row. */
  readonly against: string;
  /** Difference in accuracy, paired by seed, with its t interval and p; these are null with one seed, and where all seeds differ by the same. */
  readonly difference: Difference;
  /** That p, adjusted over all rows of the table that are compared in this way (Holm); null where there is no p. */
  readonly holm: number | null;
  /** Wilcoxon's signed-rank test over the seeds; null with one seed. */
  readonly wilcoxon: SignedRanks | null;
  /** BCa bootstrap interval of the difference; null with fewer than 5 seeds. */
  readonly bootstrap: Pick<Interval, 'low' | 'high'> | null;
  /** Null where the labels of the test images are not at hand, or the two saw other images. */
  readonly onImages: ImageTest | null;
  /** Seeds at which a true difference of the size seen would be shown 4 times out of 5; null where there is none to be found (one seed, no difference). */
  readonly seedsNeeded: number | null;
}

export interface RowSignificance {
  readonly name: string;
  readonly toReference: Comparison | null;
  readonly toControl: Comparison | null;
}

/** The labels of a run's test images, in the order of its predictions; undefined where they are not at hand. */
export type LabelsOf = (record: RunRecord, split: string) => readonly number[] | undefined;

/** The chance that a true difference is shown, for which `seedsNeeded` is the number of seeds. */
export const POWER = 0.8;

/** From so many seeds on there is a BCa interval. */
const LEAST_BOOTSTRAP = 5;

/** The labels of datasets that are at hand; a run is of one of them by its fingerprint. */
export const labelsFrom =
  (datasets: readonly Dataset[]): LabelsOf =>
  ({ dataset: { fingerprint } }, split) =>
    datasets.find((one) => one.fingerprint === fingerprint)?.tests[split]?.samples.map(({ label }) => label);

type BySeed = ReadonlyMap<number, readonly RunRecord[]>;

/** A seed has one run, or one for each part that the table was run on. */
const bySeed = (records: readonly RunRecord[]): BySeed => groupBy(records, ({ config }) => config.seed);

/** Whether the vote of a side's seeds is right, image by image, part after part; null where labels or predictions are missing. */
function rightByVote(seeds: readonly (readonly RunRecord[])[], split: string, labelsOf: LabelsOf): boolean[] | null {
  const parts = seeds[0]!.map((first, part) => {
    const labels = labelsOf(first, split);
    const calls = seeds.map((runs) => runs[part]?.evaluation[split]?.predictions ?? []);
    if (!labels || calls.some((call) => call.length !== labels.length || call.length === 0)) return null;
    return majorityVote(calls).map((call, i) => call === labels[i]);
  });
  return parts.some((part) => part === null) ? null : parts.flatMap((part) => part!);
}

/**
 * McNemar's test of two rows on the same test images, each row being the majority vote of its seeds (those that both have).
 *
 * The p values of single seeds cannot be pooled: they are of the same images, so they are no independent evidence. One seed alone would make
 * the answer a matter of which seed stands first: on 450 photographs, two seeds of one recipe (each with its own draw of training images) had
 * p < 0.05 in 23 of 90 pairs with 10 training images a class, and in 61 of 90 with 3. The vote gives each row one answer an image, so that
 * images are independent again, uses all seeds and favours none. What it says is of these voted models and other images of this kind; it does
 * not know how much another set of seeds would have changed, which is what the t interval and Wilcoxon's test say. A row that wins here
 * alone has not won.
 */
function testOnImages(own: BySeed, other: BySeed, options: { split: string; labelsOf: LabelsOf }): ImageTest | null {
  const seeds = [...own.keys()].filter((seed) => other.has(seed));
  const sides = [own, other].map((side) =>
    rightByVote(
      seeds.map((seed) => side.get(seed)!),
      options.split,
      options.labelsOf,
    ),
  );
  const [mine, theirs] = sides;
  if (!mine || mine.length !== theirs?.length) return null;
  const { onlyFirst, onlySecond } = pairedOutcomes(mine, theirs);
  return { images: mine.length, onlyThis: onlyFirst, onlyOther: onlySecond, p: mcnemar(onlyFirst, onlySecond) };
}

/** The seeds that a difference of this size and spread would need. */
function needed({ mean, sd }: Difference): number | null {
  if (sd === null || sd < NO_SPREAD || Math.abs(mean) < NO_SPREAD) return null;
  return seedsFor({ spread: sd, effect: Math.abs(mean), power: POWER });
}

interface Sides {
  readonly split: string;
  readonly labelsOf: LabelsOf;
}

function compare(row: VariantResult, other: VariantResult, difference: Difference, sides: Sides): Comparison {
  const [own, theirs] = [bySeed(row.records), bySeed(other.records)];
  const seeds = [...own.keys()].filter((seed) => theirs.has(seed));
  const values = [row, other].map((side) => seeds.map((seed) => side.accuracies[side.seeds.indexOf(seed)]!));
  const found = seeds.map((_, i) => values[0]![i]! - values[1]![i]!);
  const isLong = seeds.length >= LEAST_BOOTSTRAP && difference.p !== null;
  const moved = isLong ? bootstrapInterval(found, { method: 'bca' }) : null;
  return {
    against: other.name,
    difference,
    holm: null,
    wilcoxon: seeds.length > 1 ? wilcoxonSignedRank(values[0]!, values[1]!) : null,
    bootstrap: moved && { low: moved.low, high: moved.high },
    onImages: testOnImages(own, theirs, sides),
    seedsNeeded: needed(difference),
  };
}

/** The comparisons with their p values adjusted over all of them. */
function adjusted(rows: readonly (Comparison | null)[]): (Comparison | null)[] {
  const found = holm(rows.map((row) => row?.difference.p ?? null));
  return rows.map((row, i) => row && { ...row, holm: found[i]! });
}

/**
 * The tests of every row of a table. Holm's adjustment is over the rows that are compared with the reference, and again over those that are
 * compared with the control: two questions of one table.
 *
 * @param labelsOf needed for McNemar's test alone
 */
export function significanceOf(results: TableResults, labelsOf: LabelsOf = () => undefined): RowSignificance[] {
  const { table, variants, split } = results;
  const against = (row: VariantResult, name: string | undefined, difference: Difference | null): Comparison | null => {
    const other = variants.find((one) => one.name === name);
    return other && difference ? compare(row, other, difference, { split, labelsOf }) : null;
  };
  const toReference = adjusted(variants.map((row) => against(row, row.reference ?? table.reference, row.toReference)));
  const referenceOf = (row: VariantResult | undefined): string | undefined => row && (row.reference ?? table.reference);
  const toControl = adjusted(
    variants.map((row) => {
      const control = row.control ?? table.control;
      // The reference against the control is the control against the reference, which stands among the others already.
      const turned = row.name === referenceOf(variants.find(({ name }) => name === control));
      return turned ? null : against(row, control, row.toControl);
    }),
  );
  return variants.map(({ name }, i) => ({ name, toReference: toReference[i]!, toControl: toControl[i]! }));
}
