/** What a live run guessed on its test images, image by image: what every look at errors starts from. */
import { splitNamed } from '../data';
import type { Dataset, Sample } from '../data';
import { confusionCounts } from '../metrics';
import { softened } from './plain';
import { familiesOf } from './traits';
import type { LiveRun } from './train-live';

export interface Guesses {
  /** What to call the run in figures: its variant and seed. */
  readonly name: string;
  /** The run's hash. */
  readonly run: string;
  readonly split: string;
  readonly classNames: readonly string[];
  /** [classes], equal numbers are siblings; all equal where the dataset knows of no families. */
  readonly families: readonly number[];
  readonly samples: readonly Sample[];
  /** [images], classes counted from 0. */
  readonly labels: readonly number[];
  readonly predictions: readonly number[];
  /** [images], 1 where the guess is the label, else 0. */
  readonly right: readonly number[];
  /** softmax of the logits, [images][classes]. */
  readonly probabilities: readonly (readonly number[])[];
  /** [images], the probability of the predicted class. */
  readonly confidences: readonly number[];
  /** The confusion matrix, [true class][predicted class]. */
  readonly counts: readonly (readonly number[])[];
}

/** Classes at which a new family starts. */
export const boundariesOf = (families: readonly number[]): number[] =>
  families.flatMap((family, c) => (c > 0 && family !== families[c - 1] ? [c] : []));

/**
 * The guesses of a live run, joined with the images that they are about.
 *
 * @throws RangeError where the dataset is not the one that the run was evaluated on
 */
export function guessesOf(dataset: Dataset, run: LiveRun & { readonly name?: string }): Guesses {
  const { samples } = splitNamed(dataset, run.split);
  const { labels, outputs, evaluation } = run;
  const classes = dataset.classes;
  if (samples.length !== labels.length || samples.some(({ label }, i) => label !== labels[i]))
    throw new RangeError(
      `guessesOf: the run saw ${labels.length} images of "${run.split}", and ${dataset.name} has ${samples.length} or other ones there; ` +
        'give the dataset that it was trained with',
    );
  const { predictions } = evaluation;
  const row = (i: number): Float32Array => outputs.logits.subarray(i * classes, (i + 1) * classes);
  const probabilities = labels.map((_, i) => softened(row(i), 1));
  return {
    name: `${run.name ?? 'run'}, seed ${run.config.seed}`,
    ...{
      run: run.id,
      split: run.split,
      classNames: dataset.classNames,
      families: familiesOf(dataset) ?? dataset.classNames.map(() => 0),
    },
    ...{ samples, labels, predictions, probabilities },
    right: labels.map((label, i) => Number(predictions[i] === label)),
    confidences: probabilities.map((shares, i) => shares[predictions[i]!]!),
    counts: confusionCounts(predictions, labels, classes),
  };
}
