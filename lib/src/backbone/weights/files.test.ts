import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { preset } from '../../config';
import { createRng } from '../../core/rng';
import { createModel, disposeModel, modelValues } from '../model';
import { convnet } from '../convnet';
import { imagenetFile, weightsFingerprint } from './files';
import { inTorchLayout, pth, randomValues } from './testing';

const old = { home: process.env.CSDNET_HOME, weights: process.env.CSDNET_WEIGHTS };
const restore = (name: string, value: string | undefined): void => {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
};
let home = '';
let own = '';

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'weights-'));
  own = path.join(home, 'data', 'weights');
  fs.mkdirSync(own, { recursive: true });
  process.env.CSDNET_HOME = home;
  delete process.env.CSDNET_WEIGHTS;
});
afterEach(() => {
  restore('CSDNET_HOME', old.home);
  restore('CSDNET_WEIGHTS', old.weights);
  fs.rmSync(home, { recursive: true, force: true });
});

const put = (name: string, content: string | Buffer = 'weights', folder = own): string => {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
  return file;
};

describe('imagenetFile', () => {
  it.each([
    ['vit-base', 'ViT-B_16.npz'],
    ['vit-base', 'B_16-i21k-300ep-lr_0.001-aug_medium1-wd_0.1-do_0.0-sd_0.0.npz'],
    ['vit-base', 'vit-base-patch16-224-in21k.safetensors'],
    ['vit-base', 'vit_base_patch16_224.augreg_in21k.safetensors'],
    ['vit-small', 'ViT-S_16.npz'],
    ['vit-small', 'S_16-i21k.npz'],
    ['vit-small', 'vit_small_patch16_224.pth'],
    ['vit-tiny', 'Ti_16-i21k.npz'],
    ['vit-tiny', 'VIT-TINY.safetensors'],
    ['resnet50', 'resnet50-0676ba61.pth'],
    ['resnet50', 'resnet50.a1_in1k.safetensors'],
    ['efficientnet-lite0', 'tf_efficientnet_lite0.in1k.safetensors'],
    ['efficientnet-lite0', 'efficientnet-lite0-57934424.pth'],
  ])('finds the weights of %s in data/weights as %s, among those of others', (kind, name) => {
    const file = put(name);
    for (const other of ['readme.txt', 'ViT-B_32.npz', 'ViT-L_16.npz', 'resnet101.pth', 'convnet.pth']) put(other);
    expect(imagenetFile(kind)).toBe(file);
  });

  it('takes what CSDNET_WEIGHTS names, whatever its name and the kind', () => {
    put('ViT-B_16.npz');
    const file = put('model.bin', 'x', home);
    process.env.CSDNET_WEIGHTS = file;
    expect(imagenetFile('vit-base')).toBe(file);
    expect(imagenetFile('resnet50')).toBe(file);
  });

  it('looks into the folder that CSDNET_WEIGHTS names before it looks into data/weights', () => {
    const second = put('ViT-B_16.npz');
    const folder = path.join(home, 'mine');
    const first = put('ViT-B_16.npz', 'x', folder);
    process.env.CSDNET_WEIGHTS = folder;
    expect(imagenetFile('vit-base')).toBe(first);
    fs.rmSync(first);
    expect(imagenetFile('vit-base')).toBe(second);
  });

  it('says what it looked for, where, and what to do', () => {
    process.env.CSDNET_WEIGHTS = home;
    expect(() => imagenetFile('vit-small')).toThrow(
      `no file with ImageNet weights of vit-small in ${home} or ${own} (looked for ViT-S_16*.npz, S_16*.npz, vit-small*.safetensors, ` +
        'vit_small_patch16*.safetensors, vit-small*.pth, vit_small_patch16*.pth): name the file in CSDNET_WEIGHTS, ' +
        `or put it into ${own}, or choose backbone.weights "random"`,
    );
    expect(() => imagenetFile('convnet')).toThrow(/no ImageNet weights of convnet: choose backbone\.weights "random"/);
  });

  it('does not choose between two, and does not take a folder for a file', () => {
    fs.mkdirSync(path.join(own, 'vit-base.safetensors'));
    put('ViT-B_16.npz');
    expect(imagenetFile('vit-base')).toBe(path.join(own, 'ViT-B_16.npz'));
    put('ViT-B_16-224.npz');
    expect(() => imagenetFile('vit-base')).toThrow(
      /several files with weights of vit-base: ViT-B_16-224\.npz, ViT-B_16\.npz\./,
    );
  });

  it('does without the folder', () => {
    fs.rmSync(own, { recursive: true });
    expect(() => imagenetFile('vit-base')).toThrow(/no file with ImageNet weights of vit-base/);
    process.env.CSDNET_WEIGHTS = path.join(home, 'nowhere');
    expect(() => imagenetFile('vit-base')).toThrow(/nowhere does not exist: name the file in CSDNET_WEIGHTS/);
    expect(() => imagenetFile('efficientnet-lite0')).toThrow(/nowhere does not exist: run "npm run setup", or/);
  });
});

describe('weightsFingerprint', () => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

  it('is of the content, not of the name, and follows the content', () => {
    const file = put('ViT-B_16.npz', 'one');
    expect(weightsFingerprint({ kind: 'vit-base', weights: 'imagenet' })).toBe(digest('one'));
    put('ViT-S_16.npz', 'one');
    expect(weightsFingerprint({ kind: 'vit-small', weights: 'imagenet' })).toBe(digest('one'));
    fs.writeFileSync(file, 'other');
    expect(weightsFingerprint({ kind: 'vit-base', weights: 'imagenet' })).toBe(digest('other'));
  });

  it('is nothing where a backbone starts from random numbers, and asks for no file', () => {
    expect(weightsFingerprint({ kind: 'vit-base', weights: 'random' })).toBeUndefined();
    expect(() => weightsFingerprint({ kind: 'vit-base', weights: 'imagenet' })).toThrow(/no file/);
  });
});

describe('createModel', () => {
  it('starts from the file, with a head drawn as without one', () => {
    const architecture = convnet(9);
    const values = randomValues(architecture.parameters, createRng(3));
    const entries = Object.fromEntries([...values].map(([name, tensor]) => [name, inTorchLayout(tensor)]));
    process.env.CSDNET_WEIGHTS = put('mine.pth', pth(entries));
    const backbone = { ...preset('tiny').backbone, kind: 'convnet' as const };
    const [model, random] = (['imagenet', 'random'] as const).map((weights) => {
      const made = createModel({ ...backbone, weights }, 4, createRng(1));
      const found = modelValues(made);
      disposeModel(made);
      return found;
    });
    for (const { name, group } of architecture.parameters) {
      expect([...model!.get(name)!], name).toEqual([
        ...(group === 'head' ? random!.get(name)! : values.get(name)!.data),
      ]);
    }
  });
});
