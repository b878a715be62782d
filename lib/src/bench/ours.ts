/** Our side of each kind of work. */
import * as tf from '../tf';
import type { Scalar, Tensor1D, Tensor2D } from '../tf';
import { architectureOf, modelFrom } from '../backbone';
import { lossesAndGradients } from '../core/gradient';
import { globalNorm } from '../core/kernels';
import type { Images } from '../data';
import { umapSync } from '../embed';
import { enqueue, queueContrast, restoreQueue } from '../queue';
import type { Queue } from '../queue';
import { trainStep } from '../train';
import type { StepInput } from '../train';
import { computeOutputs } from '../train/evaluate';
import { createSlots } from '../train/optimizer';
import { makeQueues } from '../train/state';
import type { TrainState } from '../train/state';
import type { InferenceWork, InputWork, QueueWork, StepWork, UmapWork, Work } from './work';
import { readPoints, UMAP_SETTINGS } from './maps';
import { fullQueue, QUEUE_CLASSES, readFixture } from './fixture';
import type { Fixture } from './fixture';
import { readPictures } from './pictures';
import type { Outcome } from './protocol';
import { BENCHED_CONTRAST, benchConfig, ENDLESS } from './recipe';

/** One iteration of a work. */
export type Iterate = () => Outcome | Promise<Outcome>;

/** The whole image as the first view, its mirror image as the second: what the peer is given as two tensors. */
function inputOf({ pixels, labels }: Fixture): StepInput {
  const views = (box: readonly number[]) => ({
    boxes: Float32Array.from({ length: 4 * labels.length }, (_, i) => box[i % 4]!),
    gains: new Float32Array(labels.length).fill(1),
  });
  const indices = labels.map((_, i) => i);
  return {
    ...{ data: pixels, labels, names: Array.from(indices, String) },
    plan: {
      ...{ indices, raw: views([0, 0, 1, 1]), second: views([0, 1, 1, 0]) },
      ...{ theta: new Float32Array(labels.length), tiles: new Int32Array(4 * labels.length) },
    },
  };
}

/** The state before the first step, with given weights and full queues. */
function stateOf(work: StepWork, { weights, rows }: Fixture): TrainState {
  const config = benchConfig(work);
  const architecture = architectureOf(config.backbone, work.classes, work.side);
  const model = modelFrom(architecture, work.classes, weights, config.backbone);
  return {
    ...{ model, kernel: [], keys: undefined, step: 0 },
    slots: createSlots(model.trainable, config.optimizer.kind),
    queues: makeQueues(config, architecture, (_name, length, size) => {
      const { features, labels } = fullQueue(rows, length, { size, classes: work.classes });
      return restoreQueue(features, labels, size);
    }),
  };
}

function stepOf(work: StepWork, fixture: Fixture): Iterate {
  const config = benchConfig(work);
  let state = stateOf(work, fixture);
  const input = inputOf(fixture);
  return () => {
    const done = trainStep(state, config, input, ENDLESS);
    state = done.state;
    return { values: done.report.losses, norm: done.report.gradientNorm };
  };
}

function inferenceOf(work: InferenceWork, { weights, pixels, labels }: Fixture): Iterate {
  const config = benchConfig(work);
  const architecture = architectureOf(config.backbone, work.classes, work.side);
  const model = modelFrom(architecture, work.classes, weights, config.backbone);
  const images: Images = {
    ...{ count: work.batch, size: work.side, data: pixels, labels },
    names: Array.from(labels, (_, i) => String(i)),
  };
  return async () => {
    const { logits } = await computeOutputs(model, images, config);
    return { values: Array.from(logits.subarray(0, work.classes)) };
  };
}

function queueOf({ rows, size, batch }: QueueWork, fixture: Fixture): Iterate {
  const start = fullQueue(fixture.rows, rows, { size, classes: QUEUE_CLASSES });
  let queue: Queue = restoreQueue(start.features, start.labels, size);
  const features = tf.variable(tf.tensor2d(fixture.features, [batch, size])) as unknown as Tensor2D & tf.Variable;
  const labels = tf.tensor1d(fixture.labels, 'int32');
  const one = tf.tensor1d([1]);
  return () => {
    const [loss, norm] = tf.tidy(() => {
      const forward = () => ({
        values: tf.reshape(tf.mean(queueContrast({ features, labels }, queue, BENCHED_CONTRAST)), [1]) as Tensor1D,
        aux: {},
      });
      const { values, gradients } = lossesAndGradients(forward, [features], one);
      const norm = globalNorm(Object.values(gradients));
      return tf.concat([values, tf.stack([norm as Scalar])]).dataSync() as unknown as [number, number];
    });
    queue = enqueue(queue, features, labels);
    return { values: [loss], norm };
  };
}

function umapOf({ size }: UmapWork, file: string): Iterate {
  const rows = { values: readPoints(file), size };
  return () => ({ values: Array.from(umapSync(rows, UMAP_SETTINGS).coordinates) });
}

const picturesOf =
  (work: InputWork, folder: string): Iterate =>
  async () => ({
    values: [(await readPictures(work, folder)).images],
  });

/** Every kind of work: a kind that is forgotten here does not compile. */
const KINDS: { readonly [K in Work['kind']]: (work: Extract<Work, { kind: K }>, file: string) => Iterate } = {
  step: (work, file) => stepOf(work, readFixture(file)),
  inference: (work, file) => inferenceOf(work, readFixture(file)),
  queue: (work, file) => queueOf(work, readFixture(file)),
  umap: umapOf,
  input: picturesOf,
};

export const makeReady = (work: Work, file: string): Iterate =>
  (KINDS[work.kind] as (work: Work, file: string) => Iterate)(work, file);
