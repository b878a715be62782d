/** ResNet-50, against PyTorch (scripts/fixtures/backbones.py), against plain tfjs, and by what it promises. */
import { afterEach, describe, expect, it } from 'vitest';
import { expectForward, expectGradients, seriesTensor } from '../testing/backbones';
import type { BackboneFixture } from '../testing/backbones';
import { expectClose, plain } from '../testing/close';
import { expectNoLeak } from '../testing/leak';
import { readFixture, unevenWeights } from '../testing/series';
import { sizeOf } from '../core/parameter';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from '../tf';
import { applyModel, architectureOf, disposeModel, foldModel, modelFrom, moveStatistics } from './model';
import type { Freezing, Model, Values } from './model';
import { resnet50 } from './resnet';

afterEach(async () => {
  expect(tf.memory().numTensors).toBe(0);
  await tf.setBackend('tensorflow');
});

const CLASSES = 10;
let made: Values | undefined;
/** 23.5 million numbers: made once. */
const usual = (): Values => (made ??= unevenWeights(resnet50(CLASSES)));

/** The norms' biases moved away from ReLU's corner, where float32 and float64 would part (scripts/fixtures/backbones.py, off_corners). */
function offCorners(offset: number): Values {
  const moved = (name: string, values: Float32Array): Float32Array => {
    if (name.includes('fc') || !name.endsWith('.bias')) return values;
    return values.map((x) => x + offset * (/bn3|downsample/.test(name) ? 1 : Math.sign(x)));
  };
  return new Map([...usual()].map(([name, values]) => [name, moved(name, values)]));
}

function withModel(work: (model: Model) => void, { freezing, values = usual() }: Start = {}): void {
  const model = modelFrom(resnet50(CLASSES), CLASSES, values, freezing);
  try {
    tf.tidy(() => {
      work(model);
    });
  } finally {
    disposeModel(model);
  }
}

interface Start {
  readonly freezing?: Freezing;
  readonly values?: Values;
}

interface Fixture extends BackboneFixture {
  readonly offset: number;
}

describe('ResNet-50 equals PyTorch in all that it gives', () => {
  const fixtures = readFixture<{ resnet50: Record<string, Fixture> }>('backbones.json').resnet50;
  it.each(Object.entries(fixtures))(
    'by %s: features, logits, maps, stages, and but for one case the gradient by every parameter',
    (name, fixture) => {
      const batchStatistics = name.startsWith('batch');
      const check = (model: Model): void => {
        expectForward(model, fixture, batchStatistics);
        if (Object.keys(fixture.gradients).length > 0) expectGradients(model, fixture, batchStatistics);
      };
      withModel(check, { values: offCorners(fixture.offset) });
    },
  );

  it('and has its 25,557,032 parameters with 1,000 classes', () => {
    const { parameters, featureSize, stageSizes, epsilon, statisticsMomentum } = architectureOf('resnet50', 1000);
    expect([epsilon, statisticsMomentum]).toEqual([1e-5, 0.1]);
    const sizes = parameters.filter(({ group }) => group !== 'statistic').map(({ shape }) => sizeOf(shape));
    expect(sizes.reduce((a, b) => a + b)).toBe(25_557_032);
    expect([featureSize, ...stageSizes]).toEqual([2048, 512, 1024, 2048]);
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
  });
});

/** The network again on plain tfjs operations, with the normalisation written out; every stride of a block is in its 3 x 3 convolution. */
function plainResnet(model: Model, images: Tensor4D, batchStatistics: boolean): Tensor2D {
  const of = (name: string) => model.byName.get(name) as Tensor as Tensor4D;
  const layer = (x: Tensor4D, name: string, norm: string, stride = 1): Tensor4D => {
    const p = (of(`${name}.weight`).shape[0] - 1) / 2;
    const y = tf.conv2d(tf.pad4d(x, [[0, 0], [p, p], [p, p], [0, 0]]), of(`${name}.weight`), stride, 'valid'); // prettier-ignore
    const own = tf.moments(y, [0, 1, 2]);
    const mean = batchStatistics ? own.mean : of(`${norm}.running_mean`);
    const variance = batchStatistics ? own.variance : of(`${norm}.running_var`);
    const unit = tf.div(tf.sub(y, mean), tf.sqrt(tf.add(variance, 1e-5)));
    return tf.add(tf.mul(unit, of(`${norm}.weight`)), of(`${norm}.bias`)) as Tensor4D;
  };
  const mean = tf.tensor1d([0.485, 0.456, 0.406]);
  const deviation = tf.tensor1d([0.229, 0.224, 0.225]);
  const scaled = tf.div<Tensor4D>(tf.sub(tf.div(images, 255), mean), deviation);
  let x = tf.relu(layer(scaled, 'conv1', 'bn1', 2));
  // The padding of the pool is never the largest: all numbers here are zero or more.
  x = tf.maxPool(tf.pad4d(x, [[0, 0], [1, 1], [1, 1], [0, 0]], -1), 3, 2, 'valid'); // prettier-ignore
  [3, 4, 6, 3].forEach((repeats, stage) => {
    for (let i = 0; i < repeats; i++) {
      const [name, stride] = [`layer${stage + 1}.${i}`, i === 0 && stage > 0 ? 2 : 1];
      let y = tf.relu(layer(x, `${name}.conv1`, `${name}.bn1`));
      y = tf.relu(layer(y, `${name}.conv2`, `${name}.bn2`, stride));
      y = layer(y, `${name}.conv3`, `${name}.bn3`);
      const skip = i === 0 ? layer(x, `${name}.downsample.0`, `${name}.downsample.1`, stride) : x;
      x = tf.relu(tf.add(y, skip) as Tensor4D);
    }
  });
  return tf.add(tf.matMul(tf.mean<Tensor2D>(x, [1, 2]), of('fc.weight') as Tensor as Tensor2D), of('fc.bias'));
}

describe('ResNet-50', () => {
  it.each([true, false])('follows its equations on plain tfjs, statistics of the batch: %s', (batchStatistics) => {
    const check = (model: Model): void => {
      const images = seriesTensor(2, 64);
      const names = ['conv1.weight', 'bn1.weight', 'layer2.0.downsample.0.weight', 'layer3.1.bn2.weight', 'fc.weight'];
      const variables = names.map((name) => model.byName.get(name)!);
      const run = (forward: () => Tensor) => tf.variableGrads(() => tf.sum(tf.square(forward())) as Scalar, variables);
      const own = run(() => applyModel(model, images, { batchStatistics }).logits);
      const other = run(() => plainResnet(model, images, batchStatistics));
      expectClose(own.value, other.value, { relative: 1e-4 });
      for (const { name } of variables) {
        const scale = plain(tf.max(tf.abs(other.grads[name]!)))[0]!;
        expectClose(own.grads[name]!, other.grads[name]!, 1e-3 * scale);
      }
    };
    withModel(check, { values: offCorners(4) });
  });

  it('moves its statistics by a tenth of the way to those of the batch', () => {
    withModel((model) => {
      const { statistics } = applyModel(model, seriesTensor(2, 32), { batchStatistics: true });
      expect(Object.keys(statistics)).toHaveLength(2 * 53);
      const name = 'layer3.2.bn2.running_var';
      const expected = tf.add(tf.mul(model.byName.get(name)!, 0.9), tf.mul(statistics[name]!, 0.1));
      moveStatistics(model, statistics);
      expectClose(model.byName.get(name)!, expected, 1e-6);
    });
  });

  it('gives maps at strides 8, 16 and 32, their averages as stages, and no attention', () => {
    withModel((model) => {
      const pass = { batchStatistics: false, attention: 'all' } as const;
      const { maps, stages, feature, attention } = applyModel(model, seriesTensor(1, 96), pass);
      expect([8, 16, 32].map((stride) => maps[stride as 8]!.shape)).toEqual([
        [1, 12, 12, 512],
        [1, 6, 6, 1024],
        [1, 3, 3, 2048],
      ]);
      [8, 16, 32].forEach((stride, i) => expectClose(stages[i]!, tf.mean(maps[stride as 8]!, [1, 2]), 1e-5));
      expectClose(stages[2]!, feature, 0);
      expect(attention).toEqual([]);
    });
  });

  it('gives each image the same numbers alone and in a batch', () => {
    withModel((model) => {
      const images = seriesTensor(3, 32);
      const alone = [0, 1, 2].map((i) => applyModel(model, tf.slice(images, i, 1)).logits);
      expectClose(tf.concat(alone), applyModel(model, images).logits, 1e-5);
    });
  });

  it('computes the same on the plain backend', async () => {
    const seen = async (backend: string): Promise<readonly number[]> => {
      await tf.setBackend(backend);
      let numbers: readonly number[] = [];
      withModel((model) => (numbers = plain(applyModel(model, seriesTensor(1, 32)).logits)));
      return numbers;
    };
    expectClose(await seen('tensorflow'), await seen('cpu'), 1e-4);
  });

  it('keeps its layers up to the frozen stride, folded once, and trains the others by the same gradient', () => {
    const images = seriesTensor(2, 32);
    const gradients = (model: Model) => {
      const deep = ['layer3.0.conv1.weight', 'layer3.0.downsample.1.weight', 'layer4.2.bn3.bias', 'fc.weight'];
      const f = () => tf.sum(tf.square(applyModel(model, images).logits)) as Scalar;
      const variables = deep.map((name) => model.byName.get(name) as Variable);
      const { grads } = tf.variableGrads(f, variables);
      return variables.map(({ name }) => plain(grads[name]!));
    };
    let [free, frozen]: number[][][] = [];
    withModel((model) => (free = gradients(model)));
    const check = (model: Model): void => {
      const strides = [...new Set(model.trainable.map(({ spec }) => spec.stride))];
      expect(strides).toEqual([16, 32, Infinity]);
      expect(model.trainable.every(({ spec }) => /^(layer[34]|fc)\./.test(spec.name))).toBe(true);
      // The stem, three blocks of stage 1 and four of stage 2, each of these stages with one skipping convolution.
      expect(model.fixed.size).toBe(1 + 3 * 3 + 1 + 4 * 3 + 1);
      expect(foldModel(model).get('conv1')).toBe(model.fixed.get('conv1'));
      frozen = gradients(model);
    };
    withModel(check, { freezing: { frozenStride: 8, batchNorm: 'frozen' } });
    frozen!.forEach((gradient, i) => expectClose(gradient, free![i]!, { absolute: 1e-4, relative: 1e-4 }));
    images.dispose();
  });

  it('hands a gradient on to its images only where they are asked for', () => {
    withModel((model) => {
      const images = seriesTensor(1, 32);
      const f = (imageGradient: boolean) => (at: Tensor) =>
        tf.sum(
          tf.square(applyModel(model, at as Tensor4D, { batchStatistics: false, imageGradient }).logits),
        ) as Scalar;
      const gradient = tf.grad(f(true))(images);
      const direction = tf.sign(gradient);
      const at = (step: number) => plain(f(true)(tf.add(images, tf.mul(direction, step))))[0]!;
      const slope = plain(tf.sum(tf.abs(gradient)))[0]!;
      expect(slope).toBeGreaterThan(0);
      expectClose((at(0.02) - at(-0.02)) / 0.04, slope, { relative: 3e-2 });
      expect(() => tf.grad(f(false))(images)).toThrow('Cannot compute gradient');
      // tfjs forgets what the tape of a failed gradient holds.
      tf.engine().state.activeTape?.forEach((node) => tf.dispose(node.saved ?? []));
    });
  });

  it('leaves nothing behind', () => {
    expectNoLeak(() => disposeModel(modelFrom(resnet50(CLASSES), CLASSES, usual())), { burnIn: 1, times: 1 });
    withModel((model) => {
      const images = seriesTensor(1, 32);
      for (const batchStatistics of [false, true]) {
        expectNoLeak(() => tf.dispose(applyModel(model, images, { batchStatistics }) as never), { times: 2 });
        const f = () => tf.sum(applyModel(model, images, { batchStatistics }).logits) as Scalar;
        const variables = [model.byName.get('conv1.weight')!];
        expectNoLeak(() => tf.tidy(() => void tf.variableGrads(f, variables)), { burnIn: 1, times: 1 });
      }
    });
  });
});
