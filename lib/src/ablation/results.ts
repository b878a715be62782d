/** From run records to the numbers of a table. Plain values in and out. */
import type { Validation } from '../config';
import { groupBy } from '../core/group';
import { judged, mean, pairedDifference, tInterval } from '../metrics';
import type { Difference, Interval } from '../metrics';
import type { Measures } from './measures';
import { factsOf, seedResult, validationOf } from './parts';
import type { SeedResult } from './parts';
import type { PlannedRun } from './plan';
import type { DatasetFacts, RunRecord } from './record';
import type { AblationTable } from './tables';
import type { Variant } from './variant';

export interface VariantResult {
  readonly name: string;
  readonly why: string;
  /** Records in the order of their seeds; of a seed those of all its parts. */
  readonly records: readonly RunRecord[];
  /** The seeds whose parts are all done. */
  readonly seeds: readonly number[];
  /** By seed, in the order of `seeds`: the mean over the seed's parts. */
  readonly accuracies: readonly number[];
  readonly nlls: readonly number[];
  /** By seed likewise: what was measured beside accuracy and likelihood. */
  readonly measures: readonly Measures[];
  readonly accuracy: Interval;
  readonly nll: Interval;
  /** Accuracy by stage, over the seeds; empty where the table is trained on one dataset. */
  readonly stages: Readonly<Record<string, Interval>>;
  /** The epoch that was best on the test images, by seed; null where it was not kept. `gain`: how much the choice adds to the last epoch. */
  readonly bestOnTest: { readonly accuracy: Interval; readonly gain: number } | null;
  /** Difference in accuracy to the reference and to the control, on the seeds that both have; null where there are none. */
  readonly toReference: Difference | null;
  readonly toControl: Difference | null;
  /** What the row is compared with, where that is not the table's own. */
  readonly reference?: string;
  readonly control?: string;
}

export interface TableResults {
  readonly table: AblationTable;
  /** The split that the accuracies are of: a test split, or `validation`. */
  readonly split: string;
  /** What was scored: `none` are the test images, anything else is a part of the training images. */
  readonly validation: Validation;
  /** The images of one result: of all its parts together. */
  readonly dataset: DatasetFacts;
  /** Datasets that were trained on apart and averaged over; empty where there is one. */
  readonly stages: readonly string[];
  readonly variants: readonly VariantResult[];
  readonly seeds: readonly number[];
}

/** The test split that heads a record: the first its config names and its data has. */
export const headlineSplit = (record: RunRecord): string => Object.keys(record.evaluation)[0]!;

type Scored = Pick<SeedResult, 'seed' | 'accuracy'>;

/** The difference of two variants on the seeds that both have; null where there are none. Without an interval where all seeds differ by the same. */
export function difference(a: readonly Scored[], b: readonly Scored[]): Difference | null {
  const pairs = a.flatMap((one) => {
    const other = b.find(({ seed }) => seed === one.seed);
    return other ? [[one.accuracy, other.accuracy] as const] : [];
  });
  if (pairs.length === 0) return null;
  const [own, theirs] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
  return judged(pairedDifference(own, theirs));
}

/** A variant's results as pairs of seed and accuracy. */
export const scoredOf = ({ seeds, accuracies }: VariantResult): readonly Scored[] =>
  seeds.map((seed, i) => ({ seed, accuracy: accuracies[i]! }));

/** What its seeds say of a variant by itself. */
function alone(results: readonly SeedResult[]) {
  const accuracies = results.map(({ accuracy }) => accuracy);
  const nlls = results.map(({ nll }) => nll);
  const names = Object.keys(results[0]!.stages);
  const bests = results.flatMap(({ best }) => best ?? []);
  const kept = bests.length === results.length;
  return {
    records: results.flatMap(({ runs }) => runs.map(({ record }) => record)),
    seeds: results.map(({ seed }) => seed),
    measures: results.map(({ measures }) => measures),
    ...{ accuracies, nlls, accuracy: tInterval(accuracies), nll: tInterval(nlls) },
    stages: Object.fromEntries(names.map((name) => [name, tInterval(results.map(({ stages }) => stages[name]!))])),
    bestOnTest: kept ? { accuracy: tInterval(bests), gain: mean(bests) - mean(accuracies) } : null,
  };
}

/** What a variant reached, by seed: the seeds of whose runs all parts are done. */
function seedResults(runs: readonly PlannedRun[], split: string): readonly SeedResult[] {
  const bySeed = [...groupBy(runs, ({ seed }) => seed)].sort(([a], [b]) => a - b);
  return bySeed.flatMap(([, own]) => seedResult(own, split) ?? []);
}

/**
 * Summarise the finished runs of a table. A seed of a variant counts when all its parts are done; a variant without such a seed is left out.
 *
 * @returns undefined where nothing is finished
 */
export function summarizeRuns(
  table: AblationTable,
  variants: readonly Variant[],
  runs: readonly PlannedRun[],
): TableResults | undefined {
  const done = runs.find(({ record }) => record)?.record;
  if (!done) return undefined;
  const split = headlineSplit(done);
  const groups = groupBy(runs, ({ variant }) => variant);
  const byVariant = new Map([...groups].map(([name, own]) => [name, seedResults(own, split)]));
  const seedsOf = (name: string | undefined): readonly SeedResult[] => byVariant.get(name ?? '') ?? [];
  const results = variants.flatMap(({ name, why, reference, control }): VariantResult[] => {
    const own = seedsOf(name);
    if (own.length === 0) return [];
    const compare = (other: string | undefined) => (other === name ? null : difference(own, seedsOf(other)));
    const differences = {
      toReference: compare(reference ?? table.reference),
      toControl: compare(control ?? table.control),
    };
    const named = { ...(reference === undefined ? {} : { reference }), ...(control === undefined ? {} : { control }) };
    return [{ name, why, ...alone(own), ...differences, ...named }];
  });
  // Of the reference: another row may have fewer training images than the table.
  const first = [table.reference, ...variants.map(({ name }) => name)].flatMap(seedsOf)[0];
  if (!first) return undefined;
  const seeds = [...new Set(results.flatMap((variant) => variant.seeds))].sort((a, b) => a - b);
  const facts = { dataset: factsOf(first), validation: validationOf(first), stages: Object.keys(first.stages) };
  return { table, split, ...facts, variants: results, seeds };
}
