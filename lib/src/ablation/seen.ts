/** Which of a dataset's images a run sees: as many a class as its config asks for, and what it is scored on. Plain lists, no pixels. */
import { validationPlan } from '../config';
import type { Config } from '../config';
import { folds, forSelection, holdout, takePerClass } from '../data';
import type { Dataset, Fold, Split } from '../data';
import { datasetFacts } from './record';
import type { DatasetFacts } from './record';

/** The dataset with as many training images a class as the config asks for, drawn by its seed. */
export function drawnDataset(dataset: Dataset, { dataset: { trainPerClass }, seed }: Config): Dataset {
  return trainPerClass === 'all' ? dataset : takePerClass(dataset, trainPerClass, seed);
}

/** The part of some training images that a run trains on and the part that it is scored on; undefined where it is scored on test images. */
function foldOf(train: Split, { dataset: { validation }, seed }: Config): Fold | undefined {
  const plan = validationPlan(validation);
  switch (plan.kind) {
    case 'none':
      return undefined;
    case 'holdout':
      return holdout(train, plan.perClass, seed);
    case 'fold':
      return folds(train, plan.folds, seed)[plan.fold - 1];
    case 'folds':
      throw new RangeError(
        `dataset.validation "${validation}" is ${plan.folds} runs, one a fold: a run takes one of them, such as fold:1/${plan.folds}; ` +
          `"reproduce --select ${validation}" does them all`,
      );
  }
}

/**
 * The dataset as a run sees it. With a validation its only test split is `validation`, a part of the training images that the run does not train
 * on, and no test image is in it. The draws hang on the seed: on the same seed all variants see the same images.
 *
 * @throws RangeError where a class has too few training images, or the validation is more than one run
 */
export function seenDataset(dataset: Dataset, config: Config): Dataset {
  const drawn = drawnDataset(dataset, config);
  const fold = foldOf(drawn.train, config);
  return fold ? forSelection(drawn, fold) : drawn;
}

/** What a record keeps of the images that its run saw. The fingerprint is that of the whole dataset: the config and the seed say which part. */
export function seenFacts(dataset: Dataset, config: Config): DatasetFacts {
  return { ...datasetFacts(seenDataset(dataset, config)), fingerprint: dataset.fingerprint };
}

/** The test splits that the config names and the dataset has, in the config's order; all it has where none matches. */
export function testSplitsOf(dataset: Dataset, config: Config): readonly string[] {
  const wanted = config.dataset.testSplits.filter((name) => name in dataset.tests);
  return wanted.length > 0 ? wanted : Object.keys(dataset.tests);
}
