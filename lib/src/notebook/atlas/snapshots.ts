/** Features of the same images at several epochs of live runs, and what the queue held then. */
import { decodeFor, runId, sourcesOf } from '../../ablation';
import type { Variant } from '../../ablation';
import { checkConfig, findTerm } from '../../config';
import type { Config } from '../../config';
import { gather, splitsOf } from '../../data';
import type { Dataset, Images, Sample } from '../../data';
import { projectPaths } from '../../project';
import { liveDisplay } from '../../report';
import { computeOutputs, createState, disposeState, rawQueueRows, score, trainRun } from '../../train';
import type { EpochMetrics, QueueRows, RunData, StepProgress, TrainState } from '../../train';
import { stoppedBy } from '../interrupt';
import { bar } from '../progress';
import { concat } from './flat';

/** An image that is looked at again and again. */
export interface AtlasImage {
  readonly split: string;
  readonly label: number;
  readonly sample: Sample;
}

/** What a network made of the images after an epoch. */
export interface Snapshot {
  /** 0 is before the first step. */
  readonly epoch: number;
  /** f of each image, whole and unaugmented, [images * size]. */
  readonly features: Float32Array;
  readonly size: number;
  /** Share of the test images among them that the network's own head classifies rightly. */
  readonly accuracy: number;
  /** The raw queue; undefined where there is none, or where it is still empty. */
  readonly queue: QueueRows | undefined;
}

/** A live run that was looked at on its way: plain values only. */
export interface SnapshotRun {
  readonly name: string;
  readonly why: string;
  readonly id: string;
  readonly config: Config;
  readonly classNames: readonly string[];
  /** Training images first, in the order of the run; then the test images. The same in every run of one call. */
  readonly images: readonly AtlasImage[];
  readonly snapshots: readonly Snapshot[];
  readonly epochs: readonly EpochMetrics[];
  /** True where the stop button ended it: the snapshots are those that it had reached. */
  readonly stopped: boolean;
}

export interface SnapshotOptions {
  /** When to look: 0 is before the first step. */
  readonly epochs: readonly number[];
  /** Test images of each class that are looked at; fewer where a class has fewer. Default 5. */
  readonly testPerClass?: number;
}

/** Throws unless every epoch is one that the run has. */
function checkEpochs(epochs: readonly number[], { training }: Config, name: string): void {
  const wrong = epochs.find((epoch) => !Number.isInteger(epoch) || epoch < 0 || epoch > training.epochs);
  if (epochs.length === 0) throw new RangeError('trainSnapshots: epochs is empty; name one at least, such as [0, 10]');
  if (wrong !== undefined)
    throw new RangeError(
      `trainSnapshots: epoch ${wrong}; '${name}' has ${training.epochs} epochs: give whole numbers from 0 to ${training.epochs}, ` +
        'or raise training.epochs',
    );
}

/** Some images of a split, in their order. */
function choose(images: Images, places: readonly number[]): Images {
  const { data, labels } = gather(images, places);
  return { count: places.length, size: images.size, data, labels, names: places.map((i) => images.names[i]!) };
}

/** The first `each` images of every class. */
function firstOfEach({ labels }: Images, each: number): number[] {
  const seen = new Map<number, number>();
  return Array.from(labels, (_, i) => i).filter((i) => {
    const count = seen.get(labels[i]!) ?? 0;
    seen.set(labels[i]!, count + 1);
    return count < each;
  });
}

/** What is looked at: all training images of the run and some of its first test split. */
interface Looked {
  readonly train: Images;
  readonly test: Images;
  readonly testSplit: string;
}

function lookedAt({ train, tests }: RunData<Images>, testPerClass: number): Looked {
  const [testSplit, images] = Object.entries(tests)[0]!;
  return { train, test: choose(images, firstOfEach(images, testPerClass)), testSplit };
}

function describe(dataset: Dataset, { train, test, testSplit }: Looked): readonly AtlasImage[] {
  const byName = new Map(splitsOf(dataset).flatMap(({ samples }) => samples.map((one) => [one.name, one] as const)));
  const each = (split: string, { names, labels }: Images): AtlasImage[] =>
    names.map((name, i) => ({ split, label: labels[i]!, sample: byName.get(name)! }));
  return [...each('train', train), ...each(testSplit, test)];
}

/** Reads a state in plain numbers. @param state borrowed */
async function look(state: TrainState, epoch: number, config: Config, looked: Looked): Promise<Snapshot> {
  const term = findTerm(config, 'contrast');
  const queue = term?.features === 'final' && state.step > 0 ? rawQueueRows(state, config, looked.train) : undefined;
  const [train, test] = [
    await computeOutputs(state.model, looked.train, config),
    await computeOutputs(state.model, looked.test, config),
  ];
  const features = concat([train.features, test.features]);
  const accuracy = score(test, looked.test, state.model.classes).top1;
  return { epoch, features, size: train.featureSize, accuracy, queue };
}

/** The state before the first step, looked at and ended. */
async function lookBefore(config: Config, classes: number, looked: Looked): Promise<Snapshot> {
  const state = createState(config, classes);
  try {
    return await look(state, 0, config, looked);
  } finally {
    disposeState(state);
  }
}

interface Job extends Variant {
  readonly epochs: ReadonlySet<number>;
  readonly testPerClass: number;
  readonly onStep: (progress: StepProgress) => void;
}

async function runJob(dataset: Dataset, job: Job): Promise<SnapshotRun> {
  const { name, why, config } = job;
  const data = await decodeFor(dataset, config, { cache: projectPaths().cache });
  const looked = lookedAt(data, job.testPerClass);
  const snapshots: Snapshot[] = job.epochs.has(0) ? [await lookBefore(config, data.classes, looked)] : [];
  const epochs: EpochMetrics[] = [];
  const onState = async (state: TrainState, epoch: number): Promise<void> => {
    if (job.epochs.has(epoch)) snapshots.push(await look(state, epoch, config, looked));
  };
  const stopped = await stoppedBy((signal) =>
    trainRun(
      config,
      { ...data, tests: {} },
      { signal, onState, onStep: job.onStep, onEpoch: (one) => void epochs.push(one) },
    ),
  );
  const id = runId(config, sourcesOf(config, dataset));
  const images = describe(dataset, looked);
  return { name, why, id, config, classNames: dataset.classNames, images, snapshots, epochs, stopped };
}

/**
 * Trains variants live, one after the other, with one bar, and looks at the same images after some of the epochs: at all training images and at
 * the first `testPerClass` test images of each class, whole and unaugmented. Where a variant has a queue of final features, its rows are kept too,
 * each beside what the weights of that moment make of the view that it came from.
 *
 * All variants must see the same training images, so one dataset section and one seed. The stop button ends it after the current step and keeps the
 * snapshots that were reached.
 *
 * @returns plain values; no tensor is left
 * @throws ConfigError where a config cannot be used, RangeError where an epoch is not one of the run's: both before anything is trained
 */
export async function trainSnapshots(
  dataset: Dataset,
  variants: readonly Variant[],
  { epochs, testPerClass = 5 }: SnapshotOptions,
): Promise<SnapshotRun[]> {
  const checked = variants.map((variant) => ({ ...variant, config: checkConfig(variant.config) }));
  checked.forEach(({ config, name }) => checkEpochs(epochs, config, name));
  const shown = bar(liveDisplay(), 0.4);
  const runs: SnapshotRun[] = [];
  for (const [place, variant] of checked.entries()) {
    const onStep = ({ step, steps, epoch }: StepProgress): void =>
      shown.at(
        (place + step / steps) / checked.length,
        `${place + 1} of ${checked.length}: ${variant.name}, epoch ${epoch}`,
      );
    const run = await runJob(dataset, { ...variant, epochs: new Set(epochs), testPerClass, onStep });
    runs.push(run);
    if (run.stopped) break;
  }
  const whole = runs.filter(({ stopped }) => !stopped).length;
  shown.end(whole / checked.length, (took) =>
    whole < runs.length ? `stopped; whole: ${whole} of ${checked.length} runs` : took,
  );
  return runs;
}
