import { describe, expect, it } from 'vitest';
import * as tf from '../tf';
import { equalTable } from './compare';
import { contrastLoss, distillLoss, maskAndBox, softened } from './plain';

const F = [
  [1, 0, 0],
  [0.8, 0.6, 0],
  [0.6, 0.8, 0],
  [0, 0, 1],
];
const Q = [
  [0, 1, 0],
  [1, 0, 0],
  [0, 0.6, 0.8],
];
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('the modules on plain arrays', () => {
  it('DDL: the hand-checked example, leaving no tensor behind', () => {
    const before = tf.memory().numTensors;
    const losses = contrastLoss({ features: F, labels: [0, 0, 1, 1] }, { features: Q, labels: [1, 0, 0] }, 0.4);
    expect(losses.map((v) => v.toFixed(5))).toEqual(['0.33333', '0.34667', '0.16000', '0.46667']);
    expect(mean(losses)).toBeCloseTo(0.32667, 5);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('SSDT: the hand-checked example in both directions, leaving no tensor behind', () => {
    const before = tf.memory().numTensors;
    const z = [[2, 1, 0], [0, 0, 3]]; // prettier-ignore
    const w = [[1, 1, 1], [0, 1, 2]]; // prettier-ignore
    expect(mean(distillLoss(w, z, 1))).toBeCloseTo(0.2879, 5);
    expect(mean(distillLoss(w, z, 4))).toBeCloseTo(0.34663, 5);
    expect(mean(distillLoss(z, w, 4))).toBeCloseTo(0.34044, 5);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('SSDP: mask and box in cells, by fraction and by mean', () => {
    const before = tf.memory().numTensors;
    const map = [
      [0.1, 0.2, 0.1, 0],
      [0.1, 0.6, 0.9, 0.2],
      [0, 0.3, 0.7, 0.1],
    ];
    expect(maskAndBox(map, 0.5)).toEqual({ mask: [[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0]], box: [1, 1, 3, 3] }); // prettier-ignore
    expect(maskAndBox(map).mask.flat().filter(Boolean)).toHaveLength(4);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('a softened prediction sums to 1, flattens with T, and survives huge logits', () => {
    const [sharp, flat] = [softened([2, 1, 0], 1), softened([2, 1, 0], 4)];
    expect(sharp.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(flat[0]! - flat[2]!).toBeLessThan(sharp[0]! - sharp[2]!);
    expect(softened([1000, 0], 1)).toEqual([1, 0]);
  });
});

describe('by hand against lib', () => {
  it('tells both numbers, and throws where they differ', () => {
    expect(equalTable({ mean: [0.326666, 0.32667], list: [[1, 0.5], [1, 0.5]] }).rows).toEqual([
      { what: 'mean', hand: '0.32667', lib: '0.32667', equal: 'yes' },
      { what: 'list', hand: '1, 0.5000', lib: '1, 0.5000', equal: 'yes' },
    ]); // prettier-ignore
    expect(() => equalTable({ mean: [0.3, 0.4] })).toThrow('mean: by hand 0.30000, from lib 0.40000');
    expect(() => equalTable({ list: [[1, 2], [1]] })).toThrow('list');
    expect(() => equalTable({ lost: [Number.NaN, Number.NaN] })).toThrow('lost');
  });
});
