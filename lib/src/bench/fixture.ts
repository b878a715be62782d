/** What both engines start from, in one safetensors file: weights, pixels and labels of a batch, rows of a queue. */
import fs from 'node:fs';
import { createModel, disposeModel, imagenetFile, modelValues } from '../backbone';
import type { Architecture, Values } from '../backbone';
import { createRng } from '../core/rng';
import type { Rng } from '../core/rng';
import { decodeSafetensors, encodeSafetensors } from '../core/safetensors';
import type { NamedArray, TensorFile } from '../core/safetensors';
import type { InferenceWork, QueueWork, StepWork, TensorWork } from './work';
import { benchConfig } from './recipe';

/** Rows that are drawn for a queue; a longer one holds them over and over. */
const DRAWN_ROWS = 1024;

/** How a parameter is treated by the optimizer, for the peer. */
interface Treatment {
  readonly head: boolean;
  readonly decay: boolean;
}

export interface Fixture {
  readonly weights: Values;
  /** [n * side * side * 3] */
  readonly pixels: Uint8Array;
  /** [n] */
  readonly labels: Int32Array;
  /** Features of a batch, unit rows [n * size], for a queue on its own. */
  readonly features: Float32Array;
  /** Unit rows of a queue, [drawn * size], repeated to its length. */
  readonly rows: Float32Array;
}

/** Unit rows with positive entries, as pooled features are behind a ReLU. */
function unitRows(count: number, size: number, rng: Rng): NamedArray {
  const data = new Float32Array(count * size);
  for (let row = 0; row < count; row++) {
    const values = Array.from({ length: size }, () => rng.uniform());
    const norm = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
    data.set(
      values.map((x) => x / norm),
      row * size,
    );
  }
  return { shape: [count, size], data };
}

const WEIGHT = 'weight:';

function networkTensors(work: StepWork | InferenceWork, rng: Rng) {
  const config = benchConfig(work);
  const imagenet = config.backbone.kind === 'efficientnet-lite0' && hasFile(config.backbone.kind);
  const backbone = { ...config.backbone, weights: imagenet ? 'imagenet' : 'random' } as const;
  const model = createModel(backbone, work.classes, rng, work.side);
  const { parameters, featureSize } = model.architecture;
  const values = modelValues(model);
  disposeModel(model);
  const named = parameters.map(
    ({ name, shape }) => [`${WEIGHT}${name}`, { shape, data: values.get(name)! } as NamedArray] as const,
  );
  return { named, featureSize, treatments: treatmentsOf(parameters) };
}

const treatmentsOf = (parameters: Architecture['parameters']): Readonly<Record<string, Treatment>> =>
  Object.fromEntries(parameters.map(({ name, group, decay }) => [name, { head: group === 'head', decay }]));

/** Trained weights where set-up has them: with drawn ones the features of a network with frozen statistics are not of their usual size. */
function hasFile(kind: 'efficientnet-lite0'): boolean {
  try {
    return Boolean(imagenetFile(kind));
  } catch {
    return false;
  }
}

const labelsOf = (count: number, classes: number): Int32Array =>
  Int32Array.from({ length: count }, (_, n) => (7 * n + Math.floor(n / 3)) % classes);

function batchTensors({ side, batch, classes }: StepWork | InferenceWork, rng: Rng) {
  const pixels = Int32Array.from({ length: batch * side * side * 3 }, () => rng.int(256));
  return [
    ['pixels', { shape: [batch, side, side, 3], data: pixels }],
    ['labels', { shape: [batch], data: labelsOf(batch, classes) }],
  ] as const;
}

/** Classes of the features of a queue that is measured on its own. */
export const QUEUE_CLASSES = 80;

const drawnRows = (rows: number, size: number, rng: Rng): NamedArray =>
  unitRows(Math.min(rows, DRAWN_ROWS), size, rng.fork('rows'));

function queueFile({ rows, batch, size }: QueueWork, rng: Rng): TensorFile {
  const tensors = new Map<string, NamedArray>([
    ['features', unitRows(batch, size, rng.fork('features'))],
    ['labels', { shape: [batch], data: labelsOf(batch, QUEUE_CLASSES) }],
    ['rows', drawnRows(rows, size, rng)],
  ]);
  return { tensors, metadata: { classes: String(QUEUE_CLASSES) } };
}

function networkFile(work: StepWork | InferenceWork, rng: Rng): TensorFile {
  const { named, featureSize, treatments } = networkTensors(work, rng.fork('weights'));
  const memory = work.kind === 'step' && work.modules === 'csdnet';
  const rows = memory ? [['rows', drawnRows(work.rows, featureSize, rng)] as const] : [];
  const tensors = new Map<string, NamedArray>([...named, ...batchTensors(work, rng.fork('batch')), ...rows]);
  return { tensors, metadata: { classes: String(work.classes), treatments: JSON.stringify(treatments) } };
}

/** Every such kind: a kind that is forgotten here does not compile. */
const FILES: { readonly [K in TensorWork['kind']]: (work: Extract<TensorWork, { kind: K }>, rng: Rng) => TensorFile } =
  {
    step: networkFile,
    inference: networkFile,
    queue: queueFile,
  };

/** The file's bytes for a work; a pure function of it (and of the weight file that is installed). */
export function fixtureBytes(work: TensorWork): Buffer {
  const make = FILES[work.kind] as (work: TensorWork, rng: Rng) => TensorFile;
  return encodeSafetensors(make(work, createRng(1, 'bench', JSON.stringify(work))));
}

export function readFixture(file: string): Fixture {
  const { tensors } = decodeSafetensors(fs.readFileSync(file));
  const floats = (name: string) => (tensors.get(name)?.data ?? new Float32Array(0)) as Float32Array;
  const weights = [...tensors].filter(([name]) => name.startsWith(WEIGHT));
  return {
    weights: new Map(weights.map(([name, { data }]) => [name.slice(WEIGHT.length), data as Float32Array])),
    pixels: Uint8Array.from(tensors.get('pixels')?.data ?? []),
    labels: tensors.get('labels')!.data as Int32Array,
    features: floats('features'),
    rows: floats('rows'),
  };
}

/** The contents of a full queue: the drawn rows repeated, labels in turn. */
export function fullQueue(drawn: Float32Array, length: number, { size, classes }: { size: number; classes: number }) {
  const features = new Float32Array(length * size);
  for (let at = 0; at < features.length; at += drawn.length)
    features.set(drawn.subarray(0, Math.min(drawn.length, features.length - at)), at);
  return { features, labels: Int32Array.from({ length }, (_, row) => row % classes) };
}
