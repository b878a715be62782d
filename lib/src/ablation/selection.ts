/** Which variant to choose, where a table was scored on a part of the training images: the best, and what it cannot be told from. */
import { leavesOutZero, verdict } from '../metrics';
import type { Difference } from '../metrics';
import { difference, scoredOf } from './results';
import type { TableResults, VariantResult } from './results';
import { percent, seedsText } from './text';

/** Another variant, and how much the best one is ahead of it, paired by seed. */
export interface Rival {
  readonly name: string;
  readonly ahead: Difference;
}

export interface Selection {
  readonly best: VariantResult;
  /** The other variants that are finished on all seeds, the next best first. */
  readonly rivals: readonly Rival[];
  /** Those that the intervals cannot tell from the best. */
  readonly tied: readonly string[];
  /** Variants that are not finished on all seeds: they were not considered. */
  readonly unfinished: readonly string[];
}

/** The best variant by mean accuracy, among those that are finished on all seeds; undefined where there is none. */
export function selectionOf({ variants, seeds }: TableResults): Selection | undefined {
  const isWhole = (variant: VariantResult): boolean => variant.seeds.length === seeds.length;
  const ranked = variants.filter(isWhole).sort((a, b) => b.accuracy.mean - a.accuracy.mean);
  const [best, ...others] = ranked;
  if (!best) return undefined;
  const rivals = others.map((other): Rival => ({
    name: other.name,
    ahead: difference(scoredOf(best), scoredOf(other))!,
  }));
  const tied = rivals.filter(({ ahead }) => !leavesOutZero(ahead)).map(({ name }) => name);
  const unfinished = variants.filter((variant) => !isWhole(variant)).map(({ name }) => name);
  return { best, rivals, tied, unfinished };
}

function conclusion({ best, rivals, tied }: Selection): string {
  if (rivals.length === 0) return 'There is no other variant to choose between yet.';
  if (rivals[0]!.ahead.n < 2)
    return 'One seed cannot tell the variants apart: choose the simplest of them, or ask for more seeds (--seeds 5).';
  const flat = rivals.some(({ ahead }) => ahead.low === null) ? ', or all seeds differ by the same' : '';
  if (tied.length > 0)
    return (
      `The validation cannot tell it from ${tied.length === rivals.length ? 'any of the others' : tied.join(', ')}: their intervals hold 0${flat}. ` +
      'Choose the simplest of these, or ask for more seeds.'
    );
  return `The interval against every other variant leaves out 0. It is the best of ${rivals.length + 1}, so on the test images expect a little less of ${best.name}.`;
}

/** The choice in plain sentences, with the paired intervals against the reference and the next best; undefined where nothing is finished. */
export function selectionText(results: TableResults): string | undefined {
  const found = selectionOf(results);
  if (!found) return undefined;
  const { best, rivals, unfinished } = found;
  const against = (rival: Rival | undefined, what: string): readonly string[] =>
    rival ? [`  against ${rival.name}${what}: ${verdict(rival.ahead)}`] : [];
  const reference = rivals.find(({ name }) => name === results.table.reference);
  const next = rivals[0] === reference ? undefined : rivals[0];
  return [
    `Best on the validation images: ${best.name}, ${percent(best.accuracy.mean)} % (mean of ${seedsText(best.seeds.length)}).`,
    ...against(reference, reference === rivals[0] ? ', the reference and the next best' : ', the reference'),
    ...against(next, ', the next best'),
    conclusion(found),
    ...(unfinished.length > 0 ? [`Not considered, since not finished on all seeds: ${unfinished.join(', ')}.`] : []),
    'No test image was read. Score what you choose once on the test images: the same recipe without --select.',
  ].join('\n');
}
