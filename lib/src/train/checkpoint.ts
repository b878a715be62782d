/**
 * A training state on disk: variables, slots, queues and the metrics so far, in one safetensors file that is written beside and then renamed. It is
 * whole or it is not there.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as tf from '../tf';
import type { Variable } from '../tf';
import { architectureOf, isTrained, modelFrom } from '../backbone';
import type { Architecture, Model, ParameterSpec, Values } from '../backbone';
import { findTerm, hashOf, identityOf } from '../config';
import type { Config } from '../config';
import type { Slot } from '../core/kernels';
import { decodeSafetensors, encodeSafetensors } from '../core/safetensors';
import type { NamedArray, TensorFile } from '../core/safetensors';
import { explaining, writeWhole } from '../files';
import { checkHistory, restoreQueue } from '../queue';
import type { Queue, QueueHistory } from '../queue';
import { levelSizes } from './levels';
import { createSlots } from './optimizer';
import type { EpochMetrics } from './loop';
import { averagesKeys, kernelSpecs, makeQueues, queueList, sharesQueue, trainableOf, variablesOf } from './state';
import type { TrainState } from './state';

const FORMAT = 'csdnet-checkpoint/3';

/** What is wrong with a file whose every part fits, but which is not the one that was written. */
const CHANGED = 'its content is not what was written (its SHA-256 is another): a disk or a copy has changed it';

/** SHA-256 of everything that a checkpoint holds but of this number itself: a flipped bit in a weight fits every shape. */
export function sealOf({ tensors, metadata: { sha256: _, ...metadata } }: TensorFile): string {
  const shapes = [...tensors].map(([name, { shape, data }]) => [name, shape, data instanceof Int32Array]);
  const hash = createHash('sha256').update(JSON.stringify([metadata, shapes]));
  for (const { data } of tensors.values()) hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return hash.digest('hex');
}

export interface Checkpoint {
  readonly state: TrainState;
  readonly epochs: readonly EpochMetrics[];
  /** Test accuracy after each epoch, where the config asks for the best of them. */
  readonly testCurve?: readonly number[];
}

const arrayOf = (variable: { shape: number[]; dataSync(): unknown }): NamedArray => ({
  shape: variable.shape,
  data: variable.dataSync() as Float32Array | Int32Array,
});

function slotArray(slot: Slot): NamedArray {
  const values = slot.read();
  const array = arrayOf(values);
  values.dispose();
  return array;
}

const ints = (data: Int32Array): NamedArray => ({ shape: [data.length], data });

function queueArrays(name: string, queue: Queue): readonly [string, NamedArray][] {
  return [
    [`queue.${name}.features`, arrayOf(queue.features)],
    [`queue.${name}.labels`, arrayOf(queue.labels)],
    [`queue.${name}.entered`, ints(queue.entered)],
    [`queue.${name}.samples`, ints(queue.samples)],
  ];
}

function arraysOf({ model, kernel, keys, slots, queues }: TrainState): ReadonlyMap<string, NamedArray> {
  const variables = (prefix: string, byName: Iterable<readonly [string, Variable]>) =>
    [...byName].map(([name, variable]) => [`${prefix}.${name}`, arrayOf(variable)] as const);
  const moments = [...slots.byName].flatMap(([name, own]) =>
    own.map((slot, i) => [`slot${i}.${name}`, slotArray(slot)] as const),
  );
  return new Map([
    ...variables('model', model.byName),
    ...variables(
      'kernel',
      kernel.map(({ spec, variable }) => [spec.name, variable] as const),
    ),
    ...(keys ? variables('keys', keys.byName) : []),
    ...moments,
    ...(queues ? queueList(queues).flatMap(([name, queue]) => queueArrays(name, queue)) : []),
  ]);
}

/** Write a checkpoint, whole or not at all. */
export async function saveCheckpoint(file: string, config: Config, checkpoint: Checkpoint): Promise<void> {
  const { state, epochs, testCurve } = checkpoint;
  const metadata = {
    ...{ format: FORMAT, config: hashOf(identityOf(config)) },
    ...{ step: String(state.step), epochs: JSON.stringify(epochs) },
    ...(testCurve && { testCurve: JSON.stringify(testCurve) }),
  };
  const tensors = arraysOf(state);
  const sealed = { ...metadata, sha256: sealOf({ tensors, metadata }) };
  explaining(file, () => fs.mkdirSync(path.dirname(file), { recursive: true }));
  await writeWhole(file, encodeSafetensors({ tensors, metadata: sealed }));
}

type Shapes = readonly (readonly [string, readonly number[]])[];

/** Shape of every array that a config's checkpoint holds, by name. */
function expectedShapes(config: Config, architecture: Architecture): ReadonlyMap<string, readonly number[]> {
  const all = (prefix: string, specs: readonly ParameterSpec[]): Shapes =>
    specs.map(({ name, shape }) => [`${prefix}.${name}`, shape] as const);
  const { parameters } = architecture;
  const kernel = kernelSpecs(config, architecture);
  const moved = [...parameters.filter((spec) => isTrained(spec, config.backbone.frozenStride)), ...kernel];
  const slots = config.optimizer.kind === 'sgd' ? ['slot0'] : ['slot0', 'slot1'];
  return new Map<string, readonly number[]>([
    ...all('model', parameters),
    ...all('kernel', kernel),
    ...(averagesKeys(config) ? all('keys', parameters) : []),
    ...slots.flatMap((slot) => all(slot, moved)),
    ...queueShapes(config, architecture),
  ]);
}

/** Shape of each queue's features by the queue's name. */
function queueSizes(config: Config, architecture: Architecture): Shapes {
  const term = findTerm(config, 'contrast');
  if (!term) return [];
  const views = sharesQueue(config) ? ['raw'] : ['raw', 'second'];
  return levelSizes(architecture, term.features).flatMap((size, level) =>
    views.map((view) => [`${view}.${level}`, [term.queueLength, size]] as const),
  );
}

const queueShapes = (config: Config, architecture: Architecture): Shapes =>
  queueSizes(config, architecture).flatMap(([name, shape]): Shapes => {
    const plain = ['labels', 'entered', 'samples'].map((what) => [`queue.${name}.${what}`, shape.slice(0, 1)] as const);
    return [[`queue.${name}.features`, shape], ...plain];
  });

/** A queue's labels and history. @throws where they do not fit */
function queueFacts({ tensors }: TensorFile, name: string): { labels: Int32Array; history: QueueHistory } {
  const ints = (what: string): Int32Array => tensors.get(`queue.${name}.${what}`)!.data as Int32Array;
  const [labels, entered, samples] = [ints('labels'), ints('entered'), ints('samples')];
  // Every batch that came in left a row, so the latest row tells how many there were.
  const history = { entered, samples, enqueues: entered.reduce((latest, at) => Math.max(latest, at), 0) };
  checkHistory(history, labels);
  return { labels, history };
}

/** The facts beside the arrays. @throws where anything is missing or of another shape; no tensor exists yet */
function parseFacts({ tensors, metadata }: TensorFile, expected: ReadonlyMap<string, readonly number[]>) {
  for (const [name, shape] of expected) {
    const found = tensors.get(name);
    if (!found) throw new Error(`the checkpoint has no ${name}`);
    const integers = /^queue\..*\.(labels|entered|samples)$/.test(name);
    if (String(found.shape) !== String(shape) || found.data instanceof Int32Array !== integers) {
      throw new Error(
        `${name} of the checkpoint has shape [${found.shape.join(', ')}], expected [${shape.join(', ')}]`,
      );
    }
  }
  const [step, epochs] = [Number(metadata.step), JSON.parse(metadata.epochs ?? 'null') as unknown];
  if (!Number.isSafeInteger(step) || !Array.isArray(epochs)) throw new Error('the checkpoint has no step or no epochs');
  return { step, epochs: epochs as EpochMetrics[], ...curveOf(metadata, epochs.length) };
}

/** The test accuracies of the epochs, where they were kept. @throws where they are not one an epoch */
function curveOf({ testCurve }: TensorFile['metadata'], epochs: number): Pick<Checkpoint, 'testCurve'> {
  if (testCurve === undefined) return {};
  const curve = JSON.parse(testCurve) as unknown;
  if (!Array.isArray(curve) || curve.length !== epochs || !curve.every(Number.isFinite))
    throw new Error(`the checkpoint has ${epochs} epochs, but not one test accuracy for each`);
  return { testCurve: curve as number[] };
}

function restore(config: Config, classes: number, file: TensorFile): Checkpoint {
  const architecture = architectureOf(config.backbone, classes, config.input.imageSize);
  const { step, ...metrics } = parseFacts(file, expectedShapes(config, architecture));
  // Everything that can be wrong with the file is found here, before the first tensor exists.
  const facts = new Map(queueSizes(config, architecture).map(([name]) => [name, queueFacts(file, name)]));
  if (file.metadata.sha256 !== sealOf(file)) throw new Error(CHANGED);
  const floats = (name: string): Float32Array => file.tensors.get(name)!.data as Float32Array;
  const valuesOf = (prefix: string, specs: readonly ParameterSpec[]): Values =>
    new Map(specs.map(({ name }) => [name, floats(`${prefix}.${name}`)]));
  const modelOf = (prefix: string): Model =>
    modelFrom(architecture, classes, valuesOf(prefix, architecture.parameters), config.backbone);
  const specs = kernelSpecs(config, architecture);
  const variables = { model: modelOf('model'), kernel: variablesOf(specs, valuesOf('kernel', specs)) };
  const slots = createSlots(trainableOf(variables), config.optimizer.kind);
  for (const [name, own] of slots.byName) {
    own.forEach((slot, i) => tf.tidy(() => slot.write(tf.tensor(floats(`slot${i}.${name}`), [...slot.shape]))));
  }
  const queues = makeQueues(config, architecture, (name, _length, size) => {
    const { labels, history } = facts.get(name)!;
    return restoreQueue(floats(`queue.${name}.features`), labels, size, history);
  });
  const keys = averagesKeys(config) ? modelOf('keys') : undefined;
  return { state: { ...variables, keys, slots, queues, step }, ...metrics };
}

/**
 * The checkpoint in a file; undefined where there is none.
 *
 * @throws where the file is damaged, or belongs to another config or another version of the format
 */
export function loadCheckpoint(file: string, config: Config, classes: number): Checkpoint | undefined {
  if (!fs.existsSync(file)) return undefined;
  const content = damagedIn(file, () => decodeSafetensors(fs.readFileSync(file)));
  const { format, config: owner } = content.metadata;
  if (format !== FORMAT)
    throw new Error(`${file} is ${format ?? 'no checkpoint'}, expected ${FORMAT}: remove it to start again`);
  if (owner !== hashOf(identityOf(config)))
    throw new Error(`${file} belongs to another config (${String(owner)}): remove it to start again`);
  return damagedIn(file, () => restore(config, classes, content));
}

/** Errors with the file that they are of. */
function damagedIn<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${file} is damaged: ${(error as Error).message}`, { cause: error });
  }
}
