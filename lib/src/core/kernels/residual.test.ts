import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../../tf';
import { expectClose } from '../../testing/close';
import { expectBorrows, expectSameForms } from '../../testing/forms';
import type { Operation } from '../../testing/forms';
import { checkGradient, randomTensor } from '../../testing/gradcheck';
import { plainSelfAttention, selfAttention } from './attention';
import { gelu, plainGelu } from './gelu';
import { layerNorm, plainLayerNorm } from './layer-norm';
import { linear, plainLinear } from './linear';
import { addResidual } from './residual';

afterEach(async () => {
  expect(tf.memory().numTensors).toBe(0);
  await tf.setBackend('tensorflow');
});

const rng = createRng(1, 'residual');
const native: Operation = ([x, y]) => addResidual(x as Tensor2D, y as Tensor2D);
const onTfjs: Operation = ([x, y]) => tf.add(x!, y!);
const operands = (rows: number, d: number): [Tensor2D, Tensor2D] => [
  randomTensor([rows, d], rng),
  randomTensor([rows, d], rng),
];

describe('addResidual', () => {
  it.each(['tensorflow', 'cpu'])('is an addition, in value and both gradients, on backend %s', async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      for (const [rows, d] of [
        [1, 1],
        [5, 3],
        [2, 8],
      ] as const)
        expectSameForms(native, onTfjs, operands(rows, d), 0);
    });
  });

  it('has the gradient that differences show, by each summand', () => {
    tf.tidy(() => {
      const [x, y] = operands(3, 4);
      checkGradient((at) => tf.sum(tf.square(native([at, y]))) as Scalar, x, { rng });
      checkGradient((at) => tf.sum(tf.square(native([x, at]))) as Scalar, y, { rng });
    });
  });

  it('counts a summand twice that is given twice', () => {
    tf.tidy(() => {
      const [x] = operands(3, 4);
      const gradient = tf.grad((at: Tensor) => tf.sum(native([at, at])))(x);
      expectClose(gradient, new Float32Array(12).fill(2), 0);
    });
  });

  it('keeps neither summand for the backward pass, where the addition of tfjs keeps both', () => {
    const held = (operation: Operation): number => {
      let bytes = 0;
      tf.tidy(() => {
        const f = (at: Tensor) => {
          const before = tf.memory().numBytes;
          const sum = tf.tidy(() => operation([tf.neg(at), tf.square(at)]));
          const kept = tf.memory().numBytes - before;
          bytes = kept - 4 * sum.size;
          return tf.sum(sum);
        };
        tf.grad(f)(operands(3, 4)[0]);
      });
      return bytes;
    };
    const [summand, input] = [3 * 4 * 4, 3 * 4 * 4];
    expect(held(onTfjs) - held(native)).toBe(2 * summand);
    expect(held(native)).toBeLessThanOrEqual(input);
  });

  it('disposes the gradient it is given as soon as both summands have theirs', () => {
    let given: Tensor | undefined;
    const disposed: boolean[] = [];
    const behind = tf.customGrad((x) => ({
      value: (x as Tensor).clone(),
      gradFunc: (dy: Tensor) => (given = dy.clone()),
    }));
    const before = tf.customGrad((x) => ({
      value: (x as Tensor).clone(),
      gradFunc: (dy: Tensor) => {
        disposed.push(given!.isDisposed);
        return dy.clone();
      },
    }));
    tf.tidy(() => {
      const f = (at: Tensor) => tf.sum(behind(native([before(at), before(at)])));
      expectClose(tf.grad(f)(operands(3, 4)[0]), new Float32Array(12).fill(2), 0);
    });
    expect(disposed).toEqual([true, true]);
  });

  it('borrows its arguments and leaves nothing behind', () => {
    const args = operands(3, 4);
    expectBorrows(native, args);
    tf.dispose(args);
  });
});

interface Layers {
  readonly linear: typeof linear;
  readonly norm: typeof layerNorm;
  readonly gelu: (x: Tensor2D) => Tensor2D;
  readonly attend: (x: Tensor2D) => Tensor2D;
  readonly add: (x: Tensor2D, y: Tensor2D) => Tensor2D;
}

const OPTIONS = { heads: 2, tokens: 3 };
const NATIVE: Layers = {
  ...{ linear, gelu, norm: layerNorm, add: addResidual },
  attend: (x) => selfAttention(x, OPTIONS).y,
};
const PLAIN: Layers = {
  ...{ linear: plainLinear, gelu: plainGelu, norm: plainLayerNorm, add: tf.add },
  attend: (x) => plainSelfAttention(x, OPTIONS).y,
};

/** Square weights, so that every layer can follow every other. */
interface Weights {
  readonly w: Tensor2D;
  readonly b: Tensor1D;
  readonly wide: Tensor2D;
  readonly wideBias: Tensor1D;
}

/**
 * The native gradients dispose the gradient they are given, as the tape walks backwards and never reads it again. These networks
 * would show it where something else still held that gradient.
 */
describe('gradients of a transformer through shared tensors equal the plain forms', () => {
  const networks: Record<string, (layers: Layers, x: Tensor2D, weights: Weights) => Tensor> = {
    'a whole block': (layers, x, { w, b, wide, wideBias }) => {
      const qkv = layers.linear(layers.norm(x, b, b, 1e-6), wide, wideBias);
      const attended = layers.add(x, layers.linear(layers.attend(qkv), w, b));
      const hidden = layers.gelu(layers.linear(layers.norm(attended, b, b, 1e-6), w, b));
      return layers.add(attended, layers.linear(hidden, w, b));
    },
    'a sum over a shared output': (layers, x, { w, b }) => {
      const y = layers.linear(x, w, b);
      return layers.add(layers.add(layers.gelu(y), y), layers.norm(y, b, b, 1e-6));
    },
    'an output used twice': (layers, x, { w, b }) => {
      const y = layers.gelu(layers.linear(x, w, b));
      return tf.mul(y, layers.add(y, y));
    },
    'the same weights used twice': (layers, x, { w, b }) => layers.linear(layers.gelu(layers.linear(x, w, b)), w, b),
    'queries, keys and values read twice': (layers, x, { wide, wideBias }) => {
      const qkv = layers.linear(x, wide, wideBias);
      return tf.concat([layers.attend(qkv), layers.attend(qkv), qkv], 1);
    },
    'reshape, clone, stack and slice around it': (layers, x, { w, b }) => {
      const y = layers.norm(layers.linear(tf.clone(tf.reshape(x, x.shape)) as Tensor2D, w, b), b, b, 1e-6);
      const parts = [
        tf.clone(y),
        tf.reshape(y, y.shape),
        tf.slice(y, [0, 0], y.shape),
        ...tf.unstack(tf.stack([y, y])),
      ];
      return layers.add(tf.addN(parts as Tensor2D[]), layers.gelu(y));
    },
    'a norm as scale and offset': (layers, x, { w, b }) => layers.norm(layers.linear(x, w, b), b, b, 0.1),
  };
  it.each(Object.entries(networks))('%s', (_name, network) => {
    tf.tidy(() => {
      const args = [[6, 4], [4, 4], [4], [4, 12], [12]].map((shape) => randomTensor(shape, rng, [-1, 1.5]));
      const form =
        (layers: Layers): Operation =>
        ([x, w, b, wide, wideBias]) => {
          const weights = { w, b, wide, wideBias } as unknown as Weights;
          // Not every network has every weight, and tfjs refuses to differentiate by what is not there.
          const all = tf.addN([w, b, wide, wideBias].map((weight) => tf.mean(weight!)));
          return tf.add(network(layers, x as Tensor2D, weights), all);
        };
      expectSameForms(form(NATIVE), form(PLAIN), args, { absolute: 2e-4, relative: 2e-5 });
    });
  });

  it('holds a constant number of gradients while the tape walks back', () => {
    const bytes: number[] = [];
    const probe = tf.customGrad((x) => ({
      value: (x as Tensor).clone(),
      gradFunc: (dy: Tensor) => {
        bytes.push(tf.memory().numBytes);
        return [dy.clone()];
      },
    }));
    const [rows, width, blocks] = [96, 16, 8];
    const each = Array.from({ length: blocks }, (): [Tensor2D, Tensor2D] => [
      randomTensor([width, 3 * width], rng),
      randomTensor([width, width], rng),
    ]);
    tf.tidy(() => {
      const [one, none, wideNone] = [tf.ones([width]), tf.zeros([width]), tf.zeros([3 * width])] as Tensor1D[];
      const f = (at: Tensor, ...weights: Tensor2D[]) => {
        let x = probe(at) as Tensor2D;
        for (let i = 0; i < blocks; i++) {
          const qkv = linear(layerNorm(x, one!, none!, 1e-6), weights[2 * i]!, wideNone!);
          x = gelu(linear(selfAttention(qkv, { heads: 2, tokens: 4 }).y, weights[2 * i + 1]!, none!));
        }
        return tf.sum(probe(x));
      };
      tf.grads(f as never)([randomTensor([rows, width], rng), ...each.flat()]);
    });
    tf.dispose(each);
    const [map, ownGradients] = [4 * rows * width, blocks * 4 * (4 * width * width + 6 * width)];
    expect(bytes).toHaveLength(2);
    expect(bytes[1]! - bytes[0]!).toBeLessThan(2 * map + ownGradients);
  });
});
