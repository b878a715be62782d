/**
 * A training state on disk: variables, slots, queues and the metrics so far, in one safetensors file that is written beside and then renamed. It is
 * whole or it is not there.
 */
import fs from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as tf from '../tf';
import { architectureOf, isTrained, modelFrom } from '../backbone';
import type { Architecture } from '../backbone';
import { findTerm, hashOf } from '../config';
import type { Config } from '../config';
import type { Slot } from '../core/kernels';
import { decodeSafetensors, encodeSafetensors } from '../core/safetensors';
import type { NamedArray, TensorFile } from '../core/safetensors';
import { restoreQueue } from '../queue';
import type { Queue } from '../queue';
import { createSlots } from './optimizer';
import type { EpochMetrics } from './loop';
import { makeQueues, sharesQueue } from './state';
import type { TrainState } from './state';

const FORMAT = 'csdnet-checkpoint/1';

export interface Checkpoint {
  readonly state: TrainState;
  readonly epochs: readonly EpochMetrics[];
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

function queueArrays(name: string, queue: Queue): readonly [string, NamedArray][] {
  return [
    [`queue.${name}.features`, arrayOf(queue.features)],
    [`queue.${name}.labels`, arrayOf(queue.labels)],
  ];
}

function arraysOf({ model, slots, queues }: TrainState, config: Config): ReadonlyMap<string, NamedArray> {
  const weights = [...model.byName].map(([name, variable]) => [`model.${name}`, arrayOf(variable)] as const);
  const moments = [...slots.byName].flatMap(([name, own]) =>
    own.map((slot, i) => [`slot${i}.${name}`, slotArray(slot)] as const),
  );
  const raw = queues ? queueArrays('raw', queues.raw) : [];
  const second = queues && !sharesQueue(config) ? queueArrays('second', queues.second) : [];
  return new Map([...weights, ...moments, ...raw, ...second]);
}

/** Write a checkpoint, whole or not at all. */
export async function saveCheckpoint(file: string, config: Config, { state, epochs }: Checkpoint): Promise<void> {
  const metadata = { format: FORMAT, config: hashOf(config), step: String(state.step), epochs: JSON.stringify(epochs) };
  const bytes = encodeSafetensors({ tensors: arraysOf(state, config), metadata });
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, bytes);
}

/** Shape of every array that a config's checkpoint holds, by name. */
function expectedShapes(
  config: Config,
  { parameters, featureSize }: Architecture,
): ReadonlyMap<string, readonly number[]> {
  const slots = config.optimizer.kind === 'sgd' ? ['slot0'] : ['slot0', 'slot1'];
  const moments = parameters.filter((spec) => isTrained(spec, config.backbone.frozenStride));
  const length = findTerm(config, 'contrast')?.queueLength;
  const views = length === undefined ? [] : sharesQueue(config) ? ['raw'] : ['raw', 'second'];
  return new Map<string, readonly number[]>([
    ...parameters.map(({ name, shape }) => [`model.${name}`, shape] as const),
    ...slots.flatMap((slot) => moments.map(({ name, shape }) => [`${slot}.${name}`, shape] as const)),
    ...views.map((view) => [`queue.${view}.features`, [length!, featureSize]] as const),
    ...views.map((view) => [`queue.${view}.labels`, [length!]] as const),
  ]);
}

/** The facts beside the arrays. @throws where anything is missing or of another shape; no tensor exists yet */
function parseFacts({ tensors, metadata }: TensorFile, expected: ReadonlyMap<string, readonly number[]>) {
  for (const [name, shape] of expected) {
    const found = tensors.get(name);
    if (!found) throw new Error(`the checkpoint has no ${name}`);
    const integers = name.endsWith('.labels');
    if (String(found.shape) !== String(shape) || found.data instanceof Int32Array !== integers) {
      throw new Error(
        `${name} of the checkpoint has shape [${found.shape.join(', ')}], expected [${shape.join(', ')}]`,
      );
    }
  }
  const [step, epochs] = [Number(metadata.step), JSON.parse(metadata.epochs ?? 'null') as unknown];
  if (!Number.isSafeInteger(step) || !Array.isArray(epochs)) throw new Error('the checkpoint has no step or no epochs');
  return { step, epochs: epochs as EpochMetrics[] };
}

function restore(config: Config, classes: number, file: TensorFile): Checkpoint {
  const architecture = architectureOf(config.backbone.kind, classes);
  const { step, epochs } = parseFacts(file, expectedShapes(config, architecture));
  const data = <A extends Float32Array | Int32Array>(name: string): A => file.tensors.get(name)!.data as A;
  const values = new Map(architecture.parameters.map(({ name }) => [name, data<Float32Array>(`model.${name}`)]));
  const model = modelFrom(architecture, classes, values, config.backbone);
  const slots = createSlots(model.trainable, config.optimizer.kind);
  for (const [name, own] of slots.byName) {
    own.forEach((slot, i) => tf.tidy(() => slot.write(tf.tensor(data(`slot${i}.${name}`), [...slot.shape]))));
  }
  const queues = makeQueues(config, (name) =>
    restoreQueue(data(`queue.${name}.features`), data(`queue.${name}.labels`), architecture.featureSize),
  );
  return { state: { model, slots, queues, step }, epochs };
}

/**
 * The checkpoint in a file; undefined where there is none.
 *
 * @throws where the file is damaged, or belongs to another config or another version of the format
 */
export function loadCheckpoint(file: string, config: Config, classes: number): Checkpoint | undefined {
  if (!fs.existsSync(file)) return undefined;
  const content = decodeSafetensors(fs.readFileSync(file));
  const { format, config: owner } = content.metadata;
  if (format !== FORMAT)
    throw new Error(`${file} is ${format ?? 'no checkpoint'}, expected ${FORMAT}: remove it to start again`);
  if (owner !== hashOf(config))
    throw new Error(`${file} belongs to another config (${String(owner)}): remove it to start again`);
  return restore(config, classes, content);
}
