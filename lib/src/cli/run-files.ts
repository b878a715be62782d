/** What a run's folder holds beside its record, as a report needs it: predictions, and outputs of the network where they were kept. */
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { decodeSafetensors } from '../core/safetensors';

/** What a run said of one test image. Classes are counted from 0. */
export interface PredictedImage {
  /** As in the annotation. */
  readonly name: string;
  readonly label: number;
  readonly predicted: number;
  /** softmax(z) of the predicted class, and of the true one; 0..1. */
  readonly probability: number;
  readonly trueProbability: number;
}

/** The predictions of a run on a test split; undefined where it has none. @throws where the file is no such table */
export function readPredictions(runs: string, id: string, split: string): readonly PredictedImage[] | undefined {
  const file = path.join(runs, id, `predictions-${split}.csv`);
  if (!fs.existsSync(file)) return undefined;
  const rows = parse(fs.readFileSync(file, 'utf8'), { columns: true }) as Record<string, string>[];
  return rows.map((row) => {
    const [label, predicted, probability, trueProbability] = (
      ['label', 'predicted', 'probability', 'trueProbability'] as const
    ).map((column) => (row[column] === undefined || row[column] === '' ? NaN : Number(row[column])));
    const numbers = [label!, predicted!, probability!, trueProbability!];
    if (row.name === undefined || !numbers.every(Number.isFinite))
      throw new Error(
        `${file} is no table of predictions (name, label, predicted, probability, ...): do the run again`,
      );
    return { name: row.name, label: label!, predicted: predicted!, probability: probability!, trueProbability: trueProbability! }; // prettier-ignore
  });
}

/** Features [n, featureSize] of a run on a test split; undefined where they were not kept. @throws where the file has none */
export function readFeatures(runs: string, id: string, split: string) {
  const file = path.join(runs, id, `outputs-${split}.safetensors`);
  if (!fs.existsSync(file)) return undefined;
  const found = decodeSafetensors(fs.readFileSync(file)).tensors.get('features');
  if (!(found?.data instanceof Float32Array) || found.shape.length !== 2)
    throw new Error(`${file} has no features [n, d] of type F32: do the run again`);
  return { features: found.data, featureSize: found.shape[1]! };
}
