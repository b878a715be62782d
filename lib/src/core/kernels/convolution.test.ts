import { describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '../../tf';
import { expectClose } from '../../testing/close';
import { randomTensor } from '../../testing/gradcheck';
import { expectNoLeak } from '../../testing/leak';
import { convolution, plainConvolution } from './convolution';
import type { ConvolutionOptions } from './convolution';

type Operation = typeof convolution;

interface Case {
  readonly side: readonly [number, number];
  readonly kernel: number;
  readonly stride: number;
  readonly depthwise: boolean;
  readonly activation?: 'relu6' | 'none';
  readonly batch?: number;
}

const [INPUTS, OUTPUTS] = [3, 4];

function operands({ side, kernel, depthwise, batch = 2 }: Case): [Tensor4D, Tensor4D, Tensor1D] {
  const rng = createRng(1, 'convolution', side[0], kernel);
  const outputs = depthwise ? INPUTS : OUTPUTS;
  return [
    randomTensor<Tensor4D>([batch, ...side, INPUTS], rng, [-3, 3]),
    randomTensor<Tensor4D>([kernel, kernel, INPUTS, depthwise ? 1 : outputs], rng),
    // Offsets around 3 put values on both sides of both corners of ReLU6.
    randomTensor<Tensor1D>([outputs], rng, [0, 4]),
  ];
}

/** Value, and gradients of sum(value * weights) by all three arguments: weights differ, so no error can cancel. */
function valueAndGradients(operation: Operation, one: Case): number[][] {
  return tf.tidy(() => {
    const args = operands(one);
    const options: ConvolutionOptions = { activation: 'relu6', ...one };
    const value = operation(...args, options);
    const weights = randomTensor(value.shape, createRng(2));
    const total = (...xs: Tensor[]) =>
      tf.sum(tf.mul(operation(xs[0] as Tensor4D, xs[1] as Tensor4D, xs[2] as Tensor1D, options), weights));
    return [value, ...tf.grads(total as never)(args)].map((t) => Array.from((t as Tensor).dataSync()));
  });
}

const SIDES = [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 24].map((n) => [n, n] as const);
const KINDS = [
  { kernel: 3, depthwise: false },
  { kernel: 1, depthwise: false },
  { kernel: 3, depthwise: true },
  { kernel: 5, depthwise: true },
];

describe('convolution on native kernels equals plain tfjs', () => {
  const cases = KINDS.flatMap((kind) => [1, 2].flatMap((stride) => SIDES.map((side) => ({ ...kind, stride, side }))));
  const oblong: Case[] = [
    { kernel: 5, depthwise: true, stride: 1, side: [6, 4] },
    { kernel: 5, depthwise: true, stride: 2, side: [4, 6] },
    { kernel: 5, depthwise: true, stride: 2, side: [12, 11] },
    { kernel: 5, depthwise: true, stride: 2, side: [6, 6], batch: 1 },
    { kernel: 3, depthwise: false, stride: 2, side: [7, 4] },
    { kernel: 1, depthwise: false, stride: 1, side: [5, 2], activation: 'none' },
    { kernel: 3, depthwise: true, stride: 1, side: [5, 6], activation: 'none' },
    { kernel: 5, depthwise: true, stride: 3, side: [12, 12] },
    { kernel: 5, depthwise: true, stride: 3, side: [7, 7] },
  ];
  const name = ({ depthwise, kernel, stride, side }: Case): string =>
    `${depthwise ? 'depthwise' : 'dense'} ${kernel}x${kernel} stride ${stride} on ${side.join('x')}`;
  it.each([...cases, ...oblong].map((one) => [name(one), one] as const))('%s', (_name, one) => {
    const [native, plain] = [valueAndGradients(convolution, one), valueAndGradients(plainConvolution, one)];
    const tolerance = { absolute: 2e-5, relative: 1e-5 };
    ['value', 'input', 'kernel', 'bias'].forEach((_what, i) => expectClose(native[i]!, plain[i]!, tolerance));
    expect(plain[2]!.some((value) => value !== 0)).toBe(true);
  });
});

describe('a fixed input', () => {
  it('gets no gradient; kernel and bias get theirs', () => {
    tf.tidy(() => {
      const args = operands({ ...KINDS[0]!, stride: 2, side: [6, 6] });
      const strided = { stride: 2, depthwise: false, activation: 'relu6' } as const;
      const run = (fixedInput: boolean) => {
        const variables = args.map((tensor) => tf.variable(tensor as Tensor));
        const [x, k, b] = variables as unknown as [Tensor4D, Tensor4D, Tensor1D];
        const f = () => tf.sum(tf.square(convolution(x, k, b, { ...strided, fixedInput }))) as Scalar;
        const { grads, value } = tf.variableGrads(f, variables);
        const found = variables.map(({ name }) => Array.from((grads[name] as Tensor | null)?.dataSync() ?? []));
        tf.dispose(variables);
        return [found, value.dataSync()[0]] as const;
      };
      const [[fixed, value], [free, same]] = [run(true), run(false)];
      expect(value).toBe(same);
      expect([fixed[1], fixed[2]]).toEqual([free[1], free[2]]);
      expect([fixed[0]!.length, free[0]!.length]).toEqual([0, args[0].size]);
    });
  });
});

describe('ReLU6', () => {
  it('passes no gradient at its corners and beyond, all of it between', () => {
    const z = [-1, 0, 1e-3, 3, 5.999, 6, 7];
    const gradient = tf.tidy(() => {
      const x = tf.tensor4d(z, [1, 1, z.length, 1]);
      const kernel = tf.ones([1, 1, 1, 1]) as Tensor4D;
      const f = (at: Tensor) => {
        const options = { stride: 1, depthwise: false, activation: 'relu6' } as const;
        return tf.sum(convolution(at as Tensor4D, kernel, tf.zeros([1]), options)) as Scalar;
      };
      return Array.from(tf.grad(f)(x).dataSync());
    });
    // As PyTorch. Plain tfjs passes the gradient at exactly 6, where no derivative exists.
    expect(gradient).toEqual([0, 0, 1, 1, 1, 0, 0]);
  });
});

const options = { stride: 1, depthwise: false, activation: 'none' } as const;

/**
 * The native gradient disposes the gradient it is given, as the tape walks backwards and never reads it again. These networks
 * would show it where something else still held that gradient.
 */
describe('gradients through shared tensors equal the plain form', () => {
  const networks: Record<string, (c: Operation, x: Tensor4D, k: Tensor4D, b: Tensor1D) => Tensor> = {
    'a residual connection': (c, x, k, b) => tf.add(c(x, k, b, options), x),
    'a residual connection over a shared output': (c, x, k, b) => {
      const y = c(x, k, b, options);
      return tf.add(c(y, k, b, options), y);
    },
    'a tensor used twice': (c, x, k, b) => {
      const y = c(x, k, b, options);
      return tf.mul(y, tf.add(y, y));
    },
    'the same kernel used twice': (c, x, k, b) => c(c(x, k, b, options), k, b, options),
    'reshape, clone, cast, stack and slice around it': (c, x, k, b) => {
      const y = c(tf.clone(tf.reshape(x, x.shape)) as Tensor4D, k, b, options);
      const parts = [tf.clone(y), tf.cast(y, 'float32'), tf.reshape(y, y.shape), tf.slice(y, [0, 0, 0, 0], y.shape)];
      return tf.addN([...parts, ...tf.unstack(tf.stack([y, y])), tf.neg(y)] as Tensor4D[]);
    },
    'an output that also steers a second branch': (c, x, k, b) => {
      const y = c(x, k, b, { ...options, activation: 'relu6' });
      const z = c(tf.relu(y) as Tensor4D, k, b, { ...options, activation: 'relu6' });
      return tf.add(tf.mul(z, y), tf.mean(y));
    },
  };
  it.each(Object.entries(networks))('%s', (_name, network) => {
    const run = (operation: Operation): number[][] =>
      tf.tidy(() => {
        const rng = createRng(3);
        const x = randomTensor<Tensor4D>([2, 4, 4, 3], rng);
        const kernel = randomTensor<Tensor4D>([3, 3, 3, 3], rng);
        const bias = randomTensor<Tensor1D>([3], rng);
        const f = (a: Tensor, k: Tensor, b: Tensor) =>
          tf.sum(tf.square(network(operation, a as Tensor4D, k as Tensor4D, b as Tensor1D)));
        return tf
          .grads(f as never)([x, kernel, bias])
          .map((t) => Array.from((t as Tensor).dataSync()));
      });
    const [native, plain] = [run(convolution), run(plainConvolution)];
    native.forEach((gradient, i) => expectClose(gradient, plain[i]!, { absolute: 1e-3, relative: 2e-5 }));
  });

  it('does not dispose a gradient that the caller handed in', () => {
    tf.tidy(() => {
      const x = randomTensor<Tensor4D>([1, 4, 4, 3], createRng(4));
      const kernel = randomTensor<Tensor4D>([3, 3, 3, 3], createRng(5));
      const dy = tf.ones([1, 4, 4, 3]);
      const f = (at: Tensor) => convolution(at as Tensor4D, kernel, tf.zeros([3]), options);
      tf.grad(f)(x, dy);
      expect(dy.isDisposed).toBe(false);
    });
  });
});

describe('ownership', () => {
  it('holds a constant number of gradient maps while the tape walks back', () => {
    const bytes: number[] = [];
    const probe = tf.customGrad((x) => ({
      value: (x as Tensor).clone(),
      gradFunc: (dy: Tensor) => {
        bytes.push(tf.memory().numBytes);
        return [dy.clone()];
      },
    }));
    const [map, layers] = [32 * 32 * 3 * 4, 8];
    tf.tidy(() => {
      const kernel = randomTensor<Tensor4D>([3, 3, 3, 3], createRng(6));
      const f = (at: Tensor) => {
        let x = probe(at) as Tensor4D;
        for (let i = 0; i < layers; i++) x = convolution(x, kernel, tf.zeros([3]), { ...options, activation: 'relu6' });
        return tf.sum(probe(x));
      };
      tf.grad(f)(randomTensor([1, 32, 32, 3], createRng(7)));
    });
    expect(bytes).toHaveLength(2);
    expect(bytes[1]! - bytes[0]!).toBeLessThan(4 * map);
  });

  it.each(KINDS)('leaves nothing behind and borrows its arguments (%o)', (kind) => {
    const args = operands({ ...kind, stride: 2, side: [12, 12] });
    const strided = { ...kind, stride: 2, activation: 'relu6' } as const;
    expectNoLeak(() => convolution(...args, strided).dispose());
    expectNoLeak(() =>
      tf.tidy(() => {
        const f = (...xs: Tensor[]) => tf.sum(convolution(xs[0] as Tensor4D, args[1], xs[1] as Tensor1D, strided));
        tf.grads(f as never)([args[0], args[2]]);
      }),
    );
    expect(args.map((tensor) => tensor.isDisposed)).toEqual([false, false, false]);
    tf.dispose(args);
  });
});
