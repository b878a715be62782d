import { describe, expect, it } from 'vitest';
import { preset } from '../config';
import type { Config } from '../config';
import type { Dataset } from '../data';
import { gpuSeconds, GPU_STEP_SECONDS, passOperations, sharedSeconds } from './cost';
import { without, withView } from './variant';

const full = preset('laptop');
const withBackbone = (kind: Config['backbone']['kind'], imageSize: number): Config => ({
  ...full,
  backbone: { ...full.backbone, kind },
  input: { ...full.input, imageSize },
});

const samples = (n: number) => Array.from({ length: n }, (_, i) => ({ file: '', name: `${i}`, label: i % 4 }));
const dataset: Dataset = {
  ...{ name: 'd', root: '/', classes: 4, classNames: ['a', 'b', 'c', 'd'], fingerprint: 'f' },
  train: { name: 'train', samples: samples(48) },
  tests: { test: { name: 'test', samples: samples(40) } },
};

describe('passOperations', () => {
  it('is what is published of ViT-B/16: 78.5e9 at 448 px, 17.6e9 at 224', () => {
    expect(passOperations(withBackbone('vit-base', 448)) / 1e9).toBeCloseTo(78.5, 1);
    expect(passOperations(withBackbone('vit-base', 224)) / 1e9).toBeCloseTo(17.6, 1);
    // The authors of DeiT: 1.3e9 and 4.6e9.
    expect(passOperations(withBackbone('vit-tiny', 224)) / 1e9).toBeCloseTo(1.3, 1);
    expect(passOperations(withBackbone('vit-small', 224)) / 1e9).toBeCloseTo(4.6, 1);
  });

  it("is the sum of the convnet's five layers, and grows with the pixels", () => {
    const widths = [3, 16, 32, 64, 96, 128];
    const layers = widths.slice(1).map((outputs, i) => 9 * widths[i]! * outputs * (224 / 2 ** (i + 1)) ** 2);
    const sum = layers.reduce((all, one) => all + one, 0);
    expect(passOperations(withBackbone('convnet', 224)) / sum).toBeCloseTo(1, 2);
    const [small, large] = [96, 192].map((side) => passOperations(withBackbone('resnet50', side)));
    expect(large! / small!).toBeCloseTo(4, 12);
  });
});

describe('estimated times', () => {
  it('on a GPU grow with the work, and a second view doubles what is trained', () => {
    const one = without(without(withView(full, 'none'), 'contrast'), 'distill');
    const speed = { full, imagesPerSecond: 100 };
    const times = [1, 2].map((epochs) => {
      const longer = (config: Config): Config => ({ ...config, training: { ...config.training, epochs } });
      return [full, one].map((config) => gpuSeconds(longer(config), dataset, speed));
    });
    // 48 images an epoch at 100 a second.
    expect(times[1]![0]! - times[0]![0]!).toBeCloseTo(0.48, 9);
    expect(times[1]![1]! - times[0]![1]!).toBeCloseTo(0.24, 9);
  });

  it('without a measurement count every step, since a small network waits for its launches', () => {
    const [a, b] = [1, 11].map((epochs) => {
      const config = { ...withBackbone('convnet', 64), training: { ...full.training, epochs } };
      return gpuSeconds(config, dataset, { full });
    });
    // 2 steps an epoch.
    expect(b! - a!).toBeGreaterThan(20 * GPU_STEP_SECONDS);
    expect(b! - a!).toBeLessThan(1.1 * 20 * GPU_STEP_SECONDS);
  });

  it('count the steps on the images that are left where some are held out', () => {
    const [a, b] = [1, 11].map((epochs) => {
      const base = withBackbone('convnet', 64);
      const training = { ...base.training, epochs };
      return gpuSeconds({ ...base, training, dataset: { ...base.dataset, validation: 'holdout:6' } }, dataset, {
        full,
      });
    });
    // 24 images: 1 step an epoch.
    expect(b! - a!).toBeGreaterThan(10 * GPU_STEP_SECONDS);
    expect(b! - a!).toBeLessThan(1.1 * 10 * GPU_STEP_SECONDS);
  });

  it('are shared among machines, down to the longest run', () => {
    expect(sharedSeconds([4, 2, 2], 1)).toBe(8);
    expect(sharedSeconds([4, 2, 2], 2)).toBe(4);
    expect(sharedSeconds([4, 2, 2], 100)).toBe(4);
    expect(sharedSeconds([], 3)).toBe(0);
  });
});
