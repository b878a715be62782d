/**
 * A training state on disk: variables, slots, queues and the metrics so far, in one safetensors file that is written beside and then renamed. It is
 * whole or it is not there.
 */
import fs from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as tf from '../tf';
import type { Variable } from '../tf';
import { architectureOf, modelFrom } from '../backbone';
import { hashOf } from '../config';
import type { Config } from '../config';
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

function queueArrays(name: string, queue: Queue): readonly [string, NamedArray][] {
  return [
    [`queue.${name}.features`, arrayOf(queue.features)],
    [`queue.${name}.labels`, arrayOf(queue.labels)],
  ];
}

function arraysOf({ model, slots, queues }: TrainState, config: Config): ReadonlyMap<string, NamedArray> {
  const weights = [...model.byName].map(([name, variable]) => [`model.${name}`, arrayOf(variable)] as const);
  const moments = [...slots.byName].flatMap(([name, variables]) =>
    variables.map((variable, i) => [`slot${i}.${name}`, arrayOf(variable)] as const),
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

function restore(config: Config, classes: number, { tensors, metadata }: TensorFile): Checkpoint {
  const data = (name: string): Float32Array | Int32Array => {
    const found = tensors.get(name);
    if (!found) throw new Error(`the checkpoint has no ${name}`);
    return found.data;
  };
  const architecture = architectureOf(config.backbone.kind, classes);
  const values = new Map(architecture.parameters.map(({ name }) => [name, data(`model.${name}`) as Float32Array]));
  const model = modelFrom(architecture, classes, values);
  const slots = createSlots(model.trainable, config.optimizer.kind);
  for (const [name, variables] of slots.byName) {
    variables.forEach((variable: Variable, i) => tf.tidy(() => variable.assign(tf.tensor(data(`slot${i}.${name}`), variable.shape))));
  }
  const queues = makeQueues(config, (name) =>
    restoreQueue(
      data(`queue.${name}.features`) as Float32Array,
      data(`queue.${name}.labels`) as Int32Array,
      architecture.featureSize,
    ),
  );
  const state = { model, slots, queues, step: Number(metadata.step) };
  return { state, epochs: JSON.parse(metadata.epochs ?? '[]') as EpochMetrics[] };
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
  if (format !== FORMAT) throw new Error(`${file} is ${format ?? 'no checkpoint'}, expected ${FORMAT}: remove it to start again`);
  if (owner !== hashOf(config)) throw new Error(`${file} belongs to another config (${String(owner)}): remove it to start again`);
  return restore(config, classes, content);
}
