/** Training with one eye on the test: for seeing overfitting, never for choosing an epoch. */
import type { Model } from '../backbone';
import { checkConfig } from '../config';
import type { Config } from '../config';
import type { Dataset, Images } from '../data';
import { OKABE_ITO, trainingCurves } from '../plots';
import type { Figure, Trace } from '../plots';
import { liveDisplay } from '../report';
import { computeOutputs, score } from '../train';
import type { Evaluation, RunData } from '../train';
import { liveRun, reporter } from './train-live';
import type { LiveRun } from './train-live';

/** What the weights after an epoch score on whole, unaugmented images. */
export interface WatchedEpoch {
  readonly epoch: number;
  readonly train: Evaluation;
  readonly test: Evaluation;
}

/** A live run with what it scored on the way. */
export interface WatchedRun extends LiveRun {
  readonly watched: readonly WatchedEpoch[];
}

/** What a model scores on the training images and on the first test split. @param model borrowed */
async function evaluate(model: Model, config: Config, { classes, train, tests }: RunData<Images>) {
  const [test] = Object.values(tests);
  const scored = async (images: Images): Promise<Evaluation> =>
    score(await computeOutputs(model, images, config), images, classes);
  return { train: await scored(train), test: await scored(test!) };
}

/**
 * Trains a config live as `trainLive` does, and evaluates its weights on the training and the test images after every `every`-th epoch and the
 * last. The run itself never sees what the test says: its result is that of `trainLive`.
 *
 * @throws as `trainLive`; RangeError where `every` is no whole number from 1 on
 */
export async function trainWatched(
  dataset: Dataset,
  config: Config,
  { every = 2 }: { readonly every?: number } = {},
): Promise<WatchedRun> {
  if (!(Number.isInteger(every) && every >= 1)) throw new RangeError(`every is ${every}: a whole number from 1 on`);
  const checked = checkConfig(config);
  const watched: WatchedEpoch[] = [];
  const run = await liveRun(dataset, checked, {
    ...reporter(liveDisplay(), checked),
    state: async ({ model }, epoch, data) => {
      if (epoch % every !== 0 && epoch !== checked.training.epochs) return;
      watched.push({ epoch, ...(await evaluate(model, checked, data)) });
    },
  });
  return { ...run, watched };
}

/** Training is blue and the test vermilion, as far apart as the palette goes. */
function recolour(trace: Trace): Trace {
  if (trace.type !== 'scatter') return trace;
  return { ...trace, line: { ...trace.line, color: trace.name === 'test images' ? OKABE_ITO[1] : OKABE_ITO[0] } };
}

/** Accuracy and likelihood by epoch, on training and on test images. */
export function watchedFigure({ watched, config, id, split }: WatchedRun): Figure {
  const curve = (variant: 'training images' | 'test images', value: (evaluation: Evaluation) => number) => ({
    ...{ variant, seed: config.seed, x: watched.map(({ epoch }) => epoch) },
    y: watched.map(({ train, test }) => value(variant === 'training images' ? train : test)),
  });
  const both = (value: (evaluation: Evaluation) => number) => [
    curve('training images', value),
    curve('test images', value),
  ];
  const figure = trainingCurves(
    [
      { yTitle: 'Accuracy (%)', scale: 100, range: [0, 100], curves: both(({ top1 }) => top1) },
      { yTitle: 'Negative log-likelihood (nats)', curves: both(({ nll }) => nll) },
    ],
    {
      ...{ title: 'The same weights on training and on test images', band: 'none', run: id },
      caption:
        `Left: accuracy by epoch, right: the mean negative log-likelihood, which also asks how sure the network was. Whole images, no augmentation; test split ${split}. ` +
        'Look at the gap between the two lines, and at where the test line stops getting better.',
    },
  );
  return { ...figure, data: figure.data.map(recolour) };
}
