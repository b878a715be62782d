import { describe, expect, it } from 'vitest';
import { decodeSplit } from '../data';
import type { Dataset } from '../data';
import { figureToSvg } from '../report';
import { useStripes } from '../testing/hooks';
import { smallConfig } from '../testing/images';
import * as tf from '../tf';
import { computeOutputs } from '../train';
import { modelOf } from '../train/source';
import { disposeModel } from '../backbone';
import { colourNumbers, describeByColour, describeByNetwork, keepNumbers, ofSplit } from './described';
import { centroidBars, centroidFigure } from './descriptions';
import { distanceRows } from './distances';

let dataset: Dataset;
useStripes(3, 4, (made) => ({ dataset } = made));

describe('seven numbers of a picture', () => {
  it('are mean and spread of each channel and the green share', () => {
    const numbers = colourNumbers([255, 0, 0, 0, 255, 0, 0, 255, 0, 255, 0, 0]);
    expect(numbers).toHaveLength(7);
    [0.5, 0.5, 0, 0.5, 0.5, 0, 0.5].forEach((value, i) => expect(numbers[i]).toBeCloseTo(value, 12));
    expect(colourNumbers([9, 9, 9, 9, 9, 9]).slice(3)).toEqual([0, 0, 0, 0]);
  });
});

describe('described images', () => {
  it('are all splits row by row, or one of them, and may keep some numbers', async () => {
    const all = await describeByColour(dataset);
    expect([all.size, all.labels.length, all.values.length]).toEqual([7, 24, 24 * 7]);
    const test = ofSplit(all, dataset, 'test');
    expect(test.samples).toEqual(dataset.tests['test']!.samples);
    expect(test).toEqual(await describeByColour(dataset, 'test'));
    const two = keepNumbers(all, [6, 0]);
    expect(Array.from(two.values.subarray(0, 2))).toEqual([all.values[6], all.values[0]]);
    expect(() => keepNumbers(all, [7])).toThrow('choose from 0 to 6');
    await expect(describeByColour(dataset, 'tset')).rejects.toThrow('choose one of train, test');
  });

  it('by a network are the features of evaluation, and leave no tensor', async () => {
    const config = smallConfig();
    const before = tf.memory().numTensors;
    const described = await describeByNetwork(dataset, config, 'test');
    expect(tf.memory().numTensors).toBe(before);
    const images = await decodeSplit(dataset.tests['test']!, { size: config.input.sourceSize, fit: config.input.fit });
    const model = modelOf(config, dataset.classes);
    const { features, featureSize } = await computeOutputs(model, images, config);
    disposeModel(model);
    expect(described.size).toBe(featureSize);
    described.values.forEach((value, k) => expect(value).toBeCloseTo(features[k]!, 5));
  });

  it('are compared by the nearest centroid beside guessing', async () => {
    const bars = centroidBars(dataset, { colour: await describeByColour(dataset) });
    expect(bars.map(({ name, images }) => [name, images])).toEqual([['guessing', 0], ['colour', 12]]); // prettier-ignore
    expect(bars[0]!.shares).toEqual([1 / 3]);
    expect(bars[1]!.shares[0]).toBeGreaterThan(0.6);
    expect(figureToSvg(centroidFigure(dataset, bars))).toContain('the class is right');
  });
});

describe('distances of pairs', () => {
  const rows = [0, 0.2, 1, 1.1, 9, 9.3];
  const of = {
    values: Float32Array.from(rows),
    size: 1,
    labels: [0, 0, 1, 1, 2, 2],
    samples: rows.map((_, i) => ({ file: '', name: `${i}`, label: Math.floor(i / 2) })),
  };
  it('are told by what the two have in common, in units of the mean', () => {
    const found = distanceRows(of, [0, 0, 1]);
    expect(found.map(({ name, values }) => [name, values.length])).toEqual([
      ['same class', 3],
      ['siblings', 4],
      ['two families', 8],
    ]);
    const all = found.flatMap(({ values }) => values);
    expect(all.reduce((a, b) => a + b, 0) / all.length).toBeCloseTo(1, 9);
    expect(found[1]!.values[0]! / found[0]!.values[0]!).toBeCloseTo(1 / 0.2, 5);
  });
  it('without families are of one class or of two', () => {
    expect(distanceRows(of).map(({ name, values }) => [name, values.length])).toEqual([['same class', 3], ['two classes', 12]]); // prettier-ignore
  });
});
