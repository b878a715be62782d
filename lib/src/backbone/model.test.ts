import fs from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { preset } from '../config';
import type { BackboneConfig } from '../config';
import { createRng } from '../core/rng';
import { expectClose, expectFinite, plain } from '../testing/close';
import { randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor4D } from '../tf';
import {
  applyModel,
  architectureOf,
  createModel,
  disposeModel,
  foldModel,
  modelFrom,
  modelValues,
  moveStatistics,
} from './model';
import type { Model, Values } from './model';

const rng = createRng(1, 'model');
const config = (patch: Partial<BackboneConfig> = {}): BackboneConfig => ({
  ...{ ...preset('tiny').backbone, batchNorm: 'frozen' },
  ...patch,
});
const images = (n: number, side = 32): Tensor4D => randomTensor([n, side, side, 3], rng, [0, 255]);

const made = new Map<string, Values>();

/** Values with statistics and normalisation away from 0 and 1, so that folding has something to do. */
function unevenValues(kind: BackboneConfig['kind'], classes: number): Values {
  const known = made.get(`${kind} ${classes}`);
  if (known) return known;
  const fresh = createModel(config({ kind }), classes, createRng(1));
  const values = new Map(modelValues(fresh));
  disposeModel(fresh);
  made.set(`${kind} ${classes}`, values);
  for (const [name, data] of values) {
    if (/running_var|norm\d\.weight|_bn\d\.weight/.test(name))
      values.set(
        name,
        data.map(() => 0.5 + rng.uniform()),
      );
    if (/running_mean|norm\d\.bias|_bn\d\.bias/.test(name))
      values.set(
        name,
        data.map(() => 0.4 * rng.normal()),
      );
  }
  return values;
}

function withModel(model: Model, work: (model: Model) => void): void {
  tf.tidy(() => work(model));
  disposeModel(model);
}

afterEach(() => expect(tf.memory().numTensors).toBe(0));

describe.each(['convnet', 'efficientnet-lite0'] as const)('%s', (kind) => {
  it('gives a feature, logits and maps at strides 8, 16 and 32', () => {
    withModel(modelFrom(architectureOf(kind, 3), 3, unevenValues(kind, 3)), (model) => {
      const { feature, logits, maps } = applyModel(model, images(2, 64));
      expect([feature.shape, logits.shape]).toEqual([
        [2, model.architecture.featureSize],
        [2, 3],
      ]);
      for (const stride of [8, 16, 32] as const)
        expect(maps[stride]!.shape.slice(0, 3)).toEqual([2, 64 / stride, 64 / stride]);
      expectFinite(logits);
      expectClose(feature, tf.mean(maps[32]!, [1, 2]), 1e-6);
    });
  });

  it('gives each image the same numbers alone and in a batch', () => {
    withModel(modelFrom(architectureOf(kind, 3), 3, unevenValues(kind, 3)), (model) => {
      const x = images(3);
      const all = applyModel(model, x).logits;
      const alone = [0, 1, 2].map((i) => applyModel(model, tf.slice(x, i, 1)).logits);
      expectClose(tf.concat(alone), all, { absolute: 1e-4, relative: 1e-4 });
    });
  });

  it('moves its trained parameters alone: a frozen layer and every statistic get no gradient', () => {
    const values = unevenValues(kind, 3);
    const frozen = modelFrom(architectureOf(kind, 3), 3, values, { frozenStride: 8, batchNorm: 'frozen' });
    withModel(frozen, (model) => {
      const names = model.trainable.map(({ spec }) => spec.name);
      expect(model.trainable.every(({ spec }) => spec.stride > 8)).toBe(true);
      expect(model.fixed.size).toBeGreaterThan(0);
      const x = images(2);
      const variables = model.trainable.map(({ variable }) => variable);
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(applyModel(model, x).logits)) as Scalar, variables);
      expect(Object.keys(grads)).toHaveLength(names.length);
      const free = modelFrom(architectureOf(kind, 3), 3, values);
      expectClose(applyModel(model, x).logits, applyModel(free, x).logits, { absolute: 1e-5, relative: 1e-5 });
      const same = tf.variableGrads(
        () => tf.sum(tf.square(applyModel(free, x).logits)) as Scalar,
        names.map((name) => free.byName.get(name)!),
      ).grads;
      for (const [i, name] of names.entries()) {
        const other = same[free.byName.get(name)!.name]!;
        const scale = plain(other).reduce((largest, g) => Math.max(largest, Math.abs(g)), 1e-3);
        expectClose(tf.div(grads[variables[i]!.name]!, scale), tf.div(other, scale), 1e-4);
      }
      disposeModel(free);
    });
  });

  it('leaves nothing behind', () => {
    const freezing = { frozenStride: 8, batchNorm: 'frozen' } as const;
    const make = () => modelFrom(architectureOf(kind, 3), 3, unevenValues(kind, 3), freezing);
    expectNoLeak(() => disposeModel(make()), { burnIn: 1, times: 2 });
    withModel(make(), (model) => {
      const x = images(2);
      expectNoLeak(() => tf.dispose(applyModel(model, x) as never), { times: 2 });
      expectNoLeak(() => tf.dispose(applyModel(model, x, { batchStatistics: true }) as never), { times: 2 });
    });
  });
});

describe('createModel', () => {
  it('is drawn by its seed, each parameter by its own name', () => {
    const draw = (seed: number, classes: number): Values => {
      const model = createModel(config(), classes, createRng(seed));
      const values = modelValues(model);
      disposeModel(model);
      return values;
    };
    expect(draw(1, 3)).toEqual(draw(1, 3));
    const [a, b, other] = [draw(1, 3), draw(2, 3), draw(1, 4)];
    const kernels = [...a.keys()].filter((name) => /conv.*weight/.test(name));
    expect(kernels.length).toBeGreaterThan(4);
    for (const name of kernels) {
      expect(b.get(name)).not.toEqual(a.get(name));
      expect(other.get(name)).toEqual(a.get(name));
    }
  });
});

describe('batch norm', () => {
  /** The convnet again, straight from the equations: convolution, then (x - mean) / sqrt(var + eps) gamma + beta, then ReLU6. */
  function plainConvnet(values: Values, x: Tensor4D, batchStatistics: boolean): Tensor {
    const vector = (name: string) => tf.tensor1d(values.get(name)!);
    const shapes = [3, 16, 32, 64, 96, 128];
    let y: Tensor = tf.div(tf.sub(x, 127), 64);
    for (let i = 0; i < 5; i++) {
      const kernel = tf.tensor4d(values.get(`conv${i}.weight`)!, [3, 3, shapes[i]!, shapes[i + 1]!]);
      y = tf.conv2d(y as Tensor4D, kernel, 2, 'same');
      const { mean, variance } = tf.moments(y, [0, 1, 2]);
      const m = batchStatistics ? mean : vector(`norm${i}.running_mean`);
      const v = batchStatistics ? variance : vector(`norm${i}.running_var`);
      y = tf.mul(tf.div(tf.sub(y, m), tf.sqrt(tf.add(v, 1e-3))), vector(`norm${i}.weight`));
      y = tf.relu6(tf.add(y, vector(`norm${i}.bias`)));
    }
    const weight = tf.tensor2d(values.get('head.weight')!, [128, 4]);
    return tf.add(tf.matMul(tf.mean(y, [1, 2]) as tf.Tensor2D, weight), vector('head.bias'));
  }

  it.each([true, false])('follows its equation, statistics of the batch: %s', (batchStatistics) => {
    const values = unevenValues('convnet', 4);
    withModel(modelFrom(architectureOf('convnet', 4), 4, values), (model) => {
      const x = images(5);
      expectClose(applyModel(model, x, { batchStatistics }).logits, plainConvnet(values, x, batchStatistics), 1e-4);
    });
  });

  it('is folded once for several passes, with the gradients of folding twice', () => {
    withModel(modelFrom(architectureOf('convnet', 4), 4, unevenValues('convnet', 4)), (model) => {
      const [x, y] = [images(2), images(2)];
      const variables = model.trainable.map(({ variable }) => variable);
      const loss = (once: boolean) => () => {
        const folded = once ? { folded: foldModel(model) } : {};
        const logits = [x, y].map((view) => applyModel(model, view, { batchStatistics: false, ...folded }).logits);
        return tf.sum(tf.square(tf.sub(logits[0]!, tf.mul(logits[1]!, 0.3)))) as Scalar;
      };
      const [once, twice] = [tf.variableGrads(loss(true), variables), tf.variableGrads(loss(false), variables)];
      expectClose(once.value, twice.value, 1e-5);
      for (const { name } of variables)
        expectClose(once.grads[name]!, twice.grads[name]!, { absolute: 1e-4, relative: 1e-4 });
    });
  });

  it('moves its statistics by the momentum', () => {
    withModel(createModel(config({ batchNorm: 'train' }), 2, createRng(1)), (model) => {
      moveStatistics(model, { 'norm0.running_mean': tf.fill([16], 5), 'norm0.running_var': tf.fill([16], 3) });
      expectClose(model.byName.get('norm0.running_mean')!, new Float32Array(16).fill(0.5), 1e-6);
      expectClose(model.byName.get('norm0.running_var')!, new Float32Array(16).fill(1.2), 1e-6);
      expectClose(model.byName.get('norm1.running_mean')!, new Float32Array(32), 0);
    });
  });
});

describe('modelFrom', () => {
  it('says which value is missing or has the wrong size, and leaves nothing behind', () => {
    const values = new Map(unevenValues('convnet', 3));
    values.set('head.bias', new Float32Array(4));
    expect(() => modelFrom(architectureOf('convnet', 3), 3, values)).toThrow(
      'parameter head.bias: 4 values given, 3 expected',
    );
    values.delete('conv2.weight');
    expect(() => modelFrom(architectureOf('convnet', 3), 3, values)).toThrow('parameter conv2.weight: no values given');
  });
});

describe('the weight file', () => {
  const old = process.env.CSDNET_WEIGHTS;
  afterEach(() => {
    if (old === undefined) delete process.env.CSDNET_WEIGHTS;
    else process.env.CSDNET_WEIGHTS = old;
  });

  it('that is not there is named, with the mends', () => {
    process.env.CSDNET_WEIGHTS = 'no/such/file.pth';
    expect(fs.existsSync('no/such/file.pth')).toBe(false);
    expect(() => createModel(preset('laptop').backbone, 3, createRng(1))).toThrow(
      /no\/such\/file\.pth does not exist: run "npm run setup", .*CSDNET_WEIGHTS.*weights "random"/,
    );
  });
});
