/** The limited-sample curve: the full model, the control and the baseline with fewer and fewer training images a class. */
import { merge, stepsPerEpoch } from '../../config';
import type { Config, Patch } from '../../config';
import type { Variant } from '../variant';
import { modules } from './modules';
import type { AblationTable, TrainingImages } from './table';

/** Images a class of the rows, as far as the dataset has so many. */
const SHOTS = [1, 2, 3, 5, 10, 20, 50, 100];

/** What a table is told where the dataset is not known yet: the embedded leaf80. */
const LEAF80: TrainingImages = { classes: 80, perClass: 3, images: 240 };

const [BASELINE, CONTROL, FULL] = [modules.reference, modules.control!, modules.full];

/**
 * A row with `perClass` training images a class and as many steps as with all of them: fewer images are seen more often. The epochs are a whole
 * number, so the steps are equal but for half an epoch.
 */
function withFewer({ config, name, why }: Variant, perClass: number, { classes, images }: TrainingImages): Variant {
  const { epochs } = config.training;
  const fewer = stepsPerEpoch(perClass * classes, config);
  const longer = Math.max(1, Math.round((epochs * stepsPerEpoch(images, config)) / fewer));
  const patch: Patch<Config> = { dataset: { trainPerClass: perClass }, training: { epochs: longer } };
  const of = (other: string): string => `${other}, ${perClass} a class`;
  return {
    name: of(name),
    why: `${why}; ${perClass} training image${perClass === 1 ? '' : 's'} a class, ${longer} epochs`,
    config: merge<Config>(config, patch),
    ...{ reference: of(BASELINE), control: of(CONTROL) },
  };
}

/** The images that a config trains on, of those that the dataset has. */
function usedBy({ dataset: { trainPerClass } }: Config, there: TrainingImages): TrainingImages {
  if (trainPerClass === 'all') return there;
  return { classes: there.classes, perClass: trainPerClass, images: trainPerClass * there.classes };
}

/**
 * Each row is compared with the row of as many images: the images of a smaller number are among those of a larger one of the same seed
 * (`takePerClass`), so a line of the figure is paired as well.
 */
export const shots: AblationTable = {
  title: 'Images a class',
  question: 'What is each worth when training images are few?',
  reference: BASELINE,
  control: CONTROL,
  full: FULL,
  compared: { reference: 'the baseline of as many images', control: 'the control of as many images' },
  curve: {
    xTitle: 'Training images a class',
    x: ({ dataset }) => dataset.train / dataset.classes,
    lineOf: (name) => name.replace(/, \d+ a class$/, ''),
  },
  variants: (full, there = LEAF80) => {
    const used = usedBy(full, there);
    const rows = modules.variants(full).filter(({ name }) => [BASELINE, CONTROL, FULL].includes(name));
    const fewer = SHOTS.filter((perClass) => perClass < used.perClass);
    return [...fewer.flatMap((perClass) => rows.map((row) => withFewer(row, perClass, used))), ...rows];
  },
};
