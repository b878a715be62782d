/** The linked confusion matrix of a run: gathers its pictures for `linkedConfusionHtml`. */
import type { Dataset } from '../data';
import { linkedConfusionHtml } from '../report';
import { boundariesOf } from './guesses';
import type { Guesses } from './guesses';
import { pickSamples } from './open';
import { thumbnails } from './thumbnails';

export interface LinkedOptions {
  /** Side of each picture in pixels: 72 are about 1.5 KB. */
  readonly size?: number;
  /** Training images of each class. */
  readonly training?: number;
  /** Also the images that were named rightly, behind the diagonal; off by default, since every picture makes the notebook larger. */
  readonly right?: boolean;
}

/** The confusion matrix as HTML in which a cell shows its images beside training images of both classes. Show it with `showHtml`. */
export async function linkedConfusion(
  dataset: Dataset,
  guesses: Guesses,
  { size = 72, training = 3, right = false }: LinkedOptions = {},
): Promise<string> {
  const { classNames, counts, families, labels, predictions, probabilities, samples, name } = guesses;
  const shown = labels.flatMap((_, i) => (right || guesses.right[i] === 0 ? [i] : []));
  const classes = classNames.map((_, c) => c);
  const train = classes.map((c) => pickSamples(dataset, 'train', [c], training));
  const pictures = await thumbnails([...shown.map((i) => samples[i]!), ...train.flat()], { size });
  let next = shown.length;
  return linkedConfusionHtml({
    title: `Choose a cell to see the images behind it (${name})`,
    names: classNames,
    boundaries: boundariesOf(families),
    counts,
    pictures,
    guesses: shown.map((i, picture) => {
      const [truth, predicted] = [labels[i]!, predictions[i]!];
      return { picture, truth, predicted, probabilities: [probabilities[i]![truth]!, probabilities[i]![predicted]!] };
    }),
    training: train.map((own) => own.map(() => next++)),
  });
}
