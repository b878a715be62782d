/**
 * A trained model in one file: safetensors, with the run that made it in the metadata. It holds what a prediction needs and nothing else; a
 * checkpoint (train/checkpoint.ts) holds what training needs to go on.
 */
import fs from 'node:fs';
import path from 'node:path';
import * as tf from '../tf';
import { architectureOf } from '../backbone';
import type { Architecture } from '../backbone';
import { listProblems } from '../backbone/weights/layout';
import { shapeText } from '../backbone/weights/state-dict';
import { canonicalJson, checkConfig, shareable } from '../config';
import { decodeSafetensors, encodeSafetensors } from '../core/safetensors';
import type { TensorFile } from '../core/safetensors';
import { writeWhole } from '../files';
import type { TrainedModel } from '../train/source';

export const MODEL_FORMAT = 'csdnet-model/1';

/** What a model file says beside the values. */
export interface ModelFacts {
  /** [classes] */
  readonly classNames: readonly string[];
  /** The run's id, where it has a record. */
  readonly run?: string | undefined;
  /** Names the weight file that training began with (`weightsFingerprint`); undefined for random numbers. */
  readonly weights?: string | undefined;
}

export interface SavedModel extends TrainedModel, ModelFacts {
  /** Versions of what wrote the file, by name. */
  readonly createdBy: Readonly<Record<string, string>>;
}

export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  constructor(
    readonly file: string,
    readonly problems: readonly string[],
  ) {
    super(`${file} cannot be used as a model:\n${listProblems(problems)}`);
  }
}

/** The architecture of a trained model. */
export const architectureOfModel = ({ config, classes }: Omit<TrainedModel, 'values'>): Architecture =>
  architectureOf(config.backbone, classes, config.input.imageSize);

/** The model as others may see it: a dataset's path on this machine becomes the name of its folder. */
export const publicModel = (model: SavedModel): SavedModel => ({ ...model, config: shareable(model.config) });

const versions = (): Record<string, string> => ({
  csdnet: (require('../../package.json') as { version: string }).version,
  tfjs: tf.version['tfjs-core'],
});

/** Everything but the values, as a safetensors file's metadata has it: texts by name. */
export function metadataOf(model: Omit<SavedModel, 'values'>): Record<string, string> {
  const { config, classes, classNames, createdBy, run, weights } = model;
  return {
    config: canonicalJson(config),
    classes: String(classes),
    classNames: JSON.stringify(classNames),
    createdBy: JSON.stringify(createdBy),
    ...(run !== undefined && { run }),
    ...(weights !== undefined && { weights }),
  };
}

/**
 * Write a model file, whole or not at all.
 *
 * @throws where the config cannot be used, there are not as many names as classes, or a value is missing, of the wrong size or no finite number
 */
export async function saveModel(file: string, model: TrainedModel & ModelFacts): Promise<void> {
  const { config, classes, classNames, values } = model;
  checkConfig(config);
  if (classNames.length !== classes) throw new Error(`${classNames.length} class names for ${classes} classes`);
  const tensors = architectureOfModel(model).parameters.map(({ name, shape }) => {
    const data = values.get(name);
    const size = tf.util.sizeFromShape([...shape]);
    if (data?.length !== size) throw new Error(`parameter ${name}: ${data?.length ?? 'no'} values, expected ${size}`);
    if (!data.every(Number.isFinite)) throw new Error(`parameter ${name} holds values that are no finite numbers`);
    return [name, { shape, data }] as const;
  });
  const metadata = { format: MODEL_FORMAT, ...metadataOf({ ...model, createdBy: versions() }) };
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  await writeWhole(file, encodeSafetensors({ tensors: new Map(tensors), metadata }));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';

/** The value of a metadata entry that is JSON. @throws where it is missing or no JSON */
function readJson(metadata: TensorFile['metadata'], key: string): unknown {
  const text = metadata[key];
  if (text === undefined) throw new Error(`its metadata has no ${key}`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`${key} in its metadata is no JSON`);
  }
}

/** The metadata's facts. @throws where one is missing or wrong */
function readFacts(metadata: TensorFile['metadata']): Omit<SavedModel, 'values'> {
  const config = checkConfig(readJson(metadata, 'config'));
  const [classes, classNames, createdBy] = ['classes', 'classNames', 'createdBy'].map((key) => readJson(metadata, key));
  if (!Number.isSafeInteger(classes) || Number(classes) < 1) throw new Error('classes is no whole number from 1');
  if (!Array.isArray(classNames) || classNames.length !== classes || !classNames.every(isText))
    throw new Error(`classNames are not ${Number(classes)} texts`);
  if (!isRecord(createdBy) || !Object.values(createdBy).every(isText))
    throw new Error('createdBy is no record of texts');
  const { run, weights } = metadata;
  return { config, classes: Number(classes), classNames, createdBy: createdBy as Record<string, string>, run, weights };
}

/** What is wrong with the arrays of a file for an architecture. */
function arrayProblems({ parameters }: Architecture, tensors: TensorFile['tensors']): string[] {
  const known = new Set(parameters.map(({ name }) => name));
  const wrong = parameters.flatMap(({ name, shape }) => {
    const found = tensors.get(name);
    if (!found) return [`missing: ${name} ${shapeText(shape)}`];
    if (found.data instanceof Int32Array) return [`wrong type: ${name} holds whole numbers`];
    const [is, expected] = [shapeText(found.shape), shapeText(shape)];
    return is === expected ? [] : [`wrong shape: ${name} is ${is}, expected ${expected}`];
  });
  return [...wrong, ...[...tensors.keys()].filter((name) => !known.has(name)).map((name) => `surplus: ${name}`)];
}

/** Runs a part of the reading, and says of which file its error is. */
function within<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { problems, message } = error as Error & { problems?: readonly string[] };
    throw new ModelFileError(file, problems?.map((problem) => `config: ${problem}`) ?? [message]);
  }
}

/**
 * The model in a file.
 *
 * @throws ModelFileError listing what is wrong: no model file, damaged, another version, a config that cannot be used, parameters that are
 * missing, surplus or of another shape than the config's architecture has
 */
export function loadModel(file: string): SavedModel {
  if (!fs.existsSync(file)) throw new ModelFileError(file, ['there is no such file']);
  const { tensors, metadata } = within(file, () => decodeSafetensors(fs.readFileSync(file)));
  if (metadata.format !== MODEL_FORMAT) {
    const found = metadata.format ?? 'a safetensors file of another program';
    throw new ModelFileError(file, [`it is ${found}, expected ${MODEL_FORMAT}`]);
  }
  const facts = within(file, () => readFacts(metadata));
  const architecture = within(file, () => architectureOfModel(facts));
  const problems = arrayProblems(architecture, tensors);
  if (problems.length > 0) throw new ModelFileError(file, problems);
  const values = architecture.parameters.map(({ name }) => [name, tensors.get(name)!.data as Float32Array] as const);
  return { ...facts, values: new Map(values) };
}
