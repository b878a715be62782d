/** EfficientNet-Lite0 with its ImageNet weights against PyTorch (scripts/fixtures/make.py). */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodePixels } from '../data';
import { expectClose, expectFinite, plain } from '../testing/close';
import { imagenetWeights, readFixture, samples, seriesImages } from '../testing/series';
import type { MapFacts } from '../testing/backbones';
import * as tf from '../tf';
import type { Tensor4D } from '../tf';
import { architectureOf } from './model';
import { applyModel, disposeModel, matchWeights, modelFrom, readTorch } from '.';
import type { Model } from '.';

interface Fixture {
  readonly count: number;
  readonly side: number;
  readonly parameters: number;
  readonly feature: readonly number[];
  readonly logits: readonly number[];
  readonly maps: Readonly<Record<'8' | '16' | '32', MapFacts>>;
}

const FIXTURE = readFixture<Fixture>('efficientnet-lite0.json');
const architecture = architectureOf('efficientnet-lite0', 1000);

it('has 4,652,008 parameters with 1,000 classes', () => {
  const counted = architecture.parameters.filter(({ group }) => group !== 'statistic');
  const sizes = counted.map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  expect(sizes.reduce((a, b) => a + b)).toBe(4_652_008);
  expect(FIXTURE.parameters).toBe(4_652_008);
});

describe.skipIf(!imagenetWeights)('with ImageNet weights (skipped where set-up has not installed them)', () => {
  const withImagenet = (work: (model: Model) => void): void => {
    const values = matchWeights(architecture.parameters, readTorch(fs.readFileSync(imagenetWeights!)));
    const model = modelFrom(architecture, 1000, values);
    tf.tidy(() => work(model));
    disposeModel(model);
  };

  it('equals PyTorch: features, 1,000 logits and the maps at strides 8, 16 and 32', () => {
    withImagenet((model) => {
      const { count, side } = FIXTURE;
      const images = tf.tensor4d(Float32Array.from(seriesImages(0, count, side)), [count, side, side, 3]);
      const { feature, logits, maps } = applyModel(model, images);
      expectClose(feature, FIXTURE.feature, 1e-4);
      expectClose(logits, FIXTURE.logits, 1e-4);
      for (const stride of [8, 16, 32] as const) {
        const expected = FIXTURE.maps[stride];
        const values = plain(maps[stride]!);
        expect(maps[stride]!.shape).toEqual(expected.shape);
        expectClose(samples(values, 48), expected.samples, 1e-4);
        const mean = values.reduce((a, b) => a + b) / values.length;
        const rms = Math.sqrt(values.reduce((a, b) => a + b * b, 0) / values.length);
        const extremes = values.reduce(([low, high], x) => [Math.min(low, x), Math.max(high, x)] as const, [
          Infinity,
          -Infinity,
        ] as const);
        expectClose([mean, rms, ...extremes], [expected.mean, expected.rms, expected.min, expected.max], 1e-4);
      }
    });
  });

  const photos = path.join(__dirname, '../../../../shared/data/grapevine5/images');
  it.skipIf(!fs.existsSync(photos))(
    'sees something definite in a photograph (skipped where grapevine5 is absent)',
    async () => {
      const names = fs.readdirSync(photos, { recursive: true }).map(String);
      const file = names.filter((name) => /\.(jpe?g|png)$/i.test(name)).sort()[0]!;
      const pixels = await decodePixels(path.join(photos, file), { size: 224, fit: 'cover' });
      withImagenet((model) => {
        const image = tf.tensor4d(Float32Array.from(pixels), [1, 224, 224, 3]) as Tensor4D;
        const probability = tf.softmax(applyModel(model, image).logits);
        expectFinite(probability);
        // Chance is 0.001; with another scaling of the pixels the network is unsure of everything.
        expect(Math.max(...plain(probability))).toBeGreaterThan(0.05);
      });
    },
  );
});
