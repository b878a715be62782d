/**
 * What a published number can be held against. A pair of numbers is comparable only as far as the conditions are the same; each difference is
 * named, and none is passed over because it would spoil a comparison.
 */
import type { OurRow, Ours } from './ours';
import type { Published, PublishedAblation, PublishedDataset, PublishedResult } from './types';

/** Conditions under which something published was measured; null: not told. */
interface Conditions {
  readonly backbone: string | null;
  readonly imageSize: number | null;
}

export interface Verdict {
  /** `no`: another experiment. `in part`: the same setting, counted or repeated in another way. */
  readonly comparable: 'yes' | 'in part' | 'no';
  /** Why it is another experiment. */
  readonly obstacles: readonly string[];
  /** What to keep in mind where it is the same setting. */
  readonly reserves: readonly string[];
}

/** Whether ours saw the published images in the published split. */
function dataObstacles(ours: Ours, theirs: PublishedDataset): string[] {
  const { dataset, split } = ours.summary;
  if (split === 'validation') return ['ours was scored on held-out training images, theirs on the test images'];
  const test = dataset.tests[split] ?? 0;
  const whole = theirs.parts && ours.shots === null && test === theirs.parts.test;
  if (whole) return [`ours is one part of ${theirs.parts.names.length}, theirs the mean over all`];
  const counts = (classes: number, train: number, n: number): string => `${classes} classes, ${train} + ${n} images`;
  const same = dataset.classes === theirs.classes && test === theirs.test;
  if (!same || (ours.shots === null && dataset.train !== theirs.train)) {
    const [here, there] = [
      counts(dataset.classes, dataset.train, test),
      counts(theirs.classes, theirs.train, theirs.test),
    ];
    return [`another split: ${here} here, ${there} published`];
  }
  if (ours.shots !== null && dataset.train !== theirs.train)
    return [`ours was trained on ${ours.shots} images a class (${dataset.train}), theirs on all ${theirs.train}`];
  if (theirs.fingerprint !== undefined && theirs.fingerprint !== dataset.fingerprint)
    return ['another split: the counts agree, the fingerprint of names, labels and files does not'];
  return [];
}

function settingObstacles(ours: Ours, { backbone, imageSize }: Conditions): string[] {
  return [
    ...(backbone === null ? ['their backbone is not told'] : []),
    ...(backbone !== null && backbone !== ours.backbone
      ? [`another backbone: ${ours.backbone} here, ${backbone} there`]
      : []),
    ...(imageSize !== null && imageSize !== ours.imageSize
      ? [`another image size: ${ours.imageSize} px here, ${imageSize} px there`]
      : []),
  ];
}

/** The row of ours that is meant to be the same. */
const counterpart = (ours: Ours, { counterpart: role = 'full' }: PublishedResult): OurRow | undefined =>
  ours.rows.find((row) => row.role === role);

/** The way of counting: ours is the last epoch, a mean over seeds; its best epoch on test where it was kept and theirs is that as well. */
function protocolReserves(
  ours: Ours,
  { imageSize, protocol }: Pick<PublishedResult, 'imageSize' | 'protocol'>,
  best = false,
) {
  const { epoch, runs } = protocol;
  const chosen = best
    ? 'both are the epoch that did best on the test images, which flatters both'
    : 'theirs is the epoch that did best on the test images, ours the last one';
  return [
    ...(epoch === 'best on test' ? [chosen] : []),
    ...(epoch === null ? ['their epoch is not told'] : []),
    ...(runs === 1 ? ['theirs is a single run'] : []),
    ...(runs === null ? ['their number of runs is not told'] : []),
    ...(ours.seeds === 1 ? ['ours is a single seed'] : []),
    ...(imageSize === null ? ['their image size is not told'] : []),
  ];
}

const verdictOf = (obstacles: readonly string[], reserves: readonly string[]): Verdict => ({
  comparable: obstacles.length > 0 ? 'no' : reserves.length > 0 ? 'in part' : 'yes',
  ...{ obstacles, reserves },
});

/** What a published result can be held against of ours. */
export function judge(ours: Ours, theirs: PublishedResult, dataset: PublishedDataset): Verdict {
  return verdictOf(
    [...dataObstacles(ours, dataset), ...settingObstacles(ours, theirs)],
    protocolReserves(ours, theirs, Boolean(counterpart(ours, theirs)?.best)),
  );
}

/** As `judge`, for an ablation table of the paper. */
export function judgeAblation(ours: Ours, theirs: PublishedAblation, dataset: PublishedDataset): Verdict {
  const protocol = { imageSize: theirs.imageSize, protocol: { runs: null, epoch: null } };
  return verdictOf(
    [...dataObstacles(ours, dataset), ...settingObstacles(ours, theirs)],
    protocolReserves(ours, protocol),
  );
}

/** A published number with the table of ours that differs least. */
export interface PublishedComparison {
  readonly theirs: PublishedResult;
  /** In percent. */
  readonly value: number;
  /** The table of ours that differs least; undefined where there is none on this dataset. */
  readonly ours: Ours | undefined;
  readonly verdict: Verdict | undefined;
  /** Ours minus theirs in percentage points, of our counterpart; null where the two are not comparable at all. */
  readonly difference: number | null;
}

/** Fewest obstacles first, then fewest reserves, then most seeds. */
const better = (a: readonly [Ours, Verdict], b: readonly [Ours, Verdict]): number =>
  a[1].obstacles.length - b[1].obstacles.length ||
  a[1].reserves.length - b[1].reserves.length ||
  b[0].seeds - a[0].seeds;

/** The table of ours that differs least, with the verdict on it. */
export function closest(all: readonly Ours[], verdict: (ours: Ours) => Verdict): readonly [Ours, Verdict] | undefined {
  return all.map((ours) => [ours, verdict(ours)] as const).sort(better)[0];
}

/** Every published result on a dataset, each beside the table of ours that differs least. */
export function compareWithPublished(
  published: Published,
  key: string,
  ours: readonly Ours[],
): readonly PublishedComparison[] {
  const dataset = published.datasets[key]!;
  return published.results.flatMap((theirs): PublishedComparison[] => {
    const value = theirs.values[key];
    if (value === undefined) return [];
    const [own, verdict] = closest(ours, (one) => judge(one, theirs, dataset)) ?? [];
    const mine = own && counterpart(own, theirs);
    // Like beside like: a best epoch on test beside ours, where that was kept.
    const score = (theirs.protocol.epoch === 'best on test' ? mine?.best : null) ?? mine?.row.accuracy;
    const difference = score && verdict!.comparable !== 'no' ? 100 * score.mean - value : null;
    return [{ theirs, value, ours: own, verdict, difference }];
  });
}
