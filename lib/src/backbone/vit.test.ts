/** Vision transformers, against PyTorch (scripts/fixtures/backbones.py) and by what they promise. */
import { afterEach, describe, expect, it } from 'vitest';
import { attentionSaliency, rolloutSaliency } from '../augment';
import { createRng } from '../core/rng';
import { drawParameter, sizeOf } from '../core/parameter';
import { expectForward, expectGradients, seriesTensor, unevenModel } from '../testing/backbones';
import type { BackboneFixture } from '../testing/backbones';
import { expectClose, expectFinite, plain } from '../testing/close';
import { expectNoLeak } from '../testing/leak';
import { readFixture, unevenWeights } from '../testing/series';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor4D } from '../tf';
import { applyModel, architectureOf, disposeModel, modelFrom } from './model';
import type { Model } from './model';
import { visionTransformer, vitTiny } from './vit';

afterEach(async () => {
  expect(tf.memory().numTensors).toBe(0);
  await tf.setBackend('tensorflow');
});

const SIZE = { width: 24, depth: 3, heads: 3 };
const [SIDE, CLASSES] = [64, 4];
const small = (depth = SIZE.depth, side = SIDE) =>
  visionTransformer('a small transformer', { ...SIZE, depth }, CLASSES, side);

function withModel(model: Model, work: (model: Model) => void): void {
  tf.tidy(() => work(model));
  disposeModel(model);
}

const withSmall = (work: (model: Model) => void): void => withModel(unevenModel(small(), CLASSES), work);

/** Gradient of the squared logits by every trained parameter, by its name in the weight file. */
function gradients(model: Model, images: Tensor4D): ReadonlyMap<string, Tensor> {
  const f = () => tf.sum(tf.square(applyModel(model, images).logits)) as Scalar;
  const { grads } = tf.variableGrads(
    f,
    model.trainable.map(({ variable }) => variable),
  );
  return new Map(model.trainable.map(({ spec, variable }) => [spec.name, grads[variable.name]!]));
}

describe('a transformer equals PyTorch in all that it gives', () => {
  const fixtures = readFixture<{ 'vit-tiny': readonly BackboneFixture[] }>('backbones.json')['vit-tiny'];
  it.each(fixtures.map((fixture) => [fixture.side, fixture] as const))(
    'vit-tiny at %i px: features, logits, map, stages, attention, and the gradient by every parameter',
    (side, fixture) => {
      withModel(unevenModel(vitTiny(fixture.classes, side), fixture.classes), (model) => {
        expectForward(model, fixture);
        expectGradients(model, fixture);
      });
    },
  );
});

describe('the sizes', () => {
  it.each([
    ['vit-tiny', 5_717_416, 192],
    ['vit-small', 22_050_664, 384],
    ['vit-base', 86_567_656, 768],
  ] as const)('%s has %i parameters with 1,000 classes at 224 px', (kind, count, width) => {
    const { parameters, featureSize, stageSizes, epsilon } = architectureOf(kind, 1000);
    expect(epsilon).toBe(1e-6);
    expect(parameters.map(({ shape }) => sizeOf(shape)).reduce((a, b) => a + b)).toBe(count);
    expect([featureSize, ...stageSizes]).toEqual([width, width, width, width]);
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
  });

  it('has a place for the class token and for every patch of its images', () => {
    const places = (side: number) => vitTiny(10, side).parameters.find(({ name }) => name === 'pos_embed')!.shape;
    expect([places(224), places(448), places(16)]).toEqual([
      [1, 197, 192],
      [1, 785, 192],
      [1, 2, 192],
    ]);
  });

  it('decays its kernels alone: no bias, no norm, no position, no class token', () => {
    const decayed = vitTiny(10, 64).parameters.filter(({ decay }) => decay);
    expect(decayed.every(({ name, shape }) => /(proj|qkv|fc1|fc2|head)\.weight$/.test(name) && shape.length >= 2)).toBe(
      true,
    );
    expect(decayed).toHaveLength(2 + 12 * 4);
  });

  it('refuses images that do not divide into patches', () => {
    expect(() => vitTiny(10, 100)).toThrow('vit-tiny: images of 100 px do not divide into patches of 16 px');
    expect(() => vitTiny(10, 8)).toThrow('images of 8 px');
    expect(() => vitTiny(10, 0)).toThrow('images of 0 px');
  });

  it('refuses images of another side than it was made for, and leaves nothing behind', () => {
    const model = unevenModel(small(), CLASSES);
    const images = seriesTensor(1, 96);
    const before = tf.memory().numTensors;
    expect(() => applyModel(model, images)).toThrow(
      'images of 96 x 96 px for a transformer made for 64 x 64 px: make the model for the side of the images',
    );
    expect(tf.memory().numTensors).toBe(before);
    images.dispose();
    disposeModel(model);
  });

  it.each([1, 2, 3, 5])('gives three stages with %i blocks, the last of them its feature', (depth) => {
    withModel(unevenModel(small(depth), CLASSES), (model) => {
      const { stages, feature } = applyModel(model, seriesTensor(2, SIDE));
      expect(stages.map(({ shape }) => shape)).toEqual([
        [2, SIZE.width],
        [2, SIZE.width],
        [2, SIZE.width],
      ]);
      expectClose(stages[2]!, feature, 0);
    });
  });
});

describe('the map at stride 16', () => {
  it('is the patch tokens behind the final norm, the feature the class token there', () => {
    withSmall((model) => {
      const [scale, offset] = ['norm.weight', 'norm.bias'].map((name) => model.byName.get(name)!);
      const images = seriesTensor(2, SIDE);
      const before = applyModel(model, images);
      const [g, b] = [plain(scale!), plain(offset!)];
      const units = (seen: Tensor) => plain(seen).map((x, i) => (x - b[i % SIZE.width]!) / g[i % SIZE.width]!);
      for (const seen of [before.maps[16]!, before.feature]) {
        for (let from = 0; from < seen.size; from += SIZE.width) {
          const row = units(seen).slice(from, from + SIZE.width);
          expectClose(row.reduce((a, x) => a + x) / SIZE.width, 0, 1e-4);
          expectClose(row.reduce((a, x) => a + x * x, 0) / SIZE.width, 1, 1e-3);
        }
      }
      scale!.assign(tf.zeros([SIZE.width]));
      offset!.assign(tf.range(0, SIZE.width));
      const after = applyModel(model, images);
      expectClose(after.maps[16]!, tf.tile(tf.range(0, SIZE.width), [2 * 16]), 0);
      expectClose(after.feature, tf.tile(tf.range(0, SIZE.width), [2]), 0);
      expect(Object.keys(after.maps)).toEqual(['16']);
      expect(after.maps[16]!.shape).toEqual([2, 4, 4, SIZE.width]);
    });
  });

  it('has each patch at its place: without attention, a changed patch changes its own cell alone', () => {
    withSmall((model) => {
      for (let i = 0; i < SIZE.depth; i++)
        model.byName.get(`blocks.${i}.attn.proj.weight`)!.assign(tf.zeros([SIZE.width, SIZE.width]));
      const images = seriesTensor(2, SIDE);
      const [image, row, column] = [1, 2, 3];
      const patch = tf.pad(tf.fill([1, 16, 16, 3], 40), [
        [image, 0],
        [16 * row, SIDE - 16 * (row + 1)],
        [16 * column, SIDE - 16 * (column + 1)],
        [0, 0],
      ]);
      const [before, after] = [images, tf.add(images, patch) as Tensor4D].map((x) => applyModel(model, x).maps[16]!);
      const moved = plain(tf.max(tf.abs(tf.sub(after!, before!)), 3));
      const cell = (image * 4 + row) * 4 + column;
      expect(moved.map((value) => value > 1e-3)).toEqual(moved.map((_, i) => i === cell));
    });
  });
});

describe('its attention', () => {
  it('is that of the last block, of all blocks, or of none', () => {
    withSmall((model) => {
      const images = seriesTensor(2, SIDE);
      const attention = (wanted: 'none' | 'last' | 'all') =>
        applyModel(model, images, { batchStatistics: false, attention: wanted }).attention;
      const [none, last, all] = [attention('none'), attention('last'), attention('all')];
      expect([none.length, last.length, all.length]).toEqual([0, 1, SIZE.depth]);
      expect(applyModel(model, images).attention).toEqual([]);
      expectClose(last[0]!, all.at(-1)!, 0);
      for (const block of all) {
        expect(block.shape).toEqual([2, SIZE.heads, 17, 17]);
        expectClose(tf.sum(block, -1), tf.ones([2 * SIZE.heads * 17]), 1e-5);
      }
      expect(plain(tf.max(tf.abs(tf.sub(all[0]!, all[1]!))))[0]).toBeGreaterThan(1e-2);
    });
  });

  it('makes a saliency with something to see, of one block or of all', () => {
    withSmall((model) => {
      const pass = { batchStatistics: false, attention: 'all' } as const;
      const { attention } = applyModel(model, seriesTensor(2, SIDE), pass);
      for (const saliency of [attentionSaliency(attention.at(-1)!, [4, 4]), rolloutSaliency(attention, [4, 4])]) {
        expect(saliency.shape).toEqual([2, 4, 4]);
        expectClose(tf.min(saliency, [1, 2]), [0, 0], 1e-6);
        expectClose(tf.max(saliency, [1, 2]), [1, 1], 1e-6);
      }
    });
  });

  it('changes nothing else, on the tape or off it', () => {
    withSmall((model) => {
      const images = seriesTensor(1, SIDE);
      const variables = model.trainable.map(({ variable }) => variable);
      const run = (wanted: 'none' | 'all') => {
        const f = () => {
          const seen = applyModel(model, images, { batchStatistics: false, attention: wanted });
          const sums = seen.attention.map((block) => tf.sum(block));
          return tf.addN([tf.sum(tf.square(seen.logits)), ...sums]) as Scalar;
        };
        return tf.variableGrads(f, variables).grads;
      };
      const [without, having] = [run('none'), run('all')];
      for (const { name } of variables) expectClose(having[name]!, without[name]!, 0);
    });
  });
});

describe('a transformer', () => {
  it('gives each image the same numbers alone and in a batch', () => {
    withSmall((model) => {
      const images = seriesTensor(3, SIDE);
      const all = applyModel(model, images);
      const alone = [0, 1, 2].map((i) => applyModel(model, tf.slice(images, i, 1)));
      expectClose(tf.concat(alone.map(({ logits }) => logits)), all.logits, 1e-5);
      expectClose(tf.concat(alone.map(({ maps }) => maps[16]!)), all.maps[16]!, 1e-5);
    });
  });

  it('computes the same on the plain backend, in value and gradient', async () => {
    const architecture = visionTransformer('on another backend', { width: 12, depth: 2, heads: 2 }, CLASSES, 32);
    const seen = async (backend: string): Promise<readonly number[][]> => {
      await tf.setBackend(backend);
      const model = unevenModel(architecture, CLASSES);
      const numbers = tf.tidy(() => {
        const images = seriesTensor(2, 32);
        return [applyModel(model, images).logits, ...gradients(model, images).values()].map((t) => plain(t));
      });
      disposeModel(model);
      return numbers;
    };
    const [native, other] = [await seen('tensorflow'), await seen('cpu')];
    native.forEach((numbers, i) => {
      const scale = Math.max(...other[i]!.map(Math.abs), 1);
      expectClose(numbers, other[i]!, 1e-5 * scale);
    });
  });

  it('trains all, or with its patches and blocks frozen the final norm and the head alone, by the same gradient', () => {
    const values = unevenWeights(small());
    const make = (frozenStride: 0 | 8 | 16) =>
      modelFrom(small(), CLASSES, values, { frozenStride, batchNorm: 'frozen' });
    const names = (model: Model) => model.trainable.map(({ spec }) => spec.name);
    withModel(make(0), (free) => {
      const images = seriesTensor(2, SIDE);
      const whole = gradients(free, images);
      expect(names(free)).toEqual(small().parameters.map(({ name }) => name));
      withModel(make(8), (model) => {
        expect(names(model)).toEqual(names(free));
      });
      withModel(make(16), (model) => {
        expect(names(model)).toEqual(['norm.weight', 'norm.bias', 'head.weight', 'head.bias']);
        expectClose(applyModel(model, images).logits, applyModel(free, images).logits, 0);
        for (const [name, gradient] of gradients(model, images)) expectClose(gradient, whole.get(name)!, 1e-5);
      });
    });
  });

  it('hands a gradient on to its images where they are on the tape', () => {
    withSmall((model) => {
      const images = seriesTensor(1, SIDE);
      const pass = { batchStatistics: false, imageGradient: true };
      const f = (at: Tensor) => tf.sum(tf.square(applyModel(model, at as Tensor4D, pass).logits)) as Scalar;
      const gradient = tf.grad(f)(images);
      const direction = tf.sign(gradient);
      const at = (step: number) => plain(f(tf.add(images, tf.mul(direction, step))))[0]!;
      const slope = plain(tf.sum(tf.abs(gradient)))[0]!;
      expect(slope).toBeGreaterThan(0);
      expectClose((at(0.1) - at(-0.1)) / 0.2, slope, { relative: 2e-2 });
    });
  });

  it('begins near the uniform distribution when its weights are drawn', () => {
    const architecture = small();
    const rng = createRng(1);
    const drawn = new Map(architecture.parameters.map((spec) => [spec.name, drawParameter(spec, rng)]));
    withModel(modelFrom(architecture, CLASSES, drawn), (model) => {
      const { logits, feature } = applyModel(model, seriesTensor(2, SIDE));
      expectFinite(feature);
      expect(Math.max(...plain(logits).map(Math.abs))).toBeLessThan(1);
      expect(plain(model.byName.get('cls_token')!).every((x) => x === 0)).toBe(true);
      expect(plain(model.byName.get('norm.weight')!).every((x) => x === 1)).toBe(true);
    });
  });

  it('leaves nothing behind', () => {
    expectNoLeak(() => disposeModel(unevenModel(small(), CLASSES)), { times: 2 });
    withSmall((model) => {
      const images = seriesTensor(2, SIDE);
      for (const attention of ['none', 'last', 'all'] as const)
        expectNoLeak(() => tf.dispose(applyModel(model, images, { batchStatistics: false, attention }) as never));
      expectNoLeak(() => tf.tidy(() => void gradients(model, images)), { times: 2 });
    });
  });
});
