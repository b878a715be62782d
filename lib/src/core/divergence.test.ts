import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../tf';
import { expectClose, expectFinite, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as reference from '../testing/reference';
import { klParts } from '../testing/reference-ssdt';
import { crossEntropy, decoupledKl, softenedKl } from './divergence';
import { createRng } from './rng';

const rng = createRng(1, 'divergence');
const matrix = (n: number, c: number) =>
  fc.array(fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { minLength: c, maxLength: c }), {
    minLength: n,
    maxLength: n,
  });
const labelsOf = (values: number[]): Tensor1D => tf.tensor1d(values, 'int32');

describe('crossEntropy', () => {
  it('equals the reference loops', () => {
    const share = fc.double({ min: 0, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(matrix(3, 4), fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }), share, (z, y, smoothing) =>
        tf.tidy(() => {
          const loss = crossEntropy(tf.tensor2d(z), labelsOf(y), smoothing);
          expectClose(loss, reference.crossEntropy(z, y, smoothing), { absolute: 1e-5, relative: 1e-6 });
        }),
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  it('is log C for equal logits, whatever the smoothing', () => {
    tf.tidy(() => {
      for (const smoothing of [0, 0.1, 0.5]) {
        expectClose(crossEntropy(tf.fill([2, 5], 3), labelsOf([0, 4]), smoothing), [Math.log(5), Math.log(5)], 1e-6);
      }
    });
  });

  it('has the gradient softmax(z) - t', () => {
    tf.tidy(() => {
      const z = randomTensor<Tensor2D>([2, 3], rng, [-2, 2]);
      const gradient = tf.grad((at) => tf.sum(crossEntropy(at as Tensor2D, labelsOf([2, 0]), 0.3)))(z);
      const target = [0.1, 0.1, 0.8, 0.8, 0.1, 0.1];
      expectClose(gradient, tf.sub(tf.softmax(z), tf.tensor2d(target, [2, 3])), 1e-6);
    });
  });

  it('does not change with a shift of the logits and follows a permutation of the batch', () => {
    tf.tidy(() => {
      const z = randomTensor<Tensor2D>([3, 4], rng, [-3, 3]);
      const loss = plain(crossEntropy(z, labelsOf([0, 1, 2]), 0.1));
      expectClose(crossEntropy(tf.add(z, 50) as Tensor2D, labelsOf([0, 1, 2]), 0.1), loss, 1e-5);
      const turned = crossEntropy(tf.reverse(z, 0), labelsOf([2, 1, 0]), 0.1);
      expectClose(turned, [...loss].reverse(), 1e-6);
    });
  });

  it('passes the gradient check', () => {
    tf.tidy(() => {
      const z = randomTensor<Tensor2D>([4, 5], rng, [-2, 2]);
      const f = (at: Tensor) => tf.sum(crossEntropy(at as Tensor2D, labelsOf([0, 1, 4, 4]), 0.1)) as Scalar;
      checkGradient(f, z, { rng });
    });
  });

  it('stays exact and finite at logits of +-80', () => {
    tf.tidy(() => {
      const z = tf.tensor2d([80, -80, 0, -80, 80, 0], [2, 3]);
      const f = (at: Tensor) => crossEntropy(at as Tensor2D, labelsOf([1, 1]), 0);
      expectClose(f(z), [160, 0], 1e-5);
      expectClose(tf.grad((at) => tf.sum(f(at)))(z), [1, -1, 0, 0, 0, 0], 1e-6);
    });
  });

  it('leaves nothing behind', () => {
    const [z, y] = [randomTensor<Tensor2D>([3, 4], rng), labelsOf([0, 1, 2])];
    expectNoLeak(() => crossEntropy(z, y, 0.1).dispose());
    expectNoLeak(() =>
      tf
        .grad((at) => tf.sum(crossEntropy(at as Tensor2D, y, 0.1)))(z)
        .dispose(),
    );
    tf.dispose([z, y]);
  });
});

describe('softenedKl', () => {
  it('equals the reference loops', () => {
    const temperature = fc.double({ min: 0.5, max: 10, noNaN: true });
    fc.assert(
      fc.property(matrix(2, 3), matrix(2, 3), temperature, (z, w, t) =>
        tf.tidy(() => {
          const loss = softenedKl(tf.tensor2d(z), tf.tensor2d(w), t);
          expectClose(loss, reference.softenedKl(z, w, t), { absolute: 2e-5, relative: 1e-6 });
        }),
      ),
      { numRuns: 40, seed: 2 },
    );
  });

  it('is 0 between equal distributions, also where they differ by a shift, and positive otherwise', () => {
    tf.tidy(() => {
      const z = randomTensor<Tensor2D>([3, 4], rng, [-3, 3]);
      expectClose(softenedKl(z, tf.add(z, 7) as Tensor2D, 2), [0, 0, 0], 1e-6);
      expect(Math.min(...plain(softenedKl(z, tf.reverse(z, 1), 2)))).toBeGreaterThan(1e-3);
    });
  });

  it('is log C - H(p) against a uniform student', () => {
    tf.tidy(() => {
      const z = tf.log(tf.tensor2d([0.5, 0.25, 0.25], [1, 3]));
      const entropy = 0.5 * Math.log(2) + 0.5 * Math.log(4);
      expectClose(softenedKl(z as Tensor2D, tf.zeros([1, 3]), 1), [Math.log(3) - entropy], 1e-6);
    });
  });

  it('passes the gradient check on both sides', () => {
    tf.tidy(() => {
      const [z, w] = [randomTensor<Tensor2D>([3, 4], rng, [-2, 2]), randomTensor<Tensor2D>([3, 4], rng, [-2, 2])];
      checkGradient((at) => tf.sum(softenedKl(at as Tensor2D, w, 2)) as Scalar, z, { rng });
      checkGradient((at) => tf.sum(softenedKl(z, at as Tensor2D, 2)) as Scalar, w, { rng });
    });
  });

  it('does not clip: logits of +-80 give 160 nats and a gradient', () => {
    tf.tidy(() => {
      const [z, w] = [tf.tensor2d([80, -80], [1, 2]), tf.tensor2d([-80, 80], [1, 2])];
      expectClose(softenedKl(z, w, 1), [160], 1e-4);
      expectClose(tf.grad((at) => tf.sum(softenedKl(z, at as Tensor2D, 1)))(w), [-1, 1], 1e-6);
      expectFinite(tf.grad((at) => tf.sum(softenedKl(at as Tensor2D, w, 1)))(z));
    });
  });

  it('leaves nothing behind', () => {
    const [z, w] = [randomTensor<Tensor2D>([3, 4], rng), randomTensor<Tensor2D>([3, 4], rng)];
    expectNoLeak(() => softenedKl(z, w, 4).dispose());
    expect([z.isDisposed, w.isDisposed]).toEqual([false, false]);
    tf.dispose([z, w]);
  });
});

describe('decoupledKl', () => {
  const options = { temperature: 2, targetWeight: 1, othersWeight: 8 };
  const labelRows = (n: number, c: number) => fc.array(fc.nat(c - 1), { minLength: n, maxLength: n });

  it('equals the reference loops', () => {
    const weights = fc.tuple(...[0.5, 0, 0].map((min) => fc.double({ min, max: 9, noNaN: true })));
    fc.assert(
      fc.property(matrix(3, 4), matrix(3, 4), labelRows(3, 4), weights, (z, w, y, [temperature, target, others]) =>
        tf.tidy(() => {
          const own = { temperature: temperature!, targetWeight: target!, othersWeight: others! };
          const parts = klParts(z, w, y, own.temperature);
          const expected = parts.map((part) => target! * part.target + others! * part.others);
          const loss = decoupledKl(tf.tensor2d(z), tf.tensor2d(w), labelsOf(y), own);
          expectClose(loss, expected, { absolute: 2e-5 * (1 + target! + others!), relative: 2e-6 });
        }),
      ),
      { numRuns: 60, seed: 3 },
    );
  });

  it('adds up to the plain divergence: KL = TCKD + (1 - p_y) NCKD', () => {
    tf.tidy(() => {
      for (const [temperature, reach] of [
        [1, 3],
        [4, 20],
        [0.5, 8],
      ] as const) {
        const [t, s] = [randomTensor<Tensor2D>([6, 5], rng, [-reach, reach]), randomTensor<Tensor2D>([6, 5], rng)];
        const y = labelsOf([0, 1, 2, 3, 4, 4]);
        const part = (targetWeight: number, othersWeight: number) =>
          decoupledKl(t, s, y, { temperature, targetWeight, othersWeight });
        const sure = tf.sum(tf.mul(tf.softmax(tf.div(t, temperature)), tf.oneHot(y, 5)), 1);
        const sum = tf.add(part(1, 0), tf.mul(tf.sub(1, sure), part(0, 1)));
        expectClose(sum, softenedKl(t, s, temperature), { absolute: 2e-6, relative: 2e-6 });
      }
    });
  });

  it('is what the equations say, by hand', () => {
    tf.tidy(() => {
      const [p, q] = [tf.log(tf.tensor2d([[0.7, 0.2, 0.1]])), tf.log(tf.tensor2d([[0.5, 0.125, 0.375]]))];
      const loss = (targetWeight: number, othersWeight: number) =>
        decoupledKl(p as Tensor2D, q as Tensor2D, labelsOf([0]), { temperature: 1, targetWeight, othersWeight });
      const target = 0.7 * Math.log(0.7 / 0.5) + 0.3 * Math.log(0.3 / 0.5);
      const others = (2 / 3) * Math.log(2 / 3 / 0.25) + (1 / 3) * Math.log(1 / 3 / 0.75);
      expectClose(loss(1, 0), [target], 1e-6);
      expectClose(loss(0, 1), [others], 1e-6);
      expectClose(loss(1, 8), [target + 8 * others], 5e-6);
    });
  });

  it('has no other part where there are two classes', () => {
    tf.tidy(() => {
      const [t, s] = [randomTensor<Tensor2D>([3, 2], rng, [-9, 9]), randomTensor<Tensor2D>([3, 2], rng, [-9, 9])];
      const y = labelsOf([0, 1, 1]);
      expectClose(decoupledKl(t, s, y, { ...options, targetWeight: 0 }), [0, 0, 0], 0);
      expectClose(decoupledKl(t, s, y, options), softenedKl(t, s, 2), { absolute: 1e-6, relative: 1e-6 });
    });
  });

  it('is 0 between equal distributions, also where they differ by a shift', () => {
    tf.tidy(() => {
      const z = randomTensor<Tensor2D>([3, 4], rng, [-3, 3]);
      expectClose(decoupledKl(z, tf.add(z, 7) as Tensor2D, labelsOf([0, 1, 3]), options), [0, 0, 0], 5e-6);
    });
  });

  it('passes the gradient check on both sides', () => {
    tf.tidy(() => {
      const [z, w] = [randomTensor<Tensor2D>([3, 4], rng, [-2, 2]), randomTensor<Tensor2D>([3, 4], rng, [-2, 2])];
      const y = labelsOf([3, 0, 1]);
      checkGradient((at) => tf.sum(decoupledKl(at as Tensor2D, w, y, options)) as Scalar, z, { rng });
      checkGradient((at) => tf.sum(decoupledKl(z, at as Tensor2D, y, options)) as Scalar, w, { rng });
    });
  });

  it('does not clip: logits of +-80 give 160 and 80 nats, and a gradient', () => {
    tf.tidy(() => {
      const [t, s] = [tf.tensor2d([[80, -80, 0]]), tf.tensor2d([[-80, 80, 0]])];
      const part = (student: Tensor, targetWeight: number, othersWeight: number) =>
        decoupledKl(t, student as Tensor2D, labelsOf([0]), { temperature: 1, targetWeight, othersWeight });
      expectClose(part(s, 1, 0), [160], 1e-4);
      expectClose(part(s, 0, 1), [80], 1e-4);
      expectClose(tf.grad((at) => tf.sum(part(at, 1, 0)))(s), [-1, 1, 0], 1e-6);
      expectClose(tf.grad((at) => tf.sum(part(at, 0, 1)))(s), [0, 1, -1], 1e-6);
      expectFinite(tf.grad((at) => tf.sum(decoupledKl(at as Tensor2D, s, labelsOf([0]), options)))(t));
    });
  });

  it('stays exact where both are nearly sure: 1 - p_y of 4e-9 is no 0', () => {
    const [t, s] = [[[20, 0, 0]], [[18, 0, 0]]];
    const [exact] = klParts(t, s, [0], 1);
    expect(exact!.target).toBeGreaterThan(1e-8);
    tf.tidy(() => {
      const own = { temperature: 1, targetWeight: 1, othersWeight: 0 };
      const f = (at: Tensor) => decoupledKl(tf.tensor2d(t), at as Tensor2D, labelsOf([0]), own);
      expectClose(f(tf.tensor2d(s)), [exact!.target], { relative: 1e-4 });
      // dTCKD / dz_y = q_y - p_y
      const gap = 1 / (1 + 2 * Math.exp(-18)) - 1 / (1 + 2 * Math.exp(-20));
      const gradient = tf.grad((at) => tf.sum(f(at)))(tf.tensor2d(s));
      expectClose(gradient, [gap, -gap / 2, -gap / 2], { relative: 1e-4 });
    });
  });

  it('leaves nothing behind', () => {
    const [z, w] = [randomTensor<Tensor2D>([3, 4], rng), randomTensor<Tensor2D>([3, 4], rng)];
    const y = labelsOf([0, 1, 2]);
    expectNoLeak(() => decoupledKl(z, w, y, options).dispose());
    expectNoLeak(() =>
      tf
        .grad((at) => tf.sum(decoupledKl(z, at as Tensor2D, y, options)))(w)
        .dispose(),
    );
    expect([z.isDisposed, w.isDisposed, y.isDisposed]).toEqual([false, false, false]);
    tf.dispose([z, w, y]);
  });
});
