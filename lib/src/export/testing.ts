/** Models with values that scripts/fixtures/timm_check.py writes down as well, and folders to export them to. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { architectureOf } from '../backbone';
import type { Values } from '../backbone';
import { fitWeights } from '../backbone/weights/layout';
import { dialectOf, timmNames } from '../backbone/weights/names';
import { preset } from '../config';
import type { BackboneConfig, Config } from '../config';
import type { NamedArray } from '../core/safetensors';
import { noise } from '../testing/series';
import type { SavedModel } from './model-file';
import { torchShape } from './timm';

/** Classes of every model here. */
export const CLASSES = 5;

export type Shapes = readonly (readonly [name: string, shape: readonly number[]])[];

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/**
 * Values of a state dict in torch's layout from integers: kernels as He et al. 2015 draw them, norms near 1 (those that end a residual
 * block near 0.5, so that the sum stays small), the rest small. `scripts/fixtures/timm_check.py` has the same rule.
 */
export function noiseState(shapes: Shapes): ReadonlyMap<string, NamedArray> {
  const valuesOf = (name: string, shape: readonly number[], salt: number): Float32Array => {
    const fanIn = sizeOf(shape.slice(1));
    if (shape.length > 1) return noise(sizeOf(shape), salt, Math.sqrt(2 / fanIn));
    const centre = name.endsWith('bn3.weight') ? 0.5 : name.endsWith('weight') || name.endsWith('running_var') ? 1 : 0;
    return noise(sizeOf(shape), salt, 0.1).map((x) => centre + x);
  };
  return new Map(shapes.map(([name, shape], salt) => [name, { shape, data: valuesOf(name, shape, salt) }]));
}

/** Values of an architecture from a state dict of timm. */
export function valuesFrom(state: ReadonlyMap<string, NamedArray>, config: Config): Values {
  const architecture = architectureOf(config.backbone, CLASSES, config.input.imageSize);
  const file = new Map([...state].map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]));
  const dialect = dialectOf(architecture, new Set(file.keys()));
  const { values, problems } = fitWeights(architecture.parameters, file, { fresh: [], dialect });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return values;
}

/** The config of a small model. */
export const configFor = (kind: BackboneConfig['kind'], imageSize: number): Config =>
  preset('tiny', { backbone: { kind }, view: { saliencyStride: 16 }, input: { sourceSize: imageSize, imageSize } });

/** A saved model with five classes around some values. */
export const savedModel = (config: Config, values: Values): SavedModel => ({
  ...{ config, values, classes: CLASSES, classNames: ['a', 'b', 'c', 'd', 'e'].map((letter) => `cultivar ${letter}`) },
  ...{ run: '0123456789ab', createdBy: { csdnet: '0.0.0' } },
});

/** timm's names of an architecture's parameters (ours where timm has no such network), with torch's shapes. */
export function timmShapes({ backbone, input }: Config): Shapes {
  const architecture = architectureOf(backbone, CLASSES, input.imageSize);
  const names = timmNames(architecture);
  return architecture.parameters.map(({ name, shape }) => [names.get(name)!, torchShape(shape)] as const);
}

/** A saved model of noise. */
export function noiseModel(kind: BackboneConfig['kind'], imageSize: number): SavedModel {
  const config = configFor(kind, imageSize);
  return savedModel(config, valuesFrom(noiseState(timmShapes(config)), config));
}

/** A temporary folder that is removed behind the file's last test. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'csdnet-export-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}
