/** Comparisons as tables that people read. */
import { meanAndSd } from '../ablation/text';
import type { Interval } from '../metrics';
import { signedPoints } from '../plots/theme';
import type { Cell, Table } from '../report/table';
import { compareWithPublished } from './compare';
import type { PublishedComparison, Verdict } from './compare';
import type { Ours, OurRow } from './ours';
import type { Published, PublishedResult } from './types';

const NOT_TOLD = 'not told';

const seedsText = (n: number): string => (n === 1 ? 'one seed' : `mean of ${n} seeds`);

function theirProtocol({ protocol: { runs, epoch } }: PublishedResult): string {
  const times = runs === null ? 'runs not told' : runs === 1 ? 'one run' : `mean of ${runs} runs`;
  return `${times}, ${epoch === null ? 'epoch not told' : epoch === 'last' ? 'last epoch' : 'best epoch on test'}`;
}

/** "no: another backbone: ...", "in part: theirs is ..." */
export const verdictText = ({ comparable, obstacles, reserves }: Verdict): string => {
  const why = comparable === 'no' ? obstacles : reserves;
  return why.length > 0 ? `${comparable}: ${why.join('; ')}` : comparable;
};

/** A row of ours: its last epoch, and below it its best epoch on test where that was kept. */
function ourRows(ours: Ours, { row, best }: OurRow): readonly Readonly<Record<string, Cell>>[] {
  const images = ours.summary.split === 'validation' ? ', on held-out training images' : '';
  const told = (accuracy: Interval, epoch: string): Readonly<Record<string, Cell>> => ({
    ...{ method: `ours: ${row.name}`, backbone: ours.backbone, imageSize: ours.imageSize },
    ...{ images: ours.shots ?? 'all', accuracy: meanAndSd(accuracy) },
    ...{
      protocol: `${seedsText(accuracy.n)}, ${epoch}${images}`,
      difference: '',
      comparable: '',
      source: 'measured here',
    },
  });
  return [told(row.accuracy, 'last epoch'), ...(best ? [told(best, 'best epoch on test')] : [])];
}

function theirRow({ theirs, value, verdict, difference }: PublishedComparison): Readonly<Record<string, Cell>> {
  return {
    ...{ method: theirs.method, backbone: theirs.backbone ?? NOT_TOLD, imageSize: theirs.imageSize ?? NOT_TOLD },
    ...{ images: 'all', accuracy: value.toFixed(theirs.decimals), protocol: theirProtocol(theirs) },
    difference: difference === null ? '' : signedPoints(difference),
    comparable: verdict ? verdictText(verdict) : 'no: no result of ours on this dataset',
    source: `${theirs.source} (${theirs.tag})`,
  };
}

/** What to run to get a result of ours that differs least from the published ones. */
export const commandFor = (key: string): string =>
  `npm run reproduce -- --dataset /path/to/${key} --preset paper --seeds 5 --results data/results/${key}.json`;

function notesOf(key: string, comparisons: readonly PublishedComparison[]): string[] {
  const held = comparisons.filter(({ verdict }) => verdict && verdict.comparable !== 'no');
  const best = comparisons.filter(({ theirs }) => theirs.protocol.epoch === 'best on test').length;
  return [
    held.length === 0
      ? `Nothing here is comparable: no published number may be held against ours. To get one that comes nearest, run: ${commandFor(key)}`
      : `${held.length} of ${comparisons.length} published numbers were measured in the setting of one of ours; "Ours - theirs" stands beside these alone.`,
    ...(best > 0
      ? [
          'An epoch chosen by its accuracy on the test images flatters: it lies above the last epoch of the same run, by an amount that nobody ' +
            'has published. A difference smaller than that says nothing, in either direction; a single run has no interval.',
        ]
      : []),
    'Ours is a reconstruction: the equations of the paper were not at hand. No source tells which weights its rows started from. Their protocol is ' +
      'inferred (values are whole numbers of test images), not stated.',
  ];
}

/** Ours and theirs on one dataset: a row each, and for each of theirs whether it is comparable, and why not. */
export function comparisonTable(published: Published, key: string, ours: readonly Ours[]): Table {
  const comparisons = compareWithPublished(published, key, ours);
  return {
    title: `${published.datasets[key]!.title}: ours beside published numbers`,
    columns: [
      { key: 'method', title: 'Method' },
      { key: 'backbone', title: 'Backbone' },
      { key: 'imageSize', title: 'Image', unit: 'px', align: 'right' },
      { key: 'images', title: 'Images a class', align: 'right' },
      { key: 'accuracy', title: 'Accuracy', unit: '%', align: 'right' },
      { key: 'protocol', title: 'Protocol' },
      { key: 'difference', title: 'Ours - theirs', unit: 'points', align: 'right' },
      { key: 'comparable', title: 'Comparable' },
      { key: 'source', title: 'Source' },
    ],
    rows: [...ours.flatMap((one) => one.rows.flatMap((row) => ourRows(one, row))), ...comparisons.map(theirRow)],
    notes: notesOf(key, comparisons),
  };
}
