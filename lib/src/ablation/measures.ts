/** What one result measured beside accuracy and likelihood, from the runs that it takes. Plain values in and out. */
import { macroF1, mean, perClass } from '../metrics';
import type { Evaluation } from '../train';

export interface Measures {
  /** Expected calibration error, in 0..1; null where a run was made before it was measured. */
  readonly ece: number | null;
  /** Mean F1 over the classes, in 0..1; null likewise. */
  readonly macroF1: number | null;
  /** Share of images whose class is among the five most likely. */
  readonly top5: number;
  /** [classes]: share of each class's images classified rightly; null for a class without images. */
  readonly perClass: readonly (number | null)[];
}

/** One value of all that are there; null where one is missing. */
const whole = (values: readonly (number | null)[], over: (all: readonly number[]) => number): number | null => {
  const there = values.filter((value) => value !== null);
  return there.length === values.length ? over(there) : null;
};

const alone = ({ ece, macroF1: f1, top5, perClass: shares }: Evaluation): Measures => ({
  ...{ ece: ece ?? null, macroF1: f1 ?? null, top5, perClass: shares },
});

/**
 * The folds of one dataset, in which every image is scored once.
 *
 * - Macro F1 and the classes' shares are those of all predictions together, from the summed confusion counts: F1 is no mean of the folds' F1
 *   (a fold with one image of a class has F1 0 or 1 of it), and a class has not as many images in each fold.
 * - ECE and top-5 are means weighed by images. For top-5 that is the share of all images. Of ECE it is what a model of these is off on the average; the
 *   records hold no confidences to pool, and each fold has a model of its own. It is never below the ECE of the pooled predictions.
 */
export function overFolds(folds: readonly Evaluation[]): Measures {
  if (folds.length === 1) return alone(folds[0]!);
  const cells = folds.flatMap(({ confusion }) => confusion);
  const each = (at: 0 | 1): number[] => cells.flatMap((cell) => new Array<number>(cell[2]).fill(cell[at]));
  const [labels, predictions, classes] = [each(0), each(1), folds[0]!.perClass.length];
  const images = folds.reduce((sum, fold) => sum + fold.images, 0);
  const weighed = (values: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + value * folds[i]!.images, 0) / images;
  return {
    ece: whole(folds.map(({ ece }) => ece ?? null), weighed), // prettier-ignore
    macroF1: macroF1(predictions, labels, classes),
    top5: weighed(folds.map(({ top5 }) => top5)),
    perClass: perClass(predictions, labels, classes),
  };
}

/**
 * The plain mean over stages, as of their accuracies: each is a dataset of its own, however many images it has. A class without images in one of them
 * is averaged over the others.
 */
export function overStages(stages: readonly Measures[]): Measures {
  const [first] = stages;
  if (stages.length === 1) return first!;
  const shares = (c: number): readonly number[] => stages.flatMap((stage) => stage.perClass[c] ?? []);
  return {
    ece: whole(stages.map(({ ece }) => ece), mean), // prettier-ignore
    macroF1: whole(stages.map(({ macroF1: f1 }) => f1), mean), // prettier-ignore
    top5: mean(stages.map(({ top5 }) => top5)),
    perClass: first!.perClass.map((_, c) => (shares(c).length > 0 ? mean(shares(c)) : null)),
  };
}
