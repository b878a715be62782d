/** From run records to the numbers of a table. Plain values in and out. */
import { pairedDifference, tInterval } from '../metrics';
import type { Difference, Interval } from '../metrics';
import type { PlannedRun } from './plan';
import type { RunRecord } from './record';
import type { AblationTable } from './tables';
import type { Variant } from './variant';

export interface VariantResult {
  readonly name: string;
  readonly why: string;
  /** Records in the order of their seeds. */
  readonly records: readonly RunRecord[];
  readonly accuracies: readonly number[];
  readonly accuracy: Interval;
  readonly nll: Interval;
  /** Difference in accuracy to the reference and to the control, on the seeds that both have; null where there are none. */
  readonly toReference: Difference | null;
  readonly toControl: Difference | null;
  /** What the row is compared with, where that is not the table's own. */
  readonly reference?: string;
  readonly control?: string;
}

export interface TableResults {
  readonly table: AblationTable;
  /** The test split that the accuracies are of. */
  readonly split: string;
  readonly variants: readonly VariantResult[];
  readonly seeds: readonly number[];
}

/** The test split that heads a record: the first its config names and its data has. */
export const headlineSplit = (record: RunRecord): string => Object.keys(record.evaluation)[0]!;

const accuracyOf = (record: RunRecord, split: string): number => record.evaluation[split]!.top1;

function difference(a: readonly RunRecord[], b: readonly RunRecord[] | undefined, split: string): Difference | null {
  const pairs = a.flatMap((one) => {
    const other = b?.find((record) => record.config.seed === one.config.seed);
    return other ? [[accuracyOf(one, split), accuracyOf(other, split)] as const] : [];
  });
  if (pairs.length === 0) return null;
  return pairedDifference(
    pairs.map(([x]) => x),
    pairs.map(([, y]) => y),
  );
}

/**
 * Summarise the finished runs of a table. A variant without a finished run is left out.
 *
 * @returns undefined where no run is finished
 */
export function summarizeRuns(
  table: AblationTable,
  variants: readonly Variant[],
  runs: readonly PlannedRun[],
): TableResults | undefined {
  const done = runs.flatMap(({ variant, record }) => (record ? [{ variant, record }] : []));
  const first = done[0];
  if (!first) return undefined;
  const split = headlineSplit(first.record);
  const of = (name: string | undefined): readonly RunRecord[] =>
    done
      .filter(({ variant }) => variant === name)
      .map(({ record }) => record)
      .sort((a, b) => a.config.seed - b.config.seed);
  const results = variants.flatMap(({ name, why, reference, control }): VariantResult[] => {
    const records = of(name);
    if (records.length === 0) return [];
    const accuracies = records.map((record) => accuracyOf(record, split));
    const nll = tInterval(records.map((record) => record.evaluation[split]!.nll));
    const compare = (other: string | undefined) => (other === name ? null : difference(records, of(other), split));
    const differences = {
      toReference: compare(reference ?? table.reference),
      toControl: compare(control ?? table.control),
    };
    const own = { ...(reference === undefined ? {} : { reference }), ...(control === undefined ? {} : { control }) };
    return [{ name, why, records, accuracies, accuracy: tInterval(accuracies), nll, ...differences, ...own }];
  });
  const seeds = [...new Set(done.map(({ record }) => record.config.seed))].sort((a, b) => a - b);
  return { table, split, variants: results, seeds };
}
