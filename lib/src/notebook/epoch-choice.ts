/** Why the last epoch is reported and not the best: how much choosing by the test flatters. */
import { createRng, shuffled } from '../core/rng';
import { mean } from '../metrics';
import type { SpreadRow } from './spread-figure';
import type { WatchedRun } from './watch-training';

export interface EpochChoice {
  /** Test accuracy of the last epoch, and of the epoch that did best on the very same images. */
  readonly last: number;
  readonly best: number;
  readonly bestEpoch: number;
  /** The mean over the draws: the best epoch's accuracy on the half it was chosen by, and on the half it was not. */
  readonly onChosen: number;
  readonly onOther: number;
  /** The mean over the draws of the last epoch's accuracy on the other half: no choice at all. */
  readonly lastOnOther: number;
  readonly rows: readonly SpreadRow[];
}

/**
 * Chooses the best epoch by one random half of the test images and measures it on the other half, again and again. What the first half says
 * beyond the second is the price of the choice: it is luck of those images.
 *
 * @throws RangeError where fewer than two test images were watched
 */
export function epochChoice(
  { watched, labels }: Pick<WatchedRun, 'watched' | 'labels'>,
  { draws = 200, seed = 1 }: { readonly draws?: number; readonly seed?: number } = {},
): EpochChoice {
  if (labels.length < 2 || watched.length === 0)
    throw new RangeError(`epochChoice: ${labels.length} test images and ${watched.length} epochs; nothing to choose`);
  const right = watched.map(({ test }) => test.predictions.map((predicted, i) => Number(predicted === labels[i])));
  const scoreOn = (epoch: number, images: readonly number[]): number => mean(images.map((i) => right[epoch]![i]!));
  const bestOn = (images: readonly number[]): number => {
    const scores = right.map((_, epoch) => scoreOn(epoch, images));
    return scores.indexOf(Math.max(...scores));
  };
  const rng = createRng(seed, 'choice of an epoch');
  const all = labels.map((_, i) => i);
  const half = Math.floor(labels.length / 2);
  const found = Array.from({ length: draws }, () => {
    const order = shuffled(all, rng);
    const [chosen, other] = [order.slice(0, half), order.slice(half)];
    const best = bestOn(chosen);
    const last = scoreOn(right.length - 1, other);
    return { onChosen: scoreOn(best, chosen), onOther: scoreOn(best, other), lastOnOther: last };
  });
  const best = bestOn(all);
  const rows = [
    { name: 'best epoch, on the half that chose it', values: found.map(({ onChosen }) => onChosen) },
    { name: 'best epoch, on the other half', values: found.map(({ onOther }) => onOther) },
    { name: 'last epoch, on the other half', values: found.map(({ lastOnOther }) => lastOnOther) },
  ];
  return {
    ...{ last: scoreOn(right.length - 1, all), best: scoreOn(best, all), bestEpoch: watched[best]!.epoch, rows },
    ...{ onChosen: mean(rows[0]!.values), onOther: mean(rows[1]!.values), lastOnOther: mean(rows[2]!.values) },
  };
}
