import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kernelParameters } from '../augment';
import { decodeSafetensors, encodeSafetensors } from '../core/safetensors';
import type { TensorFile } from '../core/safetensors';
import * as tf from '../tf';
import { loadModel, saveModel } from './model-file';
import { noiseModel, temporaryFolder } from './testing';

const folder = temporaryFolder();
const file = path.join(folder, 'models', 'one.safetensors');

const model = noiseModel('convnet', 64);
let content: TensorFile;

beforeAll(async () => {
  await saveModel(file, { ...model, weights: 'fedcba9876543210' });
  content = decodeSafetensors(fs.readFileSync(file));
});

afterEach(() => expect(tf.memory().numTensors).toBe(0));

const bytes = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

/** A file like the saved one, but for a change. */
function changed(name: string, change: { metadata?: Record<string, string>; tensors?: TensorFile['tensors'] }): string {
  const tensors = change.tensors ?? content.tensors;
  const other = path.join(folder, `${name}.safetensors`);
  fs.writeFileSync(other, encodeSafetensors({ tensors, metadata: { ...content.metadata, ...change.metadata } }));
  return other;
}

describe('a model file', () => {
  it('gives back what was saved, with the versions that wrote it', () => {
    const { createdBy, values, ...facts } = loadModel(file);
    const { classes, classNames, config, run } = model;
    expect(facts).toEqual({ classes, classNames, config, run, weights: 'fedcba9876543210' });
    expect([...values.keys()]).toEqual([...model.values.keys()]);
    for (const [name, data] of values)
      expect(Buffer.compare(bytes(data), bytes(model.values.get(name)!)), name).toBe(0);
    expect(createdBy).toEqual({
      csdnet: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
      tfjs: tf.version['tfjs-core'],
    });
  });

  it('leaves out what no prediction needs', async () => {
    const kernel = kernelParameters(32).map(({ name, shape }) => {
      return [name, new Float32Array(shape.reduce((product, n) => product * n, 1))] as const;
    });
    const other = path.join(folder, 'kernel.safetensors');
    await saveModel(other, { ...model, values: new Map([...model.values, ...kernel]) });
    expect([...loadModel(other).values.keys()]).toEqual([...model.values.keys()]);
  });

  it('is not written where it could not be read again', async () => {
    const other = path.join(folder, 'none.safetensors');
    const { config, values, classNames } = model;
    await expect(saveModel(other, { ...model, config: { ...config, seed: 0 } })).rejects.toThrow('seed: ');
    await expect(saveModel(other, { ...model, classNames: classNames.slice(1) })).rejects.toThrow(
      '4 class names for 5 classes',
    );
    const less = new Map([...values].filter(([name]) => name !== 'conv2.weight'));
    await expect(saveModel(other, { ...model, values: less })).rejects.toThrow(
      /conv2\.weight: no values, expected \d+/,
    );
    const nan = new Map([...values, ['head.bias', new Float32Array(5).fill(NaN)]]);
    await expect(saveModel(other, { ...model, values: nan })).rejects.toThrow(
      'head.bias holds values that are no finite numbers',
    );
    expect(fs.existsSync(other)).toBe(false);
  });
});

describe('a file that is no model', () => {
  it.each([
    ['of another version', { metadata: { format: 'csdnet-model/0' } }, 'it is csdnet-model/0, expected csdnet-model/1'],
    ['with a config that is no JSON', { metadata: { config: '{' } }, 'config in its metadata is no JSON'],
    ['with a config out of range', { metadata: { config: '{"seed":0}' } }, 'config: seed: '],
    ['with no classes', { metadata: { classes: '0' } }, 'classes is no whole number from 1'],
    ['with too few names', { metadata: { classNames: '["a"]' } }, 'classNames are not 5 texts'],
    [
      'with more classes than its head',
      { metadata: { classes: '6', classNames: '["a","b","c","d","e","f"]' } },
      'head.bias is [5], expected [6]',
    ],
  ] as const)('%s is refused', (name, change, message) => {
    const other = changed(name.replaceAll(' ', '-'), change);
    expect(() => loadModel(other)).toThrow(`${other} cannot be used as a model:`);
    expect(() => loadModel(other)).toThrow(message);
  });

  it('lists every parameter that is missing, surplus or of another shape', () => {
    const tensors = new Map(content.tensors);
    tensors.delete('conv0.weight');
    tensors.set('extra', { shape: [1], data: new Float32Array(1) });
    tensors.set('head.bias', { shape: [1, 5], data: new Float32Array(5) });
    tensors.set('norm0.bias', { shape: [16], data: new Int32Array(16) });
    const other = changed('other', { tensors });
    expect(() => loadModel(other)).toThrow(
      [
        `${other} cannot be used as a model:`,
        '  - missing: conv0.weight [3, 3, 3, 16]',
        '  - wrong type: norm0.bias holds whole numbers',
        '  - wrong shape: head.bias is [1, 5], expected [5]',
        '  - surplus: extra',
      ].join('\n'),
    );
  });

  it('is named where it is not there, cut short, or something else', () => {
    expect(() => loadModel(path.join(folder, 'nowhere'))).toThrow(
      /nowhere cannot be used as a model:\n {2}- there is no such file/,
    );
    const cut = path.join(folder, 'cut.safetensors');
    fs.writeFileSync(cut, fs.readFileSync(file).subarray(0, -8));
    expect(() => loadModel(cut)).toThrow(/cut\.safetensors cannot be used as a model:\n {2}- .*cut short/);
    const foreign = path.join(folder, 'foreign.safetensors');
    fs.writeFileSync(foreign, encodeSafetensors({ tensors: content.tensors, metadata: {} }));
    expect(() => loadModel(foreign)).toThrow('it is a safetensors file of another program, expected csdnet-model/1');
  });
});
