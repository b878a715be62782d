/** The tests of a table as people read them: a second table beside it, and a plain sentence for each row. */
import { leavesOutZero, smallestP } from '../metrics';
import type { Table } from '../report/table';
import type { TableResults } from './results';
import { POWER } from './significance';
import type { Comparison, RowSignificance } from './significance';
import { differenceText, pText, seedsText, signed } from './text';

/** More seeds than this are no plan, and the exact number says nothing. */
const MANY_SEEDS = 1000;

/** 23 -> "23", 7326 -> "over 1000". */
const seedsNeededText = (seeds: number | null): string =>
  seeds === null ? '' : seeds > MANY_SEEDS ? `over ${MANY_SEEDS}` : String(seeds);

const LEVEL = 0.05;

/** What the seeds of one comparison allow one to say. */
function told({ difference, holm, seedsNeeded }: Comparison, rows: number): string {
  if (difference.n === 1) return 'one seed cannot tell';
  const n = seedsText(difference.n);
  if (difference.p === null) return `the same in all ${n}, so there is no spread to judge it by`;
  if (!leavesOutZero(difference)) {
    const needed = seedsNeededText(seedsNeeded);
    const more =
      needed === ''
        ? ''
        : `; ${seedsNeeded! > MANY_SEEDS ? '' : 'about '}${needed} would be needed to show a difference of this size`;
    return `${n} are too few to tell${more}`;
  }
  const kind = difference.mean > 0 ? 'gain' : 'loss';
  if (rows < 2) return `a ${kind} that the ${n} agree on`;
  if (holm! < LEVEL)
    return `a ${kind} that the ${n} agree on, also when all ${rows} rows are counted (Holm p ${pText(holm)})`;
  return `the ${n} agree on a ${kind}, but one such row in ${rows} may be luck (Holm p ${pText(holm)})`;
}

const sentence = (name: string, found: Comparison, rows: number): string =>
  `${name} against ${found.against}: ${differenceText(found.difference)}` +
  `${found.difference.p === null ? '' : `, p ${pText(found.difference.p)}`}: ${told(found, rows)}.`;

/**
 * A sentence a row: against the control where the row has one (what spends the same work says more than what spends half), else against the
 * reference; of the full model both. It never says more than the interval does.
 */
export function interpretation({ table }: TableResults, rows: readonly RowSignificance[]): readonly string[] {
  const count = (key: 'toReference' | 'toControl'): number =>
    rows.filter((row) => row[key]?.difference.p != null).length;
  return rows.flatMap(({ name, toReference, toControl }) => {
    const reference = toReference && sentence(name, toReference, count('toReference'));
    const control = toControl && toReference && sentence(name, toControl, count('toControl'));
    if (name === table.full) return [reference, control].filter((one) => one !== null);
    return [control ?? reference].filter((one) => one !== null);
  });
}

const signedOnImages = ({ onImages }: Comparison): string =>
  onImages ? `${onImages.onlyThis} : ${onImages.onlyOther}` : '';

function testRow(name: string, found: Comparison): Table['rows'][number] {
  return {
    ...{ variant: name, against: found.against, difference: differenceText(found.difference) },
    ...{ p: pText(found.difference.p), holm: pText(found.holm), wilcoxon: pText(found.wilcoxon?.p) },
    bootstrap: found.bootstrap ? `[${signed(found.bootstrap.low!)}, ${signed(found.bootstrap.high!)}]` : '',
    ...{ images: signedOnImages(found), mcnemar: pText(found.onImages?.p) },
    needed: seedsNeededText(found.seedsNeeded),
  };
}

function notesOf(results: TableResults, found: readonly Comparison[]): string[] {
  const seeds = results.seeds.length;
  const onImages = found.find(({ onImages }) => onImages !== null)?.onImages;
  const images = onImages
    ? [
        `Only right: of ${onImages.images} test images, those that this row alone and the other row alone has right, each row being the majority ` +
          "vote of its seeds; McNemar's exact p is of these voted models on other images, and knows nothing of other seeds.",
      ]
    : [];
  return [
    'Differences in percentage points, paired by seed, with their 95 % t interval and its p. Holm: the same p, adjusted over the rows that are ' +
      'compared with the reference, and over those with the control. Wilcoxon: the signed-rank test, exact; with ' +
      `${seedsText(seeds)} its smallest p is ${pText(smallestP(seeds))}.`,
    ...(found.some(({ bootstrap }) => bootstrap !== null)
      ? [
          'BCa: bootstrap interval over the seeds. With fewer than about 20 seeds it is too narrow: the t interval is the better choice.',
        ]
      : []),
    ...images,
    `Seeds needed: to show a true difference of the size seen ${100 * POWER} % of the time, at the spread seen. The size seen is itself uncertain.`,
  ];
}

/** The tests of a table, a row for each comparison: with the reference, then with the control. */
export function testsTable(results: TableResults, rows: readonly RowSignificance[]): Table {
  const pairs = (['toReference', 'toControl'] as const).flatMap((key) =>
    rows.flatMap((row) => (row[key] ? [{ name: row.name, found: row[key] }] : [])),
  );
  const found = pairs.map((pair) => pair.found);
  const has = (read: (one: Comparison) => unknown): boolean => found.some((one) => read(one) !== null);
  const right = { align: 'right' } as const;
  return {
    title: `${results.table.title}: tests over ${seedsText(results.seeds.length)}`,
    columns: [
      { key: 'variant', title: 'Variant' },
      { key: 'against', title: 'Against' },
      { key: 'difference', title: 'Difference', ...right },
      { key: 'p', title: 'p (t)', ...right },
      { key: 'holm', title: 'p (Holm)', ...right },
      { key: 'wilcoxon', title: 'p (Wilcoxon)', ...right },
      ...(has(({ bootstrap }) => bootstrap) ? [{ key: 'bootstrap', title: 'BCa', ...right }] : []),
      ...(has(({ onImages }) => onImages)
        ? [
            { key: 'images', title: 'Only right', ...right },
            { key: 'mcnemar', title: 'p (McNemar)', ...right },
          ]
        : []),
      { key: 'needed', title: 'Seeds needed', ...right },
    ],
    rows: pairs.map(({ name, found: one }) => testRow(name, one)),
    notes: notesOf(results, found),
  };
}
