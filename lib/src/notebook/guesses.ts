/** What a live run guessed on its test images, image by image: what every look at errors starts from. */
import fs from 'node:fs';
import path from 'node:path';
import { splitNamed } from '../data';
import type { Dataset, Sample } from '../data';
import { confusionCounts } from '../metrics';
import { softened } from './plain';
import type { LiveRun } from './train-live';

export interface Guesses {
  /** What to call the run in figures: its variant and seed. */
  readonly name: string;
  /** The run's hash. */
  readonly run: string;
  readonly split: string;
  readonly classNames: readonly string[];
  /** [classes], equal numbers are siblings. */
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

/**
 * The family of each class, [classes]: from the description that a drawn dataset has with it. A dataset without one is taken as a single
 * family, in which every class is every other's sibling.
 */
export function familiesOf({ root, classNames }: Dataset): number[] {
  const file = path.join(root, 'dataset.json');
  const about = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as { cultivars?: unknown }) : {};
  const cultivars = (about.cultivars ?? []) as readonly { readonly name: string; readonly family: number }[];
  const families = new Map(cultivars.map(({ name, family }) => [name, family]));
  return classNames.map((name) => families.get(name) ?? 0);
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
    ...{ run: run.id, split: run.split, classNames: dataset.classNames, families: familiesOf(dataset) },
    ...{ samples, labels, predictions, probabilities },
    right: labels.map((label, i) => Number(predictions[i] === label)),
    confidences: probabilities.map((shares, i) => shares[predictions[i]!]!),
    counts: confusionCounts(predictions, labels, classes),
  };
}
