/** Images as rows of numbers: what the simple classifiers of the notebooks see. */
import * as tf from '../tf';
import { applyModel } from '../backbone';
import type { Config } from '../config';
import { decodePixels, splitNamed, splitsOf } from '../data';
import type { Dataset, Sample } from '../data';
import { sourceTensor, wholeView } from '../train/views';
import { withModel } from '../train/source';
import { decodeSamples } from './pixels';

/** Some images, each as `size` numbers. */
export interface Described {
  /** [n * size], row by row. */
  readonly values: Float32Array;
  readonly size: number;
  /** Classes, counted from 0, [n]. */
  readonly labels: readonly number[];
  readonly samples: readonly Sample[];
}

/** What `colourNumbers` measures, in its order. */
export const COLOUR_NUMBERS = [
  ...['mean red', 'mean green', 'mean blue'],
  ...['spread of red', 'spread of green', 'spread of blue'],
  'leaf area',
] as const;

/** How much greener than its other channels a pixel is that counts as leaf, in steps of 0..255. */
const GREENER = 12;
const SIDE = 64;

/**
 * Seven numbers of one picture: mean and standard deviation of red, green and blue, and the share of its pixels that are green (green
 * above red and blue by more than 12), all in 0..1.
 *
 * @param data RGB, 0..255, [pixels * 3]
 */
export function colourNumbers(data: ArrayLike<number>): number[] {
  const pixels = data.length / 3;
  const sums = [0, 0, 0];
  const squares = [0, 0, 0];
  let green = 0;
  for (let i = 0; i < data.length; i += 3) {
    for (let c = 0; c < 3; c++) {
      const value = data[i + c]! / 255;
      sums[c]! += value;
      squares[c]! += value * value;
    }
    if (data[i + 1]! - Math.max(data[i]!, data[i + 2]!) > GREENER) green++;
  }
  const means = sums.map((sum) => sum / pixels);
  const spreads = means.map((mean, c) => Math.sqrt(Math.max(0, squares[c]! / pixels - mean * mean)));
  return [...means, ...spreads, green / pixels];
}

/** All images of a dataset, split by split; of one split where it is named. */
function samplesOf(dataset: Dataset, split?: string): readonly Sample[] {
  const wanted = split === undefined ? splitsOf(dataset) : [splitNamed(dataset, split)];
  return wanted.flatMap(({ samples }) => samples);
}

const described = (samples: readonly Sample[], rows: readonly (readonly number[])[]): Described => ({
  values: Float32Array.from(rows.flat()),
  size: rows[0]!.length,
  labels: samples.map(({ label }) => label),
  samples,
});

/** Every image as seven numbers of colour and area (`colourNumbers`); of one split where it is named. */
export async function describeByColour(dataset: Dataset, split?: string): Promise<Described> {
  const samples = samplesOf(dataset, split);
  const rows: number[][] = [];
  for (let from = 0; from < samples.length; from += 32) {
    const part = samples.slice(from, from + 32);
    const pixels = await Promise.all(part.map(({ file }) => decodePixels(file, { size: SIDE, fit: 'cover' })));
    rows.push(...pixels.map((data) => colourNumbers(data)));
  }
  return described(samples, rows);
}

const BATCH = 40;

/**
 * Every image as the feature f of a network that is not trained further: with its ImageNet weights where the config names them. Unaugmented,
 * as in evaluation.
 *
 * @param split of one split where it is named
 */
export async function describeByNetwork(dataset: Dataset, config: Config, split?: string): Promise<Described> {
  const samples = samplesOf(dataset, split);
  const { sourceSize, fit } = config.input;
  const starts = samples.flatMap((_, i) => (i % BATCH === 0 ? [i] : []));
  const parts = await Promise.all(
    starts.map((from) => decodeSamples(samples.slice(from, from + BATCH), { size: sourceSize, fit })),
  );
  return withModel(config, dataset.classes, (model) => {
    const size = model.architecture.featureSize;
    const values = new Float32Array(samples.length * size);
    parts.forEach((bytes, i) => {
      const features = tf.tidy(() => {
        const view = wholeView(sourceTensor(bytes, sourceSize), config.input);
        return applyModel(model, view).feature.dataSync();
      });
      values.set(features, i * BATCH * size);
    });
    return { values, size, labels: samples.map(({ label }) => label), samples };
  });
}

/** The same images, each by some of its numbers only. @throws RangeError where there is no such number */
export function keepNumbers(of: Described, columns: readonly number[]): Described {
  for (const column of columns)
    if (!(Number.isInteger(column) && column >= 0 && column < of.size))
      throw new RangeError(`number ${column}: choose from 0 to ${of.size - 1}`);
  const rows = of.labels.map((_, i) => columns.map((column) => of.values[i * of.size + column]!));
  return described(of.samples, rows);
}

/** Some of the images, in the order of `indices`. */
export function pickRows(of: Described, indices: readonly number[]): Described {
  const values = new Float32Array(indices.length * of.size);
  indices.forEach((from, to) => values.set(of.values.subarray(from * of.size, (from + 1) * of.size), to * of.size));
  return {
    values,
    size: of.size,
    labels: indices.map((i) => of.labels[i]!),
    samples: indices.map((i) => of.samples[i]!),
  };
}

/** The images of one split. */
export function ofSplit(of: Described, dataset: Dataset, split: string): Described {
  const names = new Set(samplesOf(dataset, split).map(({ name }) => name));
  return pickRows(of, of.samples.flatMap(({ name }, i) => (names.has(name) ? [i] : []))); // prettier-ignore
}
