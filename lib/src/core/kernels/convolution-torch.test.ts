/** Convolution as torchvision's networks have it: zeros on all sides, and ReLU. */
import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '../../tf';
import { expectClose, largestDifference, plain } from '../../testing/close';
import { expectBorrows, expectSameForms, weighted } from '../../testing/forms';
import type { Operation } from '../../testing/forms';
import { checkGradient, randomTensor } from '../../testing/gradcheck';
import { activated } from './activation';
import { convolution, plainConvolution } from './convolution';
import type { ConvolutionOptions } from './convolution';

afterEach(async () => {
  expect(tf.memory().numTensors).toBe(0);
  await tf.setBackend('tensorflow');
});

interface Case {
  readonly kernel: number;
  readonly stride: number;
  readonly side: readonly [number, number];
  readonly activation?: 'relu' | 'none';
}

const rng = createRng(1, 'convolution torch');
const [BATCH, INPUTS, OUTPUTS] = [2, 3, 4];

const operands = ({ kernel, side }: Case): [Tensor4D, Tensor4D, Tensor1D] => [
  randomTensor([BATCH, ...side, INPUTS], rng, [-2, 2]),
  randomTensor([kernel, kernel, INPUTS, OUTPUTS], rng),
  randomTensor([OUTPUTS], rng),
];

const optionsOf = ({ stride, activation = 'relu' }: Case): ConvolutionOptions => ({
  ...{ stride, depthwise: false, activation, padding: 'torch' },
});

const of =
  (convolve: typeof convolution, options: ConvolutionOptions): Operation =>
  ([x, kernel, bias]) =>
    convolve(x as Tensor4D, kernel as Tensor4D, bias as Tensor1D, options);

const CASES: readonly Case[] = [
  ...[1, 3, 5, 7].flatMap((kernel) =>
    [1, 2].flatMap((stride) => [2, 5, 8].map((side): Case => ({ kernel, stride, side: [side, side] }))),
  ),
  { kernel: 3, stride: 2, side: [1, 1] },
  { kernel: 3, stride: 2, side: [7, 4] },
  { kernel: 7, stride: 2, side: [12, 9], activation: 'none' },
  { kernel: 1, stride: 2, side: [5, 6], activation: 'none' },
  { kernel: 3, stride: 3, side: [10, 10] },
];

/** y[i, j] = act(b + sum over a, b of x[s i + a - p, s j + b - p] k[a, b]), p = (k - 1) / 2, zero outside of x. */
function loops(x: Tensor4D, weights: Tensor4D, bias: Tensor1D, { stride, activation }: ConvolutionOptions): number[] {
  const [n, h, w, c] = x.shape;
  const [k, , , d] = weights.shape;
  const [values, taps, offsets] = [plain(x), plain(weights), plain(bias)];
  const p = (k - 1) / 2;
  const at = (image: number, row: number, column: number, channel: number): number =>
    row < 0 || row >= h || column < 0 || column >= w ? 0 : values[((image * h + row) * w + column) * c + channel]!;
  const result: number[] = [];
  for (let image = 0; image < n; image++)
    for (let i = 0; i * stride < h; i++)
      for (let j = 0; j * stride < w; j++)
        for (let out = 0; out < d; out++) {
          let sum = offsets[out]!;
          for (let a = 0; a < k; a++)
            for (let b = 0; b < k; b++)
              for (let channel = 0; channel < c; channel++)
                sum +=
                  at(image, stride * i + a - p, stride * j + b - p, channel) *
                  taps[((a * k + b) * c + channel) * d + out]!;
          result.push(activation === 'relu' ? Math.max(sum, 0) : sum);
        }
  return result;
}

const name = ({ kernel, stride, side }: Case): string => `${kernel}x${kernel} stride ${stride} on ${side.join('x')}`;

describe('convolution with torch padding', () => {
  it.each(CASES.map((one) => [name(one), one] as const))(
    'on native kernels equals plain tfjs in value and all gradients: %s',
    (_name, one) => {
      tf.tidy(() => {
        const [native, onTfjs] = [convolution, plainConvolution].map((form) => of(form, optionsOf(one)));
        expectSameForms(native!, onTfjs!, operands(one), { absolute: 5e-5, relative: 1e-5 });
      });
    },
  );

  it.each(['tensorflow', 'cpu'])('equals loops over its equation on backend %s', async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      for (const one of CASES) {
        const args = operands(one);
        const y = convolution(...args, optionsOf(one));
        expect(y.shape).toEqual([BATCH, ...one.side.map((n) => Math.ceil(n / one.stride)), OUTPUTS]);
        expectClose(y, loops(...args, optionsOf(one)), 2e-5);
      }
    });
  });

  it('has the gradient that differences show, by each argument', () => {
    tf.tidy(() => {
      const one: Case = { kernel: 3, stride: 2, side: [5, 4], activation: 'none' };
      const args = operands(one);
      args.forEach((arg, i) => {
        const operation = of(convolution, optionsOf(one));
        const f = (at: Tensor) => weighted(operation)(...args.map((own, j) => (i === j ? at : own))) as Scalar;
        checkGradient(f, arg, { rng });
      });
    });
  });

  it('sees other pixels than the padding "same" for stride 2 on an even side, and the same ones elsewhere', () => {
    tf.tidy(() => {
      const differ = (one: Case): number => {
        const args = operands(one);
        const options = optionsOf({ ...one, activation: 'none' });
        return largestDifference(convolution(...args, options), convolution(...args, { ...options, padding: 'same' }));
      };
      expect(differ({ kernel: 3, stride: 2, side: [6, 6] })).toBeGreaterThan(1);
      expect(differ({ kernel: 3, stride: 2, side: [7, 7] })).toBeLessThan(1e-5);
      expect(differ({ kernel: 3, stride: 1, side: [6, 6] })).toBeLessThan(1e-5);
      expect(differ({ kernel: 1, stride: 2, side: [6, 6] })).toBeLessThan(1e-5);
    });
  });

  it('gives a fixed input no gradient, and kernel and bias theirs', () => {
    tf.tidy(() => {
      const one: Case = { kernel: 7, stride: 2, side: [8, 8] };
      const [x, kernel, bias] = operands(one);
      const by = (fixedInput: boolean) => {
        const operation = of(convolution, { ...optionsOf(one), fixedInput });
        return tf.grads(((k: Tensor, b: Tensor) => weighted(operation)(x, k, b)) as never)([kernel, bias] as never);
      };
      const [fixed, free] = [by(true), by(false)] as unknown as Tensor[][];
      fixed!.forEach((gradient, i) => expectClose(gradient, free![i]!, 0));
    });
  });

  it.each(['tensorflow', 'cpu'])(
    'refuses what has no middle, and depthwise kernels, on backend %s',
    async (backend) => {
      await tf.setBackend(backend);
      tf.tidy(() => {
        const [x, , bias] = operands(CASES[0]!);
        const even = tf.zeros<tf.Rank.R4>([2, 2, INPUTS, OUTPUTS]);
        const options = optionsOf({ kernel: 2, stride: 1, side: [2, 2] });
        expect(() => convolution(x, even, bias, options)).toThrow('a 2 x 2 kernel has no middle');
        const deep = tf.zeros<tf.Rank.R4>([3, 3, INPUTS, 1]);
        expect(() => convolution(x, deep, bias, { ...options, depthwise: true })).toThrow('"torch" is for dense ones');
      });
    },
  );

  it('borrows its arguments and leaves nothing behind', () => {
    for (const one of [CASES[0]!, { kernel: 3, stride: 2, side: [4, 5] } as const]) {
      const args = operands(one);
      expectBorrows(of(convolution, optionsOf(one)), args);
      tf.dispose(args);
    }
  });
});

describe('ReLU', () => {
  it('passes the gradient above zero alone, as PyTorch', () => {
    const z = [-7, -1e-3, 0, 1e-3, 6, 80];
    tf.tidy(() => {
      const x = tf.tensor4d(z, [1, 1, z.length, 1]);
      const options = optionsOf({ kernel: 1, stride: 1, side: [1, 6] });
      const f = (at: Tensor) => convolution(at as Tensor4D, tf.ones([1, 1, 1, 1]), tf.zeros([1]), options);
      expectClose(f(x), [0, 0, 0, 1e-3, 6, 80], 1e-9);
      expect(plain(tf.grad((at: Tensor) => tf.sum(f(at)))(x))).toEqual([0, 0, 0, 1, 1, 1]);
    });
  });

  it('is one of three activations', () => {
    tf.tidy(() => {
      const x = tf.tensor4d([-3, 2, 9], [1, 1, 1, 3]);
      expect(plain(activated(x, 'relu'))).toEqual([0, 2, 9]);
      expect(plain(activated(x, 'relu6'))).toEqual([0, 2, 6]);
      expect(activated(x, 'none')).toBe(x);
    });
  });
});
