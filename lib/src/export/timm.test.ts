import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { applyModel, disposeModel, modelFrom } from '../backbone';
import { decodeSafetensors } from '../core/safetensors';
import type { NamedArray } from '../core/safetensors';
import { expectClose } from '../testing/close';
import { readFixture, seriesImages } from '../testing/series';
import * as tf from '../tf';
import type { Tensor4D } from '../tf';
import { architectureOfModel } from './model-file';
import {
  CLASSES,
  configFor,
  noiseModel,
  noiseState,
  savedModel,
  temporaryFolder,
  timmShapes,
  valuesFrom,
} from './testing';
import type { Shapes } from './testing';
import { exportTimm, timmConfig, timmState } from './timm';

/** Made by scripts/fixtures/timm_check.py from timm itself. */
interface Fixture {
  readonly classes: number;
  readonly size: number;
  readonly images: number;
  readonly models: Readonly<Record<string, { architecture: string; names: Shapes; logits?: readonly number[] }>>;
}

const fixture = readFixture<Fixture>('timm-names.json');
const folder = temporaryFolder();

type Kind = Parameters<typeof configFor>[0];
const kinds = Object.keys(fixture.models) as Kind[];

afterEach(() => expect(tf.memory().numTensors).toBe(0));

it('knows all of timm, and says of another network that timm has none', () => {
  expect(kinds).toEqual(['efficientnet-lite0', 'resnet50', 'vit-tiny', 'vit-small', 'vit-base']);
  const model = savedModel(configFor('convnet', 64), new Map());
  expect(() => timmState(model)).toThrow(
    /timm has no network like "convnet": models of efficientnet-lite0, resnet50, /,
  );
  expect(() => exportTimm(model, path.join(folder, 'convnet'))).toThrow(/timm has no network like "convnet"/);
  expect(fs.existsSync(path.join(folder, 'convnet'))).toBe(false);
});

it.each(kinds)("gives %s timm's names and shapes, in timm's order", (kind) => {
  const { names, architecture } = fixture.models[kind]!;
  const config = configFor(kind, fixture.size);
  expect(timmShapes(config)).toEqual(names);
  expect(timmConfig(savedModel(config, new Map()))).toMatchObject({ architecture, num_classes: CLASSES });
});

const bytes = ({ data }: NamedArray): Buffer => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

it.each(kinds.filter((kind) => fixture.models[kind]!.logits))(
  "gives timm's logits for timm's weights of %s, and the weights back",
  (kind) => {
    const { names, logits } = fixture.models[kind]!;
    const state = noiseState(names);
    const config = configFor(kind, fixture.size);
    const model = savedModel(config, valuesFrom(state, config));
    const exported = timmState(model);
    expect([...exported].map(([name, { shape }]) => [name, shape])).toEqual(names);
    expect([...exported].filter(([name, array]) => !bytes(array).equals(bytes(state.get(name)!)))).toEqual([]);
    const built = modelFrom(architectureOfModel(model), CLASSES, model.values);
    tf.tidy(() => {
      const { images, size } = fixture;
      const x = tf.tensor(Float32Array.from(seriesImages(0, images, size)), [images, size, size, 3]) as Tensor4D;
      expectClose(applyModel(built, x).logits, logits!, { absolute: 1e-4, relative: 1e-5 });
    });
    disposeModel(built);
  },
);

describe('the folder', () => {
  it('holds the weights with their facts, the config that timm reads, and a check', () => {
    const target = path.join(folder, 'vit');
    exportTimm(noiseModel('vit-tiny', 32), target);
    expect(fs.readdirSync(target).sort()).toEqual(['README.md', 'check.json', 'config.json', 'model.safetensors']);
    const { tensors, metadata } = decodeSafetensors(fs.readFileSync(path.join(target, 'model.safetensors')));
    expect(tensors.get('blocks.0.attn.qkv.weight')!.shape).toEqual([576, 192]);
    expect(metadata).toMatchObject({ format: 'pt', architecture: 'vit_tiny_patch16_224', run: '0123456789ab' });
    const read = (name: string): unknown => JSON.parse(fs.readFileSync(path.join(target, name), 'utf8'));
    expect(read('config.json')).toMatchObject({
      ...{ architecture: 'vit_tiny_patch16_224', num_classes: 5, num_features: 192, model_args: { img_size: 32 } },
      label_names: ['cultivar a', 'cultivar b', 'cultivar c', 'cultivar d', 'cultivar e'],
      pretrained_cfg: { input_size: [3, 32, 32], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], crop_pct: 1 },
    });
    expect(read('check.json')).toMatchObject({
      size: 32,
      logits: expect.arrayContaining([expect.any(Number)]) as unknown,
    });
  });
});
