import { describe, expect, it } from 'vitest';
import { drawParameter } from '../core/parameter';
import { createRng } from '../core/rng';
import { expectClose, expectFinite, largestDifference, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import { rowsOf } from '../testing/reference';
import * as reference from '../testing/reference-ssdp';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor4D } from '../tf';
import { kernelParameters, kernelSaliency } from './kernel';

const CHANNELS = 3;
const SPECS = kernelParameters(CHANNELS);
const NAMES = SPECS.map(({ name }) => name);
const rng = createRng(1, 'kernel');

type Values = Readonly<Record<string, Tensor>>;

/** Weights as they begin, each times `scale`, with biases that are not 0. */
function drawn(scale = 1): Values {
  const entries = SPECS.map(({ name, shape, init }) => {
    const sd = init.kind === 'normal' ? init.sd * scale : 0.3;
    const values = drawParameter({ ...SPECS[0]!, name, shape, init: { kind: 'normal', sd } }, rng);
    return [name, tf.tensor(values, [...shape])] as const;
  });
  return Object.fromEntries(entries);
}

/** All weights 0, but for a bias of one tap. */
function onlyTap(tap: number, bias: number): Values {
  const zeros = SPECS.map(({ name, shape }) => [name, tf.zeros([...shape])] as const);
  const taps = tf.mul(tf.oneHot(tf.tensor1d([tap], 'int32'), 25).reshape([25]), bias);
  return { ...Object.fromEntries(zeros), 'ssdp.taps.bias': taps };
}

const saliency = (map: Tensor4D, values: Values) => kernelSaliency(map, (name) => values[name]!);

function slow(map: Tensor4D, values: Values): number[] {
  const [, h, w, c] = map.shape;
  const [compress, compressBias, taps, tapsBias] = NAMES.map((name) => plain(values[name]!)) as [
    ...[number[], number[], number[], number[]],
  ];
  const images = rowsOf(plain(map), h * w * c).map((image) => reference.volumeOf(image, w, c));
  return images.flatMap((image) => reference.kernelSaliency(image, { compress, compressBias, taps, tapsBias }).flat());
}

describe('kernelParameters', () => {
  it('are two convolutions of the head: kernels decay, biases begin at 0', () => {
    expect(kernelParameters(7).map(({ name, shape }) => [name, ...shape])).toEqual([
      ['ssdp.compress.weight', 1, 1, 7, 64],
      ['ssdp.compress.bias', 64],
      ['ssdp.taps.weight', 3, 3, 64, 25],
      ['ssdp.taps.bias', 25],
    ]);
    for (const { name, group, stride, decay, init } of SPECS) {
      expect([group, stride, decay]).toEqual(['head', Infinity, name.endsWith('weight')]);
      expect(init.kind).toBe(name.endsWith('weight') ? 'normal' : 'zeros');
    }
  });

  it('begin with nearly equal taps: A is the activity averaged over 5 x 5 cells', () => {
    tf.tidy(() => {
      const map = randomTensor<Tensor4D>([1, 8, 8, CHANNELS], rng, [-1, 2]);
      const first = Object.fromEntries(
        SPECS.map((spec) => [spec.name, tf.tensor(drawParameter(spec, rng), [...spec.shape])]),
      );
      const strength = tf.mean(tf.relu(map), 3, true) as Tensor4D;
      const sums = plain(tf.conv2d(strength, tf.ones([5, 5, 1, 1]) as Tensor4D, 1, 'same'));
      const expected = reference.scaleToUnit(rowsOf(sums, 8)).flat();
      expect(largestDifference(saliency(map, first), expected)).toBeLessThan(0.05);
      expectClose(saliency(map, onlyTap(0, 0)), expected, 1e-5);
    });
  });
});

describe('kernelSaliency', () => {
  it('equals the reference loops', () => {
    tf.tidy(() => {
      const shapes = [[6, 5], [4, 7], [1, 3]] as const; // prettier-ignore
      for (const [h, w] of shapes) {
        const map = randomTensor<Tensor4D>([2, h, w, CHANNELS], rng, [-2, 2]);
        const values = drawn(30);
        const found = saliency(map, values);
        expect(found.shape).toEqual([2, h, w]);
        expectClose(found, slow(map, values), 1e-4);
      }
    });
  });

  it('takes what one tap points at, and 0 beyond the edge', () => {
    tf.tidy(() => {
      const map = tf.reshape(tf.range(1, 13), [1, 3, 4, 1]);
      const wide = tf.concat([map, map, map], 3) as Tensor4D;
      // Tap 12 is the cell itself; tap 7 the one above it, tap 14 the one two to the right.
      expectClose(saliency(wide, onlyTap(12, 80)), tf.div(tf.sub(map, 1), 11), 1e-6);
      const above = [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
      expectClose(
        saliency(wide, onlyTap(7, 80)),
        above.map((value) => value / 8),
        1e-6,
      );
      const right = [3, 4, 0, 0, 7, 8, 0, 0, 11, 12, 0, 0];
      expectClose(
        saliency(wide, onlyTap(14, 80)),
        right.map((value) => value / 12),
        1e-6,
      );
    });
  });

  it('does not change with a constant added to all taps, and follows a permuted batch', () => {
    tf.tidy(() => {
      const map = randomTensor<Tensor4D>([2, 5, 5, CHANNELS], rng, [-1, 2]);
      const values = drawn(30);
      const found = saliency(map, values);
      const shifted = { ...values, 'ssdp.taps.bias': tf.add(values['ssdp.taps.bias']!, 5) };
      expectClose(saliency(map, shifted), found, 1e-4);
      expectClose(saliency(tf.reverse(map, 0), values), tf.reverse(found, 0), 1e-5);
    });
  });

  it.each(NAMES)('has the gradient of its values in %s', (name) => {
    tf.tidy(() => {
      const map = randomTensor<Tensor4D>([2, 6, 6, CHANNELS], rng, [-1, 2]);
      const values = drawn(10);
      const weights = randomTensor([2, 6, 6], rng, [-3, 3]);
      const f = (x: Tensor) => tf.sum(tf.mul(tf.square(saliency(map, { ...values, [name]: x })), weights)) as Scalar;
      const norm = plain(tf.norm(tf.grad(f)(values[name]!)))[0]!;
      // The check is a share of the norm: a gradient of 0 would pass it.
      expect(norm).toBeGreaterThan(0.05);
      const scaled = (x: Tensor) => tf.div(f(x), norm) as Scalar;
      checkGradient(scaled, values[name]!, { rng });
    });
  });

  it('has finite gradients for maps of zeros, of one cell, and for logits of +-80', () => {
    tf.tidy(() => {
      const maps = [tf.zeros([1, 5, 5, CHANNELS]), tf.ones([2, 1, 1, CHANNELS]), tf.ones([1, 2, 2, CHANNELS])];
      const some = randomTensor<Tensor4D>([1, 5, 5, CHANNELS], rng, [-1, 2]);
      const gradients = (map: Tensor, values: Values) => {
        const f = (...xs: Tensor[]) => {
          const given = Object.fromEntries(NAMES.map((name, i) => [name, xs[i]!]));
          return tf.sum(tf.square(saliency(map as Tensor4D, given))) as Scalar;
        };
        return tf.grads(f as never)(NAMES.map((name) => values[name]!) as never) as Tensor[];
      };
      for (const map of maps) for (const gradient of gradients(map, drawn())) expectFinite(gradient);
      for (const gradient of gradients(tf.zeros([1, 5, 5, CHANNELS]), drawn()))
        expectClose(tf.abs(gradient).max(), 0, 0);
      for (const bias of [80, -80]) for (const gradient of gradients(some, onlyTap(3, bias))) expectFinite(gradient);
    });
  });

  it('learns: 20 steps bring A nearer to a wanted place', () => {
    const map = randomTensor<Tensor4D>([2, 6, 6, CHANNELS], rng, [-1, 2]);
    const wanted = tf.tidy(() => tf.cast(tf.greater(tf.slice(map, [0, 0, 0, 1], [2, 6, 6, 1]), 0.5), 'float32'));
    const first = SPECS.map((spec) => ({ values: drawParameter(spec, rng), shape: [...spec.shape] }));
    const variables = tf.tidy(() => first.map(({ values, shape }) => tf.variable(tf.tensor(values, shape))));
    const own = new Map(NAMES.map((name, i) => [name, variables[i]!]));
    const loss = (): Scalar => {
      const found = tf.expandDims(
        kernelSaliency(map, (name) => own.get(name)!),
        3,
      );
      return tf.mean(tf.square(tf.sub(found, wanted)));
    };
    const optimizer = tf.train.adam(0.02);
    const value = (): number => tf.tidy(() => loss().dataSync()[0]!);
    const before = value();
    for (let step = 0; step < 20; step++) optimizer.minimize(loss, false, variables);
    expect(value()).toBeLessThan(0.8 * before);
    tf.dispose([map, wanted, ...variables]);
    optimizer.dispose();
  });

  it('refuses a map of other channels, and leaves nothing behind', () => {
    const [map, values] = [randomTensor<Tensor4D>([2, 4, 5, CHANNELS], rng), tf.tidy(() => drawn() as never) as Values];
    expectNoLeak(() => saliency(map, values).dispose());
    expect(() => tf.tidy(() => saliency(tf.zeros([1, 4, 4, 5]), values))).toThrow(/depth|channels|input/i);
    tf.dispose([map, values as never]);
  });
});
