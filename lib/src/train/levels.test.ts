import { describe, expect, it } from 'vitest';
import { architectureOf } from '../backbone';
import { createRng } from '../core/rng';
import { expectClose, plain } from '../testing/close';
import { randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import { normalizeRows, rowsOf } from '../testing/reference';
import * as tf from '../tf';
import type { Tensor2D } from '../tf';
import { featureLevels, levelSizes } from './levels';

const DEPTHS = ['final', 'averaged', 'separate'] as const;
const SIZES = [3, 5, 4];
const N = 6;
const rng = createRng(1, 'levels');

/** Features of three depths; the last one is the feature. */
function seen(): { feature: Tensor2D; stages: Tensor2D[] } {
  const stages = SIZES.map((size) => randomTensor<Tensor2D>([N, size], rng));
  return { feature: stages[2]!, stages };
}

const unit = (x: Tensor2D): number[][] => normalizeRows(rowsOf(plain(x), x.shape[1]));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe('featureLevels', () => {
  it('is the unit feature, or those of three depths apart', () => {
    tf.tidy(() => {
      const given = seen();
      const [final] = featureLevels(given, 'final');
      expectClose(final!, unit(given.feature).flat(), 1e-6);
      const apart = featureLevels(given, 'separate');
      expect(apart).toHaveLength(3);
      apart.forEach((level, i) => expectClose(level, unit(given.stages[i]!).flat(), 1e-6));
    });
  });

  it('has the mean of the cosines at three depths as the dot product of averaged features, which are unit rows', () => {
    tf.tidy(() => {
      const given = seen();
      const [averaged] = featureLevels(given, 'averaged');
      const rows = rowsOf(plain(averaged!), averaged!.shape[1]);
      const depths = given.stages.map(unit);
      for (let i = 0; i < N; i++) {
        for (let j = 0; j < N; j++) {
          const cosines = depths.map((level) => dot(level[i]!, level[j]!));
          expect(dot(rows[i]!, rows[j]!)).toBeCloseTo(cosines.reduce((a, b) => a + b) / 3, 5);
        }
        expect(dot(rows[i]!, rows[i]!)).toBeCloseTo(1, 5);
      }
    });
  });

  it.each(DEPTHS)('has rows of the lengths that the queues are made for: %s', (depths) => {
    tf.tidy(() => {
      const lengths = featureLevels(seen(), depths).map(({ shape }) => shape[1]);
      expect(levelSizes({ featureSize: 4, stageSizes: SIZES }, depths)).toEqual(lengths);
    });
    for (const kind of ['convnet', 'efficientnet-lite0', 'resnet50', 'vit-tiny'] as const) {
      const { featureSize, stageSizes } = architectureOf(kind, 3);
      expect(stageSizes.at(-1)).toBe(featureSize);
      const total = stageSizes.reduce((a, b) => a + b);
      const expected = { final: [featureSize], averaged: [total], separate: stageSizes }[depths];
      expect(levelSizes({ featureSize, stageSizes }, depths)).toEqual(expected);
    }
  });

  it.each(DEPTHS)('leaves nothing behind: %s', (depths) => {
    const given = seen();
    expectNoLeak(() => tf.dispose(featureLevels(given, depths)));
    tf.dispose(given.stages);
  });
});
