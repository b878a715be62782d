import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor2D } from '../tf';
import { expectClose, expectFinite, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as reference from '../testing/reference';
import { selfDistillation } from './ssdt';

const Z = [
  [2, 1, 0],
  [0, 0, 3],
];
const W = [
  [1, 1, 1],
  [0, 1, 2],
];
const rng = createRng(1, 'ssdt');
const fixed = (temperature: number) => ({ temperature, stopGradient: true });
const free = (temperature: number) => ({ temperature, stopGradient: false });

describe('the numbers checked by hand', () => {
  const cases = [
    { name: 'KL(w||z), T = 1', teacher: W, student: Z, temperature: 1, printed: 0.2879 },
    { name: 'KL(w||z), T = 4', teacher: W, student: Z, temperature: 4, printed: 0.34663 },
    { name: 'KL(z||w), T = 1', teacher: Z, student: W, temperature: 1, printed: 0.22153 },
    { name: 'KL(z||w), T = 4', teacher: Z, student: W, temperature: 4, printed: 0.34044 },
  ];
  it.each(cases)('$name', ({ teacher, student, temperature, printed }) => {
    const exact = reference.softenedKl(teacher, student, temperature).map((kl) => kl * temperature ** 2);
    expectClose((exact[0]! + exact[1]!) / 2, printed, 5e-6);
    // 1e-6 before the factor T^2: float32 logarithms of about 1 are right to 1e-7, and T^2 multiplies what is left of that.
    tf.tidy(() => {
      const [t, s] = [tf.tensor2d(teacher.flat(), [2, 3]), tf.tensor2d(student.flat(), [2, 3])];
      expectClose(
        tf.div(selfDistillation(t, s, fixed(temperature)), temperature ** 2),
        exact.map((x) => x / temperature ** 2),
        1e-6,
      );
    });
  });
});

describe('selfDistillation', () => {
  const pair = (): [Tensor2D, Tensor2D] => [randomTensor([4, 5], rng, [-4, 4]), randomTensor([4, 5], rng, [-4, 4])];

  it('equals the reference loops', () => {
    tf.tidy(() => {
      const [t, s] = pair();
      for (const temperature of [0.5, 1, 2, 8]) {
        const rows = [t, s].map((x) => reference.rowsOf(x.dataSync(), 5)) as [number[][], number[][]];
        const expected = reference.softenedKl(...rows, temperature).map((kl) => kl * temperature ** 2);
        expectClose(selfDistillation(t, s, fixed(temperature)), expected, { absolute: 1e-5, relative: 1e-5 });
      }
    });
  });

  it('approaches half the squared distance of centred logits over C as T grows (Hinton, Vinyals, Dean)', () => {
    tf.tidy(() => {
      const [t, s] = pair();
      const rows = reference.rowsOf(plain(tf.sub(t, s)), 5);
      const expected = rows.map((row) => {
        const centre = row.reduce((a, b) => a + b) / 5;
        return row.reduce((sum, x) => sum + (x - centre) ** 2, 0) / 10;
      });
      // The next order in 1/T is a cube of the logits over T: at T = 100 it is below 2 % here.
      expectClose(selfDistillation(t, s, fixed(100)), expected, { relative: 0.05 });
    });
  });

  it('is 0 for views that agree, and does not change with a shift of either', () => {
    tf.tidy(() => {
      const [t, s] = pair();
      expectClose(selfDistillation(t, tf.add(t, 3) as Tensor2D, fixed(4)), [0, 0, 0, 0], 2e-5);
      expectClose(
        selfDistillation(tf.add(t, 3) as Tensor2D, tf.sub(s, 5) as Tensor2D, fixed(4)),
        selfDistillation(t, s, fixed(4)),
        5e-5,
      );
    });
  });

  it('moves the student alone: the teacher gets no gradient, not even zeros', () => {
    tf.tidy(() => {
      const [t, s] = pair().map((x) => tf.variable(x)) as [tf.Variable, tf.Variable];
      const loss = (options: { temperature: number; stopGradient: boolean }) =>
        tf.variableGrads(
          () => tf.sum(selfDistillation(t as unknown as Tensor2D, s as unknown as Tensor2D, options)) as Scalar,
          [t, s],
        ).grads;
      expect(loss(fixed(4))[t.name] ?? null).toBeNull();
      expectFinite(loss(fixed(4))[s.name]!);
      expect(Math.max(...plain(loss(free(4))[t.name]!).map(Math.abs))).toBeGreaterThan(0.01);
      expectClose(loss(free(4))[s.name]!, loss(fixed(4))[s.name]!, 1e-6);
      tf.dispose([t, s]);
    });
  });

  it('has the student gradient T (q - p)', () => {
    tf.tidy(() => {
      const [t, s] = pair();
      const gradient = tf.grad((at) => tf.sum(selfDistillation(t, at as Tensor2D, fixed(3))))(s);
      expectClose(gradient, tf.mul(tf.sub(tf.softmax(tf.div(s, 3)), tf.softmax(tf.div(t, 3))), 3), 1e-5);
    });
  });

  it('passes the gradient check, both sides where both are free', () => {
    tf.tidy(() => {
      const [t, s] = pair();
      checkGradient((at: Tensor) => tf.sum(selfDistillation(t, at as Tensor2D, fixed(4))) as Scalar, s, { rng });
      checkGradient((at: Tensor) => tf.sum(selfDistillation(at as Tensor2D, s, free(4))) as Scalar, t, { rng });
    });
  });

  it('stays finite at logits of +-80', () => {
    tf.tidy(() => {
      const [t, s] = [tf.tensor2d([80, -80, 0], [1, 3]), tf.tensor2d([-80, 80, 0], [1, 3])];
      expectClose(selfDistillation(t, s, fixed(1)), [160], 1e-4);
      expectFinite(tf.grad((at) => tf.sum(selfDistillation(t, at as Tensor2D, fixed(1))))(s));
      expectFinite(tf.grad((at) => tf.sum(selfDistillation(at as Tensor2D, s, free(1))))(t));
    });
  });

  it('falls in twenty steps', () => {
    tf.tidy(() => {
      const [t, s] = pair();
      const f = (at: Tensor) => tf.mean(selfDistillation(t, at as Tensor2D, fixed(4)));
      let x: Tensor = s;
      for (let i = 0; i < 20; i++) x = tf.sub(x, tf.mul(tf.grad(f)(x), 2));
      expect(f(x).dataSync()[0]!).toBeLessThan(0.2 * f(s).dataSync()[0]!);
    });
  });

  it('leaves nothing behind', () => {
    const [t, s] = pair();
    for (const options of [fixed(4), free(4)]) {
      expectNoLeak(() => selfDistillation(t, s, options).dispose());
      expectNoLeak(() =>
        tf
          .grad((at) => tf.sum(selfDistillation(t, at as Tensor2D, options)))(s)
          .dispose(),
      );
    }
    expect([t.isDisposed, s.isDisposed]).toEqual([false, false]);
    tf.dispose([t, s]);
  });
});
