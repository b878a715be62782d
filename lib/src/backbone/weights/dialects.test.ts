/** Names and layouts of public weight files, against what their own code makes of them. */
import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../../core/rng';
import * as tf from '../../tf';
import { expectClose } from '../../testing/close';
import { readFixture, seriesImages } from '../../testing/series';
import type { Architecture } from '../architecture';
import { efficientNetLite0 } from '../efficientnet-lite';
import { applyModel, disposeModel, modelFrom } from '../model';
import { resnet50 } from '../resnet';
import { visionTransformer } from '../vit';
import { pretrainedValues } from './pretrained';
import { asTorch, plain, pth, randomTensor, randomValues, safetensors, trunk } from './testing';

const rng = createRng(1, 'dialects');
const read = (bytes: Buffer, architecture: Architecture): ReadonlyMap<string, Float32Array> =>
  pretrainedValues(bytes, { architecture, file: 'some.file' });

describe('a transformer of JAX', () => {
  const fixture = readFixture<
    {
      readonly [size in 'width' | 'depth' | 'heads' | 'side' | 'count']: number;
    } & { readonly npz: string; readonly feature: readonly number[] }
  >('weights-vit.json');
  const architecture = visionTransformer('vit-jax', fixture, 3, fixture.side);
  const head = randomValues(architecture.parameters.filter(({ group }) => group === 'head'), rng); // prettier-ignore
  const given = read(Buffer.from(fixture.npz, 'base64'), architecture);
  const model = modelFrom(
    architecture,
    3,
    new Map([...given, ...[...head].map(([name, { data }]) => [name, data] as const)]),
  );
  afterAll(() => disposeModel(model));

  it("computes what JAX' equations give for the same file", () => {
    const { side, count } = fixture;
    const feature = tf.tidy(() => {
      const images = tf.tensor4d(Float32Array.from(seriesImages(0, count, side)), [count, side, side, 3]);
      return applyModel(model, images).feature.dataSync();
    });
    expectClose(feature, fixture.feature, { absolute: 2e-5 });
  });
});

describe('pretrainedValues reads a convolutional backbone', () => {
  /** The same names and kinds of layers with at most 4 channels: as much as names and layouts need. */
  const narrow = (architecture: Architecture): Architecture => ({
    ...architecture,
    parameters: architecture.parameters.map((spec) => ({ ...spec, shape: spec.shape.map((n) => (n > 7 ? 4 : n)) })),
  });

  it.each([
    ['pth of torchvision', pth],
    ['safetensors of timm', safetensors],
  ] as const)('ResNet-50 from the %s', (_name, write) => {
    const resnet = narrow(resnet50(9));
    const values = randomValues(resnet.parameters, rng);
    const file = { ...asTorch(values), 'fc.weight': randomTensor(rng, 11, 4), 'fc.bias': randomTensor(rng, 11) };
    expect(plain(read(write(file), resnet))).toEqual(trunk(resnet, values));
  });

  it.each(['ours', 'timm'] as const)('EfficientNet-Lite0 from safetensors under the names of %s', (whose) => {
    const architecture = narrow(efficientNetLite0(9));
    const values = randomValues(architecture.parameters, rng);
    // Written out: the names as timm's source builds them.
    const stages = [1, 2, 2, 3, 3, 4, 1].flatMap((blocks, stage) =>
      Array.from({ length: blocks }, (_, i) => `blocks.${stage}.${i}`),
    );
    const first = { _depthwise_conv: 'conv_dw', _bn1: 'bn1', _project_conv: 'conv_pw', _bn2: 'bn2' };
    const next = {
      _expand_conv: 'conv_pw',
      _bn0: 'bn1',
      _depthwise_conv: 'conv_dw',
      _bn1: 'bn2',
      _project_conv: 'conv_pwl',
      _bn2: 'bn3',
    };
    const inBlock = (block: number, layer: string): string =>
      ((block === 0 ? first : next) as Readonly<Record<string, string>>)[layer]!;
    const timm = (name: string): string =>
      name
        .replace(
          /^_blocks\.(\d+)\.(\w+)/,
          (_, n: string, layer: string) => `${stages[Number(n)]}.${inBlock(Number(n), layer)}`,
        )
        .replace(/^_conv_stem/, 'conv_stem')
        .replace(/^_conv_head/, 'conv_head')
        .replace(/^_bn1/, 'bn2')
        .replace(/^_bn0/, 'bn1')
        .replace(/^_fc/, 'classifier');
    const file = Object.fromEntries(
      Object.entries(asTorch(values)).map(([name, tensor]) => [whose === 'timm' ? timm(name) : name, tensor]),
    );
    expect(plain(read(safetensors(file), architecture))).toEqual(trunk(architecture, values));
  });
});
