import { describe, expect, it } from 'vitest';
import * as tf from '../tf';
import type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from '../tf';
import { expectClose } from '../testing/close';
import { randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import { lossesAndGradients, stopGradient } from './gradient';
import { globalNorm } from './kernels';
import { createRng } from './rng';

const rng = createRng(1, 'gradient');

describe('stopGradient', () => {
  it('keeps the values and lets nothing back', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, -2, 3]);
      expectClose(stopGradient(x), x, 0);
      expectClose(tf.grad((at) => tf.sum(tf.mul(at, stopGradient(tf.square(at)))))(x), [1, 4, 9], 0);
    });
  });

  it('holds back through many operations, on both sides of it', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([2, 3]);
      const f = (at: Tensor) => tf.sum(tf.add(tf.exp(stopGradient(tf.square(tf.relu(at)))), tf.mul(at, 5))) as Scalar;
      expectClose(tf.grad(f)(x), [5, 5], 0);
    });
  });

  it('lets operations without a gradient follow', () => {
    tf.tidy(() => {
      const images = randomTensor<Tensor4D>([1, 4, 4, 2], rng);
      const f = (at: Tensor) => {
        const seen = stopGradient(tf.mul(at, 2)) as Tensor4D;
        const cut = tf.image.cropAndResize(seen, tf.tensor2d([[0, 0, 1, 1]]), tf.tensor1d([0], 'int32'), [3, 3]);
        const best = tf.cast(tf.argMax(tf.reshape(cut, [1, 18]), 1), 'float32');
        return tf.add(tf.mul(tf.sum(at), 3), tf.add(tf.sum(cut), tf.sum(best))) as Scalar;
      };
      expectClose(tf.grad(f)(images), new Float32Array(32).fill(3), 0);
    });
  });

  it('shares the data and owns nothing else: either may be disposed first', () => {
    expectNoLeak(() => {
      const x = tf.tensor1d([1, 2, 3]);
      const buffers = tf.memory().numDataBuffers;
      const stopped = stopGradient(x);
      expect(tf.memory().numDataBuffers).toBe(buffers);
      x.dispose();
      expectClose(stopped, [1, 2, 3], 0);
      stopped.dispose();
    });
    expectNoLeak(() => {
      const x = tf.tensor1d([1, 2, 3]);
      stopGradient(x).dispose();
      expectClose(x, [1, 2, 3], 0);
      x.dispose();
    });
  });

  it('belongs to the scope it is made in', () => {
    const x = tf.tensor1d([1, 2]);
    expectNoLeak(() => void tf.tidy(() => tf.tidy(() => stopGradient(x)).shape));
    expect(x.isDisposed).toBe(false);
    x.dispose();
  });

  it('keeps the values that a variable had', () => {
    tf.tidy(() => {
      const variable = tf.variable(tf.tensor1d([1, 2]));
      const before = stopGradient<Tensor>(variable);
      variable.assign(tf.tensor1d([5, 6]));
      expectClose(before, [1, 2], 0);
      variable.dispose();
    });
  });
});

interface Setting {
  readonly shared: Variable;
  readonly heads: readonly Variable[];
  readonly x: Tensor2D;
}

function withSetting(work: (setting: Setting) => void): void {
  tf.tidy(() => {
    const variable = (shape: number[]) => tf.variable(randomTensor(shape, rng));
    const setting = {
      shared: variable([3, 4]),
      heads: [variable([4, 2]), variable([4, 2])],
      x: randomTensor<Tensor2D>([5, 3], rng),
    };
    work(setting);
    tf.dispose([setting.shared, ...setting.heads]);
  });
}

/** Two losses over a shared layer, each with its own head. */
function twoLosses({ shared, heads, x }: Setting): Scalar[] {
  const h = tf.tanh(tf.matMul(x, shared as unknown as Tensor2D));
  return heads.map(
    (head, i) => tf.mean(tf.pow(tf.matMul(h as Tensor2D, head as unknown as Tensor2D), 2 + i)) as Scalar,
  );
}

describe('lossesAndGradients', () => {
  const weights = [0.7, -1.3];

  it('equals separate variableGrads, weighted and summed', () => {
    withSetting((setting) => {
      const variables = [setting.shared, ...setting.heads];
      const forward = () => ({ values: tf.stack(twoLosses(setting)) as Tensor1D, aux: {} });
      const found = lossesAndGradients(forward, variables, tf.tensor1d(weights));
      const alone = [0, 1].map((i) => tf.variableGrads(() => twoLosses(setting)[i]!, variables));
      expectClose(
        found.values,
        alone.map(({ value }) => value.dataSync()[0]!),
        1e-6,
      );
      for (const { name } of variables) {
        const parts = alone.map(({ grads }, i) => tf.mul(grads[name] ?? tf.scalar(0), weights[i]!));
        expectClose(found.gradients[name]!, tf.add(parts[0]!, parts[1]!), 1e-6);
      }
    });
  });

  it('gives no gradient to what is not listed or not reached', () => {
    withSetting((setting) => {
      const [first, second] = setting.heads as [Variable, Variable];
      const forward = () => ({ values: tf.stack([twoLosses(setting)[0]!]) as Tensor1D, aux: {} });
      const { gradients } = lossesAndGradients(forward, [first, second], tf.tensor1d([1]));
      expect(Object.keys(gradients)).toEqual([first.name]);
    });
  });

  it('hands out what the forward pass found, without a gradient through it', () => {
    withSetting((setting) => {
      const forward = () => {
        const losses = twoLosses(setting);
        return { values: tf.stack(losses) as Tensor1D, aux: { twice: tf.mul(losses[0]!, 2) } };
      };
      const { values, aux } = lossesAndGradients(forward, [setting.shared], tf.tensor1d(weights));
      expectClose(aux.twice, 2 * values.dataSync()[0]!, 1e-6);
    });
  });

  const variable = tf.variable(tf.tensor1d([1, 2]));
  const run = (aux: (y: Tensor) => NamedTensorMap) =>
    tf.tidy(() => {
      const forward = () => {
        const y = tf.square(variable);
        return { values: tf.stack([tf.sum(y)]) as Tensor1D, aux: aux(y) };
      };
      const { values, aux: found, gradients } = lossesAndGradients(forward, [variable], tf.tensor1d([1]));
      return [values, ...Object.values(found), ...Object.values(gradients)];
    });

  it('leaves nothing behind in a scope, nor outside one, nor where the forward pass fails', () => {
    expectNoLeak(() => tf.dispose(run((y) => ({ y, values: tf.neg(y) }))));
    expectNoLeak(() => void tf.tidy(() => run((y) => ({ y })).length));
    expectNoLeak(() => {
      const weight = tf.tensor1d([1]);
      const { values, aux, gradients } = lossesAndGradients(
        () => ({ values: tf.stack([tf.sum(variable)]) as Tensor1D, aux: { v: tf.neg(variable) } }),
        [variable],
        weight,
      );
      tf.dispose([weight, values, aux.v, ...Object.values(gradients)]);
    });
    expectNoLeak(() =>
      expect(() =>
        run(() => {
          throw new Error('forward failed');
        }),
      ).toThrow('forward failed'),
    );
  });

  it('says so where no term depends on the variables, and leaves nothing behind', () => {
    expectNoLeak(() =>
      tf.tidy(() => {
        const forward = () => ({ values: tf.tensor1d([1]), aux: { kept: tf.scalar(1) } });
        expect(() => lossesAndGradients(forward, [variable], tf.tensor1d([1]))).toThrow(
          'no term depends on any of the variables',
        );
      }),
    );
  });
});

describe('globalNorm', () => {
  it('is the length of all tensors as one vector', () => {
    tf.tidy(() => expectClose(globalNorm([tf.tensor1d([3, 0]), tf.tensor2d([[4], [12]])]), 13, 1e-6));
  });
});
