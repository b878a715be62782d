import { describe, expect, it } from 'vitest';
import type { Dataset, Sample } from '../data';
import { mean } from '../metrics';
import { figureToSvg } from '../report';
import * as tf from '../tf';
import { positivesByLength, positivesFigure, positivesInBatches, positivesInQueue } from './positives';

/** A dataset of names and labels only; nothing here opens an image. */
function named(classes: number, perClass: number): Dataset {
  const samples = Array.from({ length: classes * perClass }, (_, i): Sample => {
    return { file: `${i}.png`, name: `${i}.png`, label: i % classes };
  });
  const classNames = Array.from({ length: classes }, (_, c) => `class ${c}`);
  const train = { name: 'train', samples };
  return { name: 'named', root: '.', classes, classNames, train, tests: {}, fingerprint: 'named' };
}

const options = { batchSize: 20, seed: 1 };

describe('positives', () => {
  it('in a batch are (B - 1) (n - 1) / (N - 1) on average', () => {
    const counts = positivesInBatches(named(20, 3), { ...options, epochs: 400 });
    expect(counts).toHaveLength(400 * 60);
    expect(Math.abs(mean(counts) - (19 * 2) / 59)).toBeLessThan(0.02);
  });

  it('in a batch that holds the whole set are all others of the class', () => {
    expect(new Set(positivesInBatches(named(4, 5), { ...options, epochs: 2 }))).toEqual(new Set([4]));
  });

  it('in a queue that holds whole epochs are all of the class, copies included', () => {
    const counts = positivesInQueue(named(4, 5), 40, { ...options, epochs: 3 });
    expect(counts).toHaveLength(3 * 20);
    expect(new Set(counts)).toEqual(new Set([10]));
  });

  it('grow with the queue, are the same for the same seed, and leave no tensor', () => {
    const before = tf.memory().numTensors;
    const found = positivesByLength(named(20, 3), [30, 60, 120], options);
    expect(tf.memory().numTensors).toBe(before);
    expect(found.map(({ length }) => length)).toEqual([null, 30, 60, 120]);
    expect(found[3]!.mean).toBeGreaterThan(found[2]!.mean);
    expect(found[3]!.without).toBe(0);
    expect(positivesByLength(named(20, 3), [30, 60, 120], options)).toEqual(found);
    expect(figureToSvg(positivesFigure(found, 60))).toContain('Images that meet none');
  });
});
