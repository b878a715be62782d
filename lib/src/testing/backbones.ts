/** What scripts/fixtures/backbones.py says of a network on uneven weights, and the comparison with a model on the same weights. */
import { expect } from 'vitest';
import { applyModel, modelFrom } from '../backbone';
import type { Architecture, Model } from '../backbone';
import { crossEntropy } from '../core/divergence';
import { sizeOf } from '../core/parameter';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor4D, Variable } from '../tf';
import { expectClose, plain } from './close';
import { samples, seriesImages, unevenWeights } from './series';

interface Facts {
  readonly rms: number;
  /** The scale of what may differ. */
  readonly largest: number;
  readonly samples: readonly number[];
}

/** A feature map in a few numbers. */
export interface MapFacts {
  readonly shape: readonly number[];
  readonly mean: number;
  readonly rms: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly number[];
}

export interface BackboneFixture {
  /** The images are `count` of the series, from this one on. */
  readonly first: number;
  readonly side: number;
  readonly count: number;
  readonly classes: number;
  readonly labels: readonly number[];
  readonly parameters: number;
  readonly feature: readonly number[];
  readonly logits: readonly number[];
  readonly maps: Readonly<Record<string, MapFacts>>;
  readonly stages: readonly Facts[];
  readonly attention: readonly Facts[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, Facts>>;
  readonly statistics: Readonly<Record<string, Facts>>;
}

/** Largest difference that is allowed, as a share of the largest number of an array. */
const TOLERANCE = 1e-4;
/** The least scale of a gradient: some are 0 in exact arithmetic (of a constant that the next normalisation takes away) and rounding here. */
const LEAST_GRADIENT = 1e-2;

/** A model on uneven weights. Own out. */
export const unevenModel = (architecture: Architecture, classes: number): Model =>
  modelFrom(architecture, classes, unevenWeights(architecture));

/** Images of the series as a tensor, [count, side, side, 3]. */
export const seriesTensor = (count: number, side: number, first = 0): Tensor4D =>
  tf.tensor4d(Float32Array.from(seriesImages(first, count, side)), [count, side, side, 3]);

const largest = (values: readonly number[]): number => values.reduce((top, x) => Math.max(top, Math.abs(x)), 0);
/** Root mean square, without a copy: kernels here have millions of numbers. */
function rms(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum / values.length);
}

/** @throws where some numbers of an array, or its root mean square, differ from the fixture's */
function expectFacts(actual: Tensor, expected: Facts, what: string, least = 0): void {
  const values = actual.dataSync();
  const allowed = TOLERANCE * Math.max(expected.largest, least);
  try {
    expectClose(samples(values, expected.samples.length), expected.samples, allowed);
    expectClose(rms(values), expected.rms, allowed);
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message} (largest number: ${expected.largest})`, { cause: error });
  }
}

function expectMap(map: Tensor4D, expected: MapFacts): void {
  const values = plain(map);
  const allowed = TOLERANCE * Math.max(Math.abs(expected.min), Math.abs(expected.max));
  expect(map.shape).toEqual(expected.shape);
  expectClose(samples(values, expected.samples.length), expected.samples, allowed);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const extremes = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  expectClose([mean, rms(values), ...extremes], [expected.mean, expected.rms, expected.min, expected.max], allowed);
}

/** @throws where any result of a forward pass differs from PyTorch's */
export function expectForward(model: Model, fixture: BackboneFixture, batchStatistics = false): void {
  const { parameters } = model.architecture;
  const counted = parameters.filter(({ group }) => group !== 'statistic').map(({ shape }) => sizeOf(shape));
  expect(counted.reduce((a, b) => a + b)).toBe(fixture.parameters);
  const images = seriesTensor(fixture.count, fixture.side, fixture.first);
  const seen = applyModel(model, images, { batchStatistics, attention: 'all' });
  const scaled = (actual: Tensor, expected: readonly number[]): void => {
    expectClose(plain(actual).slice(0, expected.length), expected, TOLERANCE * largest(expected));
  };
  scaled(seen.feature, fixture.feature);
  scaled(seen.logits, fixture.logits);
  expect(Object.keys(seen.maps)).toEqual(Object.keys(fixture.maps));
  for (const [stride, expected] of Object.entries(fixture.maps))
    expectMap(seen.maps[Number(stride) as 8 | 16 | 32]!, expected);
  const lists = [
    ['stage', seen.stages, fixture.stages],
    ['attention', seen.attention, fixture.attention],
  ] as const;
  for (const [what, actual, expected] of lists) {
    expect(actual).toHaveLength(expected.length);
    expected.forEach((facts, i) => expectFacts(actual[i]!, facts, `${what} ${i}`));
  }
  expect(Object.keys(seen.statistics).sort()).toEqual(Object.keys(fixture.statistics).sort());
  for (const [name, facts] of Object.entries(fixture.statistics)) expectFacts(seen.statistics[name]!, facts, name);
}

/** @throws where the cross-entropy or its gradient by any parameter differs from PyTorch's */
export function expectGradients(model: Model, fixture: BackboneFixture, batchStatistics = false): void {
  const images = seriesTensor(fixture.count, fixture.side, fixture.first);
  const labels = tf.tensor1d([...fixture.labels], 'int32');
  const loss = () => tf.mean(crossEntropy(applyModel(model, images, { batchStatistics }).logits, labels, 0)) as Scalar;
  const named = model.trainable.map(({ spec, variable }) => [spec.name, variable] as [string, Variable]);
  const { value, grads } = tf.variableGrads(
    loss,
    named.map(([, variable]) => variable),
  );
  expectClose(value, fixture.loss, TOLERANCE);
  expect(named.map(([name]) => name).sort()).toEqual(Object.keys(fixture.gradients).sort());
  for (const [name, variable] of named)
    expectFacts(grads[variable.name]!, fixture.gradients[name]!, name, LEAST_GRADIENT);
}
