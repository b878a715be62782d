/** How much an accuracy owes to chance: to which images were tested, and to which were trained on. */
import { createRng, shuffled } from '../core/rng';
import type { Rng } from '../core/rng';
import { top1 } from '../metrics';
import type { Described } from './described';
import { pickRows } from './described';
import { nearestCentroid } from './learners';

export interface TestDraws {
  /** The share of all images in the world that the model would name rightly. */
  readonly accuracy: number;
  /** Images a test holds. */
  readonly images: number;
  /** How many such tests are made. */
  readonly draws: number;
  readonly seed?: number;
}

/**
 * What a model of a known accuracy scores on tests of so many images, each image right with that probability: the binomial distribution, by
 * simulation.
 *
 * @returns one share in 0..1 a test
 */
export function testDraws({ accuracy, images, draws, seed = 1 }: TestDraws): number[] {
  if (!(accuracy >= 0 && accuracy <= 1)) throw new RangeError(`accuracy is ${accuracy}: a share from 0 to 1`);
  const rng = createRng(seed, 'tests', images);
  return Array.from({ length: draws }, () => {
    let right = 0;
    for (let i = 0; i < images; i++) if (rng.uniform() < accuracy) right++;
    return right / images;
  });
}

/** Positions of the images of each class, shuffled. */
function shuffledByClass(labels: readonly number[], rng: Rng): number[][] {
  const groups: number[][] = [];
  labels.forEach((label, i) => (groups[label] ??= []).push(i));
  return groups.filter(Boolean).map((group) => shuffled(group, rng));
}

export type Classifier = (train: Described, test: Described) => readonly number[];

export interface TrainingDraws {
  /** Images drawn of each class to train on. */
  readonly imagesPerClass: number;
  readonly draws: number;
  /** Decides which third is the test, and the draws. The same seed draws the same images, whatever the numbers that describe them. */
  readonly seed?: number;
  readonly classifier?: Classifier;
}

/** What `trainingDraws` found. */
export interface DrawnAccuracies {
  /** Accuracy on the test third, one a draw. */
  readonly accuracies: readonly number[];
  readonly testImages: number;
}

/**
 * Trains a fast classifier again and again on other images of the same classes, and tests it on images that stay the same.
 *
 * A third of each class's images is set aside as the test, once; each draw takes `imagesPerClass` of the others.
 *
 * @throws RangeError where a class has too few images for two draws to differ
 */
export function trainingDraws(of: Described, options: TrainingDraws): DrawnAccuracies {
  const { imagesPerClass, draws, seed = 1, classifier = nearestCentroid } = options;
  const groups = shuffledByClass(of.labels, createRng(seed, 'test third'));
  const thirds = groups.map((group) => Math.max(1, Math.floor(group.length / 3)));
  const most = Math.min(...groups.map((group, i) => group.length - thirds[i]! - 1));
  if (!(Number.isInteger(imagesPerClass) && imagesPerClass >= 1 && imagesPerClass <= most))
    throw new RangeError(
      `imagesPerClass is ${imagesPerClass}: choose from 1 to ${most}. A third of the smallest class is the test, and of the others one must stay out, or all draws would be the same`,
    );
  const test = pickRows(of, groups.flatMap((group, i) => group.slice(0, thirds[i]))); // prettier-ignore
  const pool = pickRows(of, groups.flatMap((group, i) => group.slice(thirds[i]))); // prettier-ignore
  const rng = createRng(seed, 'training draws', imagesPerClass);
  const accuracies = Array.from({ length: draws }, () => {
    const drawn = shuffledByClass(pool.labels, rng).flatMap((group) => group.slice(0, imagesPerClass));
    return top1(classifier(pickRows(pool, drawn), test), test.labels);
  });
  return { accuracies, testImages: test.labels.length };
}
