/** Our kernels beside TensorFlow's and the plain forms, for every operation that has them: a suite for each level of the processor. */
import { afterEach, describe, expect, it } from 'vitest';
import { activated, biasActivate, biasActivateGradient, plainActivated } from '../core/kernels/activation';
import type { Activation } from '../core/kernels/activation';
import { plainSelfAttention, selfAttention } from '../core/kernels/attention';
import { convolution, plainConvolution } from '../core/kernels/convolution';
import type { ConvolutionOptions } from '../core/kernels/convolution';
import { runCustom, runCustomOne, withoutCustom } from '../core/kernels/custom';
import { foldNormalizations, plainFold } from '../core/kernels/fold';
import type { NormalizedLayer } from '../core/kernels/fold';
import { gelu, plainGelu } from '../core/kernels/gelu';
import { layerNorm, plainLayerNorm } from '../core/kernels/layer-norm';
import { linear, plainLinear } from '../core/kernels/linear';
import { attribute } from '../core/kernels/native';
import { globalNorm } from '../core/kernels/norm';
import { createSlot } from '../core/kernels/slots';
import { adamUpdate, momentumUpdate } from '../core/kernels/updates';
import type { Move } from '../core/kernels/updates';
import { createRng } from '../core/rng';
import * as tf from '../tf';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '../tf';
import { expectClose, expectFinite, plain } from './close';
import { expectBorrows, expectSameForms } from './forms';
import type { Operation } from './forms';
import { randomTensor } from './gradcheck';

const rng = createRng(1, 'kernel forms');
const random = (shape: readonly number[], range: [number, number] = [-3, 3]): Tensor =>
  randomTensor([...shape], rng, range);

interface Case {
  readonly name: string;
  readonly native: Operation;
  readonly plain: Operation;
  readonly shapes: readonly (readonly number[])[];
}

const convolutions: readonly (readonly [string, number[], number[], Partial<ConvolutionOptions>])[] = [
  ['1 x 1', [2, 5, 4, 7], [1, 1, 7, 9], { activation: 'relu6' }],
  ['1 x 1 of many channels', [2, 9, 9, 24], [1, 1, 24, 40], { activation: 'relu' }],
  ['3 x 3', [2, 6, 6, 3], [3, 3, 3, 8], { activation: 'none', stride: 2 }],
  ...([3, 5, 7] as const).flatMap((k) =>
    ([1, 2] as const).flatMap((stride) =>
      ([5, 19, 48] as const).map(
        (c) =>
          [
            `depthwise ${k} x ${k}, stride ${stride}, ${c} channels`,
            [2, 7, 6, c],
            [k, k, c, 1],
            { depthwise: true, stride, activation: 'relu6' },
          ] as [string, number[], number[], Partial<ConvolutionOptions>],
      ),
    ),
  ),
];

const CASES: readonly Case[] = [
  ...(['relu', 'relu6'] as const).map((activation: Activation) => ({
    name: activation,
    native: ([x]: readonly Tensor[]) => activated(x!, activation),
    plain: ([x]: readonly Tensor[]) => plainActivated(x!, activation),
    shapes: [[3, 4, 5]],
  })),
  ...convolutions.map(([name, x, kernel, given]) => {
    const options = { stride: 1, depthwise: false, activation: 'none', ...given } as const;
    const run =
      (f: typeof convolution): Operation =>
      ([a, b, c]) =>
        f(a as Tensor4D, b as Tensor4D, c as Tensor1D, options);
    const channels = options.depthwise ? kernel[2]! : kernel[3]!;
    return { name, native: run(convolution), plain: run(plainConvolution), shapes: [x, kernel, [channels]] };
  }),
  { name: 'GELU', native: ([x]) => gelu(x!), plain: ([x]) => plainGelu(x!), shapes: [[300, 257]] },
  ...(['linear'] as const).map((name) => ({
    name,
    native: ([x, w, b]: readonly Tensor[]) => linear(x as Tensor2D, w as Tensor2D, b as Tensor1D),
    plain: ([x, w, b]: readonly Tensor[]) => plainLinear(x as Tensor2D, w as Tensor2D, b as Tensor1D),
    shapes: [[6, 5], [5, 8], [8]],
  })),
  ...([1, 7, 33, 64, 200] as const).map((d) => ({
    name: `layer norm of ${d}`,
    native: ([x, g, b]: readonly Tensor[]) => layerNorm(x as Tensor2D, g as Tensor1D, b as Tensor1D, 1e-3),
    plain: ([x, g, b]: readonly Tensor[]) => plainLayerNorm(x as Tensor2D, g as Tensor1D, b as Tensor1D, 1e-3),
    shapes: [[400, d], [d], [d]],
  })),
  ...([2, 17, 50] as const).map((tokens) => ({
    name: `attention over ${tokens} tokens`,
    native: ([x]: readonly Tensor[]) => tf.tidy(() => selfAttention(x as Tensor2D, { heads: 3, tokens }).y),
    plain: ([x]: readonly Tensor[]) => tf.tidy(() => plainSelfAttention(x as Tensor2D, { heads: 3, tokens }).y),
    shapes: [[2 * tokens, 3 * 3 * 10]],
  })),
];

const layersOf = (shapes: readonly (readonly number[])[]): NormalizedLayer[] =>
  shapes.map((shape) => {
    const c = shape[3] === 1 ? shape[2]! : shape[3]!;
    const each = (range: [number, number]) => random([c], range) as Tensor1D;
    return {
      ...{ kernel: random(shape) as Tensor4D, gamma: each([0.5, 2]), beta: each([-1, 1]) },
      ...{ mean: each([-1, 1]), variance: each([0.1, 3]) },
    };
  });

/** Kernel and bias of every layer, as one sum with uneven weights, by kernels, scales and offsets. */
function foldOperation(layers: readonly NormalizedLayer[], fold: typeof foldNormalizations): Operation {
  return (args) => {
    const n = layers.length;
    const given = layers.map((layer, i) => ({
      ...layer,
      ...{ kernel: args[i] as Tensor4D, gamma: args[n + i] as Tensor1D, beta: args[2 * n + i] as Tensor1D },
    }));
    return tf.concat(fold(given, 1e-3).flatMap(({ kernel, bias }) => [tf.reshape(kernel, [-1]), bias as Tensor]));
  };
}

function forms(): void {
  describe.each(CASES)('$name', ({ native, plain: onTfjs, shapes }) => {
    const operands = () => shapes.map((shape) => random(shape));

    it('is the same with our kernels, with those of TensorFlow and in its plain form, in value and gradients', () => {
      tf.tidy(() => {
        const args = operands();
        const tolerance = { absolute: 5e-5, relative: 5e-5 };
        expectSameForms(native, onTfjs, args, tolerance);
        withoutCustom(() => expectSameForms(native, onTfjs, args, tolerance));
      });
    });

    it('borrows its arguments and leaves nothing behind, with our kernels and without', () => {
      const args = operands();
      expectBorrows(native, args);
      withoutCustom(() => expectBorrows(native, args));
      tf.dispose(args);
    });
  });
}

function folding(): void {
  const SHAPES = [
    [1, 1, 5, 7],
    [3, 3, 6, 1],
    [3, 3, 2, 40],
    [5, 5, 300, 1],
  ];
  it('folds many layers as it folds one, in value and gradients', () => {
    tf.tidy(() => {
      const layers = layersOf(SHAPES);
      const args = (['kernel', 'gamma', 'beta'] as const).flatMap((field) => layers.map((layer) => layer[field]));
      const one: typeof foldNormalizations = (given, epsilon) => given.map((layer) => plainFold(layer, epsilon));
      const [many, each] = [foldOperation(layers, foldNormalizations), foldOperation(layers, one)];
      expectSameForms(many, each, args, { absolute: 2e-4, relative: 2e-5 });
      withoutCustom(() => expectSameForms(many, each, args, 0));
    });
  });

  it('gives the layers that a loss reads their gradients where it leaves others out', () => {
    tf.tidy(() => {
      const layers = layersOf(SHAPES);
      const slope = tf.grads((first: Tensor, second: Tensor) => {
        const given = layers.map((layer, i) => (i < 2 ? { ...layer, gamma: [first, second][i] as Tensor1D } : layer));
        return tf.sum(foldNormalizations(given, 1e-3)[1]!.bias);
      })([layers[0]!.gamma, layers[1]!.gamma]);
      expect(plain(slope[0]!).every((x) => x === 0)).toBe(true);
      expect(plain(slope[1]!).some((x) => x !== 0)).toBe(true);
    });
  });
}

function numerics(): void {
  it('sums a bias gradient over many blocks of rows', () => {
    tf.tidy(() => {
      const [dy, y] = [random([5000, 17]), random([5000, 17], [-2, 8])];
      const [dz, db] = biasActivateGradient(dy, y, 'relu6');
      withoutCustom(() => {
        const [other, sums] = biasActivateGradient(dy, y, 'relu6');
        expectClose(dz, other, 0);
        expectClose(db, sums, { absolute: 2e-3, relative: 1e-5 });
      });
    });
  });

  it('hands a number that is none on, so that training stops at it', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([NaN, 1, 2, 3], [2, 2]);
      const bias = tf.zeros([2]) as Tensor1D;
      for (const y of [
        biasActivate(tf.add(x, 0), bias, 'relu6'),
        gelu(x),
        layerNorm(x, tf.ones([2]), bias, 1e-6),
        runCustomOne('Softmax', [], [x]),
      ])
        expect(plain(y).map(Number.isNaN)).toEqual(
          y.shape.length === 2 && plain(y).slice(0, 2).every(Number.isNaN)
            ? [true, true, false, false]
            : [true, false, false, false],
        );
      expect(Number.isNaN(plain(globalNorm([x]))[0]!)).toBe(true);
    });
  });

  it('softmax of far numbers is finite and sums to 1', () => {
    tf.tidy(() => {
      const y = runCustomOne<Tensor>('Softmax', [], [tf.tensor2d([80, -80, 0, 1e4, -1e4, 1e4, -3e38, 0, 1], [3, 3])]);
      expectFinite(y);
      expectClose(tf.sum(y, 1), [1, 1, 1], 1e-6);
    });
  });

  it('says what is wrong with the shapes that it is given', () => {
    tf.tidy(() => {
      const x = random([4, 6]);
      const bias = [attribute.int('activation', 0)];
      expect(() => runCustom('BiasActivate', bias, [x, tf.zeros([5])], 0)).toThrow('one number for each channel');
      expect(() => runCustom('GeluGrad', [], [x, tf.zeros([4, 5])], 1)).toThrow('same shape');
      const norm = [attribute.float('epsilon', 1)];
      expect(() => runCustom('LayerNorm', norm, [x, tf.zeros([6]), tf.zeros([5])], 3)).toThrow(
        'gamma [d] and beta [d]',
      );
      const heads = [
        attribute.int('parts', 1),
        attribute.int('heads', 4),
        attribute.int('tokens', 2),
        attribute.float('scale', 1),
      ];
      expect(() => runCustom('SplitHeads', heads, [x], 1)).toThrow('divide into sequences and heads');
    });
  });
}

const SHAPES = [[3, 40, 1000], [7], [1]];

/** Values after some steps of an optimizer; one tensor is left out of the second step. */
function moved(kind: 'adam' | 'momentum'): number[][] {
  const own = createRng(4, 'moves');
  const made = SHAPES.map((shape) => ({
    variable: tf.tidy(() => tf.variable(randomTensor([...shape], own))),
    slots: kind === 'adam' ? [createSlot(shape), createSlot(shape)] : [createSlot(shape)],
    scratch: createSlot(shape),
  }));
  for (let count = 1; count <= 4; count++)
    tf.tidy(() => {
      const all = made.map((one, i): Move => {
        const gradient = randomTensor([...SHAPES[i]!], own);
        return { ...one, gradient, rate: 0.01 * (i + 1), decay: i === 1 ? 0 : 1e-3 };
      });
      const moves = count === 2 ? all.slice(1) : all;
      if (kind === 'adam') adamUpdate(moves, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, count, scale: 0.5 });
      else momentumUpdate(moves, { momentum: 0.9, scale: 0.5 });
    });
  const values = made.flatMap(({ variable, slots }) => [
    plain(variable),
    ...slots.map((slot) => tf.tidy(() => plain(slot.read()))),
  ]);
  for (const { variable, slots, scratch } of made) {
    variable.dispose();
    for (const slot of [...slots, scratch]) slot.dispose();
  }
  return values;
}

function optimizers(): void {
  it.each(['adam', 'momentum'] as const)('%s moves all parameters in one call as it moves each', (kind) => {
    const [together, each] = [moved(kind), withoutCustom(() => moved(kind))];
    together.forEach((values, i) => expectClose(values, each[i]!, { absolute: 1e-6, relative: 1e-5 }));
  });

  it('a slot hands out copies: what was read does not change with it', () => {
    tf.tidy(() => {
      const [variable, slot] = [tf.variable(tf.ones([2])), createSlot([2])];
      slot.write(tf.tensor1d([1, 2]));
      const before = slot.read();
      momentumUpdate([{ variable, slots: [slot], gradient: tf.ones([2]), rate: 1, decay: 0 }], {
        momentum: 1,
        scale: 1,
      });
      expect(plain(before)).toEqual([1, 2]);
      expect(plain(slot.read())).toEqual([2, 3]);
      expect(plain(variable)).toEqual([-1, -2]);
      tf.dispose(variable);
      slot.dispose();
    });
  });
}

/** The whole suite, with our kernels of the level that the process was told to use. */
export function kernelForms(): void {
  afterEach(() => expect(tf.memory().numTensors).toBe(0));
  forms();
  describe('batch norm folded', folding);
  describe('numbers', numerics);
  describe('optimizers', optimizers);
}
