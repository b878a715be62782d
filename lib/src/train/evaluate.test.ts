import { describe, expect, it } from 'vitest';
import { applyModel, createModel, disposeModel } from '../backbone';
import type { Model } from '../backbone';
import { createRng } from '../core/rng';
import type { Images } from '../data';
import { expectClose, plain } from '../testing/close';
import { smallConfig, syntheticImages } from '../testing/images';
import * as reference from '../testing/reference';
import * as tf from '../tf';
import { computeOutputs, score } from './evaluate';
import { trainRun } from './loop';

const config = smallConfig();
const CLASSES = 6;
/** More images than one batch of the evaluation holds. */
const IMAGES = syntheticImages({ classes: CLASSES, perClass: 19, size: 48 });

function subset(images: Images, order: readonly number[]): Images {
  const bytes = images.size * images.size * 3;
  return {
    count: order.length,
    size: images.size,
    data: Uint8Array.from(order.flatMap((i) => [...images.data.subarray(i * bytes, (i + 1) * bytes)])),
    labels: Int32Array.from(order, (i) => images.labels[i]!),
    names: order.map((i) => images.names[i]!),
  };
}

async function withModel(work: (model: Model) => Promise<void>): Promise<void> {
  const model = createModel(config.backbone, CLASSES, createRng(1));
  const before = tf.memory().numTensors;
  await work(model);
  expect(tf.memory().numTensors).toBe(before);
  disposeModel(model);
}

describe('computeOutputs', () => {
  it('does not depend on the order or the number of the images beside one', async () => {
    await withModel(async (model) => {
      const all = await computeOutputs(model, IMAGES, config);
      const order = [113, 2, 77, 50, 49, 3];
      const some = await computeOutputs(model, subset(IMAGES, order), config);
      const expected = order.flatMap((i) => [...all.logits.subarray(i * CLASSES, (i + 1) * CLASSES)]);
      expectClose(some.logits, expected, 1e-5);
      const alone = await computeOutputs(model, subset(IMAGES, [113]), config);
      expectClose(alone.features, all.features.subarray(113 * all.featureSize), 1e-5);
    });
  });

  it('sees the whole image, not mirrored and not brightened', async () => {
    await withModel(async (model) => {
      const one = subset(IMAGES, [5]);
      const { logits } = await computeOutputs(model, one, config);
      tf.tidy(() => {
        const source = tf.tensor4d(Float32Array.from(one.data), [1, 48, 48, 3]);
        // A side of 48 is exactly 1.5 times the view's 32: sampled twice as densely, then averaged.
        const view = tf.avgPool(tf.image.resizeBilinear(source, [64, 64], true), 2, 2, 'valid');
        expectClose(logits, applyModel(model, view).logits, 1e-5);
      });
    });
  });

  it('is stopped by its signal', async () => {
    await withModel(async (model) => {
      await expect(computeOutputs(model, IMAGES, config, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
        'enough',
      );
    });
  });

  it('has nothing to say of no images', async () => {
    await withModel(async (model) => {
      expect(plain((await computeOutputs(model, subset(IMAGES, []), config)).logits)).toEqual([]);
    });
  });
});

describe('score', () => {
  const logits = [3, 1, 0, 0, 2, 1, 1, 0, 5, 4, 0, 0];
  const images: Images = {
    count: 4,
    size: 1,
    data: new Uint8Array(12),
    labels: Int32Array.of(0, 1, 1, 2),
    names: ['a', 'b', 'c', 'd'],
  };
  const found = score({ logits: Float32Array.from(logits), features: new Float32Array(0), featureSize: 0 }, images, 3);

  it('counts hits, per class and in the confusion matrix', () => {
    expect(found.predictions).toEqual([0, 1, 2, 0]);
    expect([found.images, found.top1, found.top5]).toEqual([4, 0.5, 1]);
    expect(found.perClass).toEqual([1, 0.5, 0]);
    expect([...found.confusion].sort()).toEqual([
      [0, 0, 1],
      [1, 1, 1],
      [1, 2, 1],
      [2, 0, 1],
    ]);
  });

  it('says how well its confidence fits, and the mean F1 of the classes', () => {
    // The first two are right; bins of a tenth, by hand.
    const p = (z: readonly number[]): number => 1 / z.reduce((sum, x) => sum + Math.exp(x - Math.max(...z)), 0);
    const [a, b, c, d] = [p([3, 1, 0]), p([0, 2, 1]), p([1, 0, 5]), p([4, 0, 0])];
    const bins = new Map<number, number>();
    [a, b, c, d].forEach((x, i) => {
      const bin = Math.ceil(10 * x);
      bins.set(bin, (bins.get(bin) ?? 0) + (i < 2 ? 1 : 0) - x);
    });
    expect(found.ece).toBeCloseTo([...bins.values()].reduce((sum, gap) => sum + Math.abs(gap), 0) / 4, 6);
    // Class 0: 2 TP / (2 TP + FP + FN) = 2 / 3; class 1: 2 / 3; class 2: 0.
    expect(found.macroF1).toBeCloseTo(4 / 9, 12);
  });

  it('has the mean negative log-likelihood', () => {
    const each = reference.crossEntropy(reference.rowsOf(logits, 3), [...images.labels], 0);
    expect(found.nll).toBeCloseTo(each.reduce((a, b) => a + b) / 4, 6);
  });
});

describe('the whole system', () => {
  it('learns: the tiny model beats chance by far on stripes, with all three modules', async () => {
    const full = smallConfig({ backbone: { batchNorm: 'train' }, training: { epochs: 6, batchSize: 12 } });
    const data = {
      classes: 4,
      train: syntheticImages({ classes: 4, perClass: 18, size: 48 }),
      tests: { test: syntheticImages({ classes: 4, perClass: 20, size: 48, seed: 9 }) },
    };
    const { evaluation, epochs } = await trainRun(full, data);
    expect(evaluation.test!.top1).toBeGreaterThan(0.7);
    expect(evaluation.test!.nll).toBeLessThan(0.75 * Math.log(4));
    expect(epochs.at(-1)!.terms.classify!).toBeLessThan(epochs[0]!.terms.classify!);
  });
});
