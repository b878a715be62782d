import { afterEach, describe, expect, it } from 'vitest';
import { lossesAndGradients, offTape } from '../gradient';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../../tf';
import { expectClose, expectFinite, plain } from '../../testing/close';
import { expectBorrows, expectSameForms, weighted } from '../../testing/forms';
import type { Operation } from '../../testing/forms';
import { checkGradient, randomTensor } from '../../testing/gradcheck';
import { expectNoLeak } from '../../testing/leak';
import { rowsOf } from '../../testing/reference';
import { attention as reference } from '../../testing/reference-transformer';
import { plainSelfAttention, selfAttention } from './attention';
import type { Attended, AttentionOptions } from './attention';

afterEach(async () => {
  expect(tf.memory().numTensors).toBe(0);
  await tf.setBackend('tensorflow');
});

const rng = createRng(1, 'attention');

interface Case extends AttentionOptions {
  readonly n: number;
  readonly size: number;
}

const operand = ({ n, tokens, heads, size }: Case): Tensor2D =>
  randomTensor([n * tokens, 3 * heads * size], rng, [-2, 2]);

const of =
  (attend: typeof selfAttention, options: AttentionOptions): Operation =>
  ([qkv]) =>
    attend(qkv as Tensor2D, options).y;

const CASES: readonly Case[] = [
  { n: 1, tokens: 1, heads: 1, size: 1 },
  { n: 1, tokens: 6, heads: 1, size: 3 },
  { n: 2, tokens: 5, heads: 3, size: 4 },
  { n: 3, tokens: 7, heads: 2, size: 1 },
  { n: 4, tokens: 2, heads: 1, size: 3 },
  { n: 1, tokens: 17, heads: 3, size: 64 },
];
const SMALL = CASES[2]!;
/** A scalar whose gradient would be far off if the probabilities had one. */
const withProbabilities = (qkv: Tensor, options: AttentionOptions): Scalar => {
  const { y, probabilities } = selfAttention(qkv as Tensor2D, options);
  const weights = randomTensor(probabilities.shape, createRng(3), [0, 100]);
  return tf.add(tf.sum(tf.square(y)), tf.sum(tf.mul(probabilities, weights)));
};

describe('selfAttention', () => {
  it.each(CASES)('on native kernels equals plain tfjs in value and gradient, with its probabilities: %o', (one) => {
    tf.tidy(() => {
      const qkv = operand(one);
      expectSameForms(of(selfAttention, one), of(plainSelfAttention, one), [qkv], { absolute: 1e-5, relative: 1e-5 });
      const [native, onTfjs] = [selfAttention(qkv, one), plainSelfAttention(qkv, one)];
      expect(native.y.shape).toEqual([one.n * one.tokens, one.heads * one.size]);
      expect(native.probabilities.shape).toEqual([one.n, one.heads, one.tokens, one.tokens]);
      expect(onTfjs.probabilities.shape).toEqual(native.probabilities.shape);
      expectClose(native.probabilities, onTfjs.probabilities, 1e-6);
    });
  });

  it.each(['tensorflow', 'cpu'])('equals loops over its equation on backend %s', async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      for (const one of [CASES[1]!, SMALL, CASES[4]!]) {
        const qkv = operand(one);
        const { y, probabilities } = selfAttention(qkv, one);
        const expected = reference(rowsOf(plain(qkv), 3 * one.heads * one.size), one.heads, one.tokens);
        expectClose(y, expected.y.flat(), 2e-6);
        expectClose(probabilities, expected.probabilities.flat(2), 1e-6);
      }
    });
  });

  it('has the gradient that differences show', () => {
    tf.tidy(() => {
      for (const one of [CASES[1]!, SMALL]) {
        checkGradient((at) => weighted(of(selfAttention, one))(at) as Scalar, operand(one), { rng, directions: 8 });
      }
    });
  });

  it('mixes no sequence with another, and no head with another', () => {
    tf.tidy(() => {
      const qkv = operand(SMALL);
      const { tokens, heads, size } = SMALL;
      const d = heads * size;
      const both = selfAttention(qkv, SMALL).y;
      const second = selfAttention(tf.slice(qkv, [tokens, 0], [tokens, -1]), SMALL).y;
      expectClose(second, tf.slice(both, [tokens, 0], [tokens, -1]), 1e-6);
      const part = (which: number) => tf.slice(qkv, [0, which * d + size], [-1, size]);
      const alone = selfAttention(tf.concat([part(0), part(1), part(2)], 1) as Tensor2D, { heads: 1, tokens }).y;
      expectClose(alone, tf.slice(both, [0, size], [-1, size]), 1e-6);
    });
  });

  it('hands a lone token its own values, with no gradient for query and key', () => {
    tf.tidy(() => {
      const qkv = operand({ n: 3, tokens: 1, heads: 2, size: 2 });
      const { y, probabilities } = selfAttention(qkv, { heads: 2, tokens: 1 });
      expectClose(y, tf.slice(qkv, [0, 8], [-1, 4]), 0);
      expect(plain(probabilities)).toEqual(new Array(6).fill(1));
      const gradient = tf.grad((at) => tf.sum(selfAttention(at as Tensor2D, { heads: 2, tokens: 1 }).y))(qkv);
      expectClose(tf.slice(gradient, [0, 0], [-1, 8]), new Float32Array(24), 1e-6);
      expectClose(tf.slice(gradient, [0, 8], [-1, 4]), new Float32Array(12).fill(1), 1e-6);
    });
  });

  it('stays finite where logits are extreme, one token takes all, and equals the plain form there', () => {
    tf.tidy(() => {
      for (const scale of [30, 1e3, 1e8]) {
        const qkv = tf.mul(operand(SMALL), scale) as Tensor2D;
        const [native, onTfjs] = [of(selfAttention, SMALL), of(plainSelfAttention, SMALL)];
        const gradient = tf.grad(weighted(native))(qkv);
        expectFinite(gradient);
        const value = native([qkv]);
        expectClose(value, onTfjs([qkv]), { absolute: 1e-4 * scale });
        expectFinite(selfAttention(qkv, SMALL).probabilities);
      }
      const alike = tf.fill([SMALL.n * SMALL.tokens, 3 * SMALL.heads * SMALL.size], 80) as Tensor2D;
      expectClose(selfAttention(alike, SMALL).probabilities, tf.fill([2, 3, 5, 5], 1 / 5), 1e-6);
      expectFinite(tf.grad(weighted(of(selfAttention, SMALL)))(alike));
    });
  });

  it.each(['tensorflow', 'cpu'])('refuses rows and columns that do not divide, on backend %s', async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const qkv = tf.zeros<tf.Rank.R2>([10, 12]);
      expect(() => selfAttention(qkv, { heads: 2, tokens: 4 })).toThrow(
        '10 rows are no whole number of sequences of 4 tokens',
      );
      expect(() => selfAttention(qkv, { heads: 3, tokens: 5 })).toThrow('12 columns do not split into 3 x 3 heads');
    });
  });
});

describe('its probabilities', () => {
  it.each(['tensorflow', 'cpu'])('sum to 1 over each row, on backend %s', async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      for (const scale of [1, 40]) {
        const { probabilities } = selfAttention(tf.mul(operand(SMALL), scale), SMALL);
        expectClose(tf.sum(probabilities, -1), tf.ones([2 * 3 * 5]), 1e-6);
        expect(Math.min(...plain(probabilities))).toBeGreaterThanOrEqual(0);
      }
    });
  });

  it.each(['tensorflow', 'cpu'])('carry no gradient, on backend %s', async (backend) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const qkv = operand(SMALL);
      const alone = tf.grad((at: Tensor) => tf.sum(tf.square(selfAttention(at as Tensor2D, SMALL).y)))(qkv);
      expectClose(tf.grad((at: Tensor) => withProbabilities(at, SMALL))(qkv), alone, 0);
      // An operation without a gradient may follow them: a threshold, the largest one.
      const steered = (at: Tensor) => {
        const { y, probabilities } = selfAttention(at as Tensor2D, SMALL);
        return tf.add(tf.sum(tf.square(y)), tf.sum(tf.cast(tf.argMax(probabilities, -1), 'float32')));
      };
      expectClose(tf.grad(steered)(qkv), alone, 0);
    });
  });

  it('belong to the scope they are asked in: gone with it, or returned from it, however deep', () => {
    const qkv = operand(SMALL);
    const nested = (): Attended =>
      tf.tidy(() => tf.tidy(() => selfAttention(qkv, SMALL) as unknown as tf.TensorContainer)) as unknown as Attended;
    const before = tf.memory().numTensors;
    const y = tf.tidy(() => nested().y);
    expect(tf.memory().numTensors).toBe(before + 1);
    const probabilities = tf.tidy(() => nested().probabilities);
    expect(tf.memory().numTensors).toBe(before + 2);
    expect(plain(probabilities).reduce((a, b) => a + b)).toBeCloseTo(2 * 3 * 5, 4);
    tf.dispose([y, probabilities]);
    expectNoLeak(() => void tf.tidy(() => [nested()].length));
    expectNoLeak(() => tf.dispose(nested() as never));
    expectNoLeak(() => tf.dispose(selfAttention(qkv, SMALL) as never));
    qkv.dispose();
  });

  it('leave a gradient as results beside it, and nothing behind where nobody wants them', () => {
    const [variable, weights] = [tf.tidy(() => tf.variable(operand(SMALL))), tf.ones<tf.Rank.R1>([1])];
    const attended = (): Attended =>
      tf.tidy(() => selfAttention(variable, SMALL) as unknown as tf.TensorContainer) as unknown as Attended;
    const differentiate = (loss: (seen: Attended) => Tensor, wanted: boolean) => {
      const forward = () => {
        const seen = attended();
        const aux: Record<string, Tensor> = wanted ? { probabilities: seen.probabilities } : {};
        return { values: tf.reshape(loss(seen), [1]) as Tensor1D, aux };
      };
      return lossesAndGradients(forward, [variable], weights);
    };
    for (const wanted of [true, false]) {
      expectNoLeak(() => {
        const { values, aux, gradients } = differentiate(({ y }) => tf.sum(tf.square(y)), wanted);
        expect(Object.values(aux).map(({ shape }) => shape)).toEqual(wanted ? [[2, 3, 5, 5]] : []);
        tf.dispose([values, ...Object.values(aux), ...Object.values(gradients)]);
      });
    }
    const ofThemAlone = () => differentiate(({ probabilities }) => tf.sum(probabilities), false);
    expectNoLeak(() => expect(ofThemAlone).toThrow('nothing to differentiate'));
    tf.dispose([variable, weights]);
  });

  it('are dropped at once off the tape, and kept with the values on it', () => {
    const held = (around: (work: () => Tensor) => Tensor): number => {
      let buffers = 0;
      tf.tidy(() => {
        const f = (at: Tensor) => {
          const before = tf.memory().numDataBuffers;
          around(() => selfAttention(at as Tensor2D, SMALL).y).dispose();
          buffers = tf.memory().numDataBuffers - before;
          return tf.sum(at);
        };
        tf.grad(f)(operand(SMALL));
      });
      return buffers;
    };
    expect(held((work) => offTape(() => tf.tidy(work)))).toBe(0);
    expect(held((work) => tf.tidy(work))).toBe(1);
  });
});

it('borrows its argument and leaves nothing behind', () => {
  const qkv = operand(SMALL);
  expectBorrows(([x]) => tf.tidy(() => selfAttention(x as Tensor2D, SMALL).y), [qkv]);
  qkv.dispose();
});
