/** What a run's model said of each test image: predictions as CSV for people, logits and features as safetensors for programs. */
import fs from 'node:fs';
import { parse } from 'csv-parse/sync';
import { decodeSafetensors, encodeSafetensors } from '../core/safetensors';
import type { Dataset, ImageList } from '../data';
import { writeWhole } from '../files';
import { predict } from '../metrics';
import { softened } from '../metrics/softened';
import { csvLine, fromCsvText } from '../report/table';
import type { Outputs } from '../train';
import { outputsFile, predictionsFile } from './record';
import type { RunRecord } from './record';

/** One test image. Classes are counted from 0. */
export interface PredictedImage {
  /** As in the annotation. */
  readonly name: string;
  /** y, the true class. */
  readonly label: number;
  readonly className: string;
  /** The likeliest class. */
  readonly predicted: number;
  readonly predictedName: string;
  /** softmax(z) of the predicted class, in 0..1. */
  readonly probability: number;
  /** softmax(z) of the true class, in 0..1. */
  readonly trueProbability: number;
  readonly right: boolean;
}

/** Whether a run had an image right. */
export type ImageAnswer = Pick<PredictedImage, 'name' | 'label' | 'right'>;

const COLUMNS = [
  ...['name', 'label', 'className', 'predicted', 'predictedName'],
  ...['probability', 'trueProbability', 'right'],
] as readonly (keyof PredictedImage)[];

type Four = [number, number, number, number];

/** Each image of a split with what the model said of it, in the split's order. */
export function predictedImages(
  { logits }: Pick<Outputs, 'logits'>,
  { labels, names }: Pick<ImageList, 'labels' | 'names'>,
  classNames: readonly string[],
): readonly PredictedImage[] {
  const classes = classNames.length;
  const nameOf = (c: number): string => classNames[c] ?? `class ${c + 1}`;
  return predict(logits, classes).map((predicted, i) => {
    const label = labels[i]!;
    const probabilities = softened(logits.subarray(i * classes, (i + 1) * classes), 1);
    return {
      ...{ name: names[i]!, label, className: nameOf(label), predicted, predictedName: nameOf(predicted) },
      ...{ probability: probabilities[predicted]!, trueProbability: probabilities[label]! },
      right: predicted === label,
    };
  });
}

/** A run's folder and one of its test splits. */
export interface RunSplit {
  readonly runs: string;
  readonly id: string;
  readonly split: string;
}

/** Write the predictions of a split, whole or not at all. */
export async function writePredictions({ runs, id, split }: RunSplit, rows: readonly PredictedImage[]): Promise<void> {
  const lines = rows.map((row) => csvLine(COLUMNS.map((column) => row[column])));
  await writeWhole(predictionsFile(runs, id, split), csvLine(COLUMNS) + lines.join(''));
}

function cellsOf(file: string): string[][] {
  try {
    return parse(fs.readFileSync(file, 'utf8')) as string[][];
  } catch (error) {
    throw new Error(`${file} is no CSV (${(error as Error).message}): do the run again`, { cause: error });
  }
}

/**
 * The predictions of a run on a test split, in the split's order; undefined where the run has none (runs older than their folders).
 *
 * @throws where the file is no such table
 */
export function readPredictions(runs: string, id: string, split: string): readonly PredictedImage[] | undefined {
  const file = predictionsFile(runs, id, split);
  if (!fs.existsSync(file)) return undefined;
  const [head, ...rows] = cellsOf(file);
  if (String(head) !== String(COLUMNS))
    throw new Error(`${file} has the columns ${String(head)}, expected ${String(COLUMNS)}: do the run again`);
  return rows.map((cells) => {
    const numbers = [1, 3, 5, 6].map((at) => Number(cells[at] || NaN)) as Four;
    if (!numbers.every(Number.isFinite))
      throw new Error(`${file}: the line of "${cells[0]}" is no prediction: do the run again`);
    const [label, predicted, probability, trueProbability] = numbers;
    return {
      ...{ name: fromCsvText(cells[0]!), label, className: fromCsvText(cells[2]!) },
      ...{ predicted, predictedName: fromCsvText(cells[4]!) },
      ...{ probability, trueProbability, right: cells[7] === 'true' },
    };
  });
}

/** Keep logits [n, classes] and features [n, d] of a split, whole or not at all. */
export async function writeOutputs({ runs, id, split }: RunSplit, outputs: Outputs, images: number): Promise<void> {
  const { logits, features, featureSize } = outputs;
  const tensors = new Map([
    ['logits', { shape: [images, logits.length / images], data: logits }],
    ['features', { shape: [images, featureSize], data: features }],
  ]);
  await writeWhole(outputsFile(runs, id, split), encodeSafetensors({ tensors, metadata: { run: id, split } }));
}

/** The logits and features of a run on a test split; undefined where they were not kept. @throws SafetensorsError, or where one is missing */
export function readOutputs(runs: string, id: string, split: string): Outputs | undefined {
  const file = outputsFile(runs, id, split);
  if (!fs.existsSync(file)) return undefined;
  const { tensors } = decodeSafetensors(fs.readFileSync(file));
  const [logits, features] = ['logits', 'features'].map((name) => {
    const found = tensors.get(name);
    if (!(found?.data instanceof Float32Array)) throw new Error(`${file} has no ${name} of type F32: do the run again`);
    return { data: found.data, columns: found.shape[1] ?? 0 };
  });
  return { logits: logits!.data, features: features!.data, featureSize: features!.columns };
}

/**
 * A run's answers from its record, for runs without a predictions file: the record has the predicted classes in the order of the split.
 *
 * @returns undefined where the dataset is not the one that the run saw, or has no such split
 */
export function answersOf(record: RunRecord, split: string, dataset: Dataset): readonly ImageAnswer[] | undefined {
  const [samples, predictions] = [dataset.tests[split]?.samples, record.evaluation[split]?.predictions];
  if (dataset.fingerprint !== record.dataset.fingerprint || samples?.length !== predictions?.length) return undefined;
  return samples?.map(({ name, label }, i) => ({ name, label, right: predictions![i] === label }));
}
