import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { applyModel, disposeModel, modelFrom } from '../backbone';
import { expectClose } from '../testing/close';
import { seriesImages } from '../testing/series';
import * as tf from '../tf';
import type { NamedTensorMap, Tensor4D } from '../tf';
import { architectureOfModel } from './model-file';
import { CLASSES, noiseModel, temporaryFolder } from './testing';
import { exportWebModel } from './web-model';

const folder = temporaryFolder();
const read = (...parts: string[]): unknown => JSON.parse(fs.readFileSync(path.join(folder, ...parts), 'utf8'));
const load = (name: string) => tf.loadGraphModel(`file://${path.join(folder, name, 'model.json')}`);

afterEach(() => expect(tf.memory().numTensors).toBe(0));

it.each([
  ['convnet', 64],
  ['efficientnet-lite0', 64],
  ['resnet50', 64],
  ['vit-tiny', 48],
] as const)('a web model of %s gives the numbers of applyModel for any number of images', async (kind, size) => {
  const model = noiseModel(kind, size);
  exportWebModel(model, path.join(folder, kind));
  const loaded = await load(kind);
  const built = modelFrom(architectureOfModel(model), CLASSES, model.values);
  for (const n of [1, 2, 5]) {
    tf.tidy(() => {
      const images = tf.tensor(Float32Array.from(seriesImages(n, n, size)), [n, size, size, 3]) as Tensor4D;
      const seen = applyModel(built, images);
      const outputs = loaded.predict(images) as NamedTensorMap;
      expect(Object.keys(outputs)).toEqual(['logits', 'probabilities', 'feature']);
      const tolerance = { absolute: 1e-4, relative: 1e-5 };
      expectClose(outputs.logits!, seen.logits, tolerance);
      expectClose(outputs.probabilities!, tf.softmax(seen.logits), tolerance);
      expectClose(outputs.feature!, seen.feature, tolerance);
    });
  }
  disposeModel(built);
  loaded.dispose();
});

describe('the folder', () => {
  const model = noiseModel('convnet', 32);
  const target = path.join(folder, 'small');

  it('holds the graph, its weights, the class names and a check', async () => {
    const dataset = { ...model.config.dataset, name: '/home/somebody/leaf80' };
    exportWebModel({ ...model, config: { ...model.config, dataset } }, target);
    expect(fs.readdirSync(target).sort()).toEqual([
      'README.md',
      'check.json',
      'labels.json',
      'model.json',
      'weights-1-of-1.bin',
    ]);
    expect(read('small', 'labels.json')).toEqual(model.classNames);
    const { userDefinedMetadata, signature } = read('small', 'model.json') as Record<string, Record<string, unknown>>;
    expect(userDefinedMetadata).toMatchObject({
      csdnet: {
        architecture: 'convnet',
        classNames: model.classNames,
        imageSize: 32,
        run: '0123456789ab',
        config: model.config,
      },
    });
    expect(signature!.inputs).toMatchObject({
      images: { tensorShape: { dim: [{ size: '-1' }, { size: '32' }, { size: '32' }, { size: '3' }] } },
    });
    expect(signature!.outputs).toMatchObject({ logits: { tensorShape: { dim: [{ size: '-1' }, { size: '5' }] } } });
  });

  it('is not written over another one unless asked', () => {
    expect(() => exportWebModel(model, target)).toThrow(
      'is not empty: name another folder, or ask to overwrite it (--overwrite)',
    );
    exportWebModel(model, target, { overwrite: true });
  });

  it('is cut into shards that tfjs puts together again', () => {
    const { weightsManifest } = read('efficientnet-lite0', 'model.json') as {
      weightsManifest: { paths: string[]; weights: { shape: number[] }[] }[];
    };
    const [{ paths, weights }] = weightsManifest as [(typeof weightsManifest)[0]];
    const sizes = paths.map((name) => fs.statSync(path.join(folder, 'efficientnet-lite0', name)).size);
    expect(sizes.slice(0, -1)).toEqual(sizes.slice(0, -1).fill(4 * 1024 * 1024));
    const numbers = weights.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(4 * numbers);
  });
});
