import { describe, expect, it } from 'vitest';
import { convnet } from '../convnet';
import { efficientNetLite0 } from '../efficientnet-lite';
import { resnet50 } from '../resnet';
import { visionTransformer, vitBase, vitSmall, vitTiny } from '../vit';
import { timmNames } from './names';
import { looksLike } from './recognise';
import type { RawTensor } from './state-dict';
import { huggingPrefix } from './vit-names';

describe('timmNames', () => {
  it('names every parameter of EfficientNet-Lite0, no name twice', () => {
    const architecture = efficientNetLite0(3);
    const names = timmNames(architecture);
    expect([...names.keys()]).toEqual(architecture.parameters.map(({ name }) => name));
    expect(new Set(names.values()).size).toBe(names.size);
    expect([...names.values()].filter((name) => name.includes('_blocks') || name.startsWith('_'))).toEqual([]);
  });

  it.each([
    ['_conv_stem.weight', 'conv_stem.weight'],
    ['_bn0.running_mean', 'bn1.running_mean'],
    ['_blocks.0._depthwise_conv.weight', 'blocks.0.0.conv_dw.weight'],
    ['_blocks.0._bn1.weight', 'blocks.0.0.bn1.weight'],
    ['_blocks.0._project_conv.weight', 'blocks.0.0.conv_pw.weight'],
    ['_blocks.0._bn2.bias', 'blocks.0.0.bn2.bias'],
    ['_blocks.1._expand_conv.weight', 'blocks.1.0.conv_pw.weight'],
    ['_blocks.1._bn0.running_var', 'blocks.1.0.bn1.running_var'],
    ['_blocks.2._project_conv.weight', 'blocks.1.1.conv_pwl.weight'],
    ['_blocks.10._depthwise_conv.weight', 'blocks.4.2.conv_dw.weight'],
    ['_blocks.15._bn2.weight', 'blocks.6.0.bn3.weight'],
    ['_conv_head.weight', 'conv_head.weight'],
    ['_bn1.weight', 'bn2.weight'],
    ['_fc.weight', 'classifier.weight'],
  ])('%s is %s', (ours, timm) => {
    expect(timmNames(efficientNetLite0(3)).get(ours)).toBe(timm);
  });

  it.each([
    ['ResNet-50', resnet50(3)],
    ['a transformer', vitTiny(3, 64)],
    ['the convnet', convnet(3)],
  ])('leaves the names of %s', (_name, architecture) => {
    const names = timmNames(architecture);
    expect(names.size).toBe(architecture.parameters.length);
    for (const [ours, timm] of names) expect(timm).toBe(ours);
  });
});

describe('looksLike', () => {
  /** Tensors in torch's order of axes; the values do not matter. */
  const fileOf = (shapes: Readonly<Record<string, readonly number[]>>): ReadonlyMap<string, RawTensor> =>
    new Map(Object.entries(shapes).map(([name, shape]) => [name, { shape, data: new Float32Array(0) }]));
  const own = (parameters: readonly { readonly name: string; readonly shape: readonly number[] }[]) =>
    fileOf(
      Object.fromEntries(
        parameters.map(({ name, shape }) => [name, shape.length === 4 ? [...shape].reverse() : shape]),
      ),
    );
  const jax = (blocks: number, width: number, patch: number) =>
    fileOf({
      ...{ cls: [1, 1, width], 'embedding/kernel': [patch, patch, 3, width] },
      ...Object.fromEntries(
        Array.from({ length: blocks }, (_, i) => [`Transformer/encoderblock_${i}/LayerNorm_0/scale`, [width]]),
      ),
    });
  const bottlenecks = (...stages: readonly number[]) =>
    fileOf(
      Object.fromEntries(
        stages.flatMap((blocks, stage) =>
          Array.from({ length: blocks }, (_, i) =>
            [1, 3].map((n) => [`layer${stage + 1}.${i}.conv${n}.weight`, [1]]),
          ).flat(),
        ),
      ),
    );

  it.each([
    ['vit-tiny: width 192, 12 blocks, patches of 16 px', own(vitTiny(2, 224).parameters)],
    ['vit-small: width 384, 12 blocks, patches of 16 px', own(vitSmall(2, 224).parameters)],
    ['vit-base: width 768, 12 blocks, patches of 16 px', own(vitBase(2, 32).parameters)],
    ['vit-base: width 768, 12 blocks, patches of 16 px', jax(12, 768, 16)],
    ['a vision transformer: width 768, 12 blocks, patches of 32 px', jax(12, 768, 32)],
    ['a vision transformer: width 1024, 24 blocks, patches of 16 px', jax(24, 1024, 16)],
    [
      'a vision transformer: width 32, 1 blocks, patches of 16 px',
      own(visionTransformer('x', { width: 32, depth: 1, heads: 1 }, 2, 32).parameters),
    ],
    [
      'vit-small: width 384, 12 blocks, patches of 16 px',
      fileOf({
        ...{ 'vit.embeddings.cls_token': [1, 1, 384], 'vit.encoder.layer.11.output.dense.bias': [384] },
        'vit.embeddings.patch_embeddings.projection.weight': [384, 3, 16, 16],
      }),
    ],
    ['ResNet-50', own(resnet50(2).parameters)],
    ['ResNet-101', bottlenecks(3, 4, 23, 3)],
    ['ResNet', bottlenecks(1, 1, 1, 1)],
    ['EfficientNet-Lite0', own(efficientNetLite0(2).parameters)],
    [
      'EfficientNet with squeeze-and-excitation, not a Lite one',
      fileOf({ 'conv_stem.weight': [32, 3, 3, 3], 'blocks.0.0.se.conv_reduce.weight': [8, 32, 1, 1] }),
    ],
    ['EfficientNet', fileOf({ 'conv_stem.weight': [40, 3, 3, 3] })],
    ["this library's small convnet", own(convnet(2).parameters)],
    [
      'a Swin transformer, which no backbone here is',
      fileOf({ 'layers.0.blocks.0.attn.relative_position_bias_table': [169, 4] }),
    ],
    ['nothing that is known; it begins with a, b', fileOf({ a: [1], b: [2] })],
    ['nothing: it holds no floats', fileOf({})],
  ])('says %s', (text, file) => {
    expect(looksLike(file)).toBe(text);
  });
});

it.each([
  [['vit.embeddings.cls_token'], 'vit.'],
  [['a', 'embeddings.cls_token'], ''],
  [['cls_token', 'myembeddings.cls_token'], undefined],
])('finds what stands before the names of transformers: %j', (names, prefix) => {
  expect(huggingPrefix(names)).toBe(prefix);
});
