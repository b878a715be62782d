import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '../tf';
import { expectClose, expectFinite, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import { rowsOf, softenedKl } from '../testing/reference';
import * as reference from '../testing/reference-ssdt';
import { selfDistillation } from './ssdt';
import type { DistillOptions, DistillPair } from './ssdt';

const Z = [
  [2, 1, 0],
  [0, 0, 3],
];
const W = [
  [1, 1, 1],
  [0, 1, 2],
];
const [N, C] = [4, 5];
const LABELS = [0, 4, 2, 2];
const rng = createRng(1, 'ssdt');

const DEFAULT: DistillOptions = {
  ...{ temperature: 4, direction: 'augToRaw', teacher: 'view', stopGradient: true },
  ...{ divergence: 'kl', targetWeight: 1.5, othersWeight: 0.5 },
};
const withOptions = (patch: Partial<DistillOptions>): DistillOptions => ({ ...DEFAULT, ...patch });

const SETTINGS = (['augToRaw', 'rawToAug', 'symmetric'] as const).flatMap((direction) =>
  (['view', 'ensemble'] as const).flatMap((teacher) =>
    (['kl', 'decoupled'] as const).map((divergence) => withOptions({ direction, teacher, divergence })),
  ),
);
const settings = SETTINGS.map((options) => ({ ...options, name: Object.values(options).slice(1, 5).join(', ') }));

const labelsOf = (values: readonly number[]): Tensor1D => tf.tensor1d([...values], 'int32');
/** Logits of both views of four samples. */
const randomPair = (): DistillPair => ({
  raw: randomTensor([N, C], rng, [-4, 4]),
  second: randomTensor([N, C], rng, [-4, 4]),
  labels: labelsOf(LABELS),
});
const pairOf = (raw: number[][], second: number[][], labels: number[]): DistillPair => ({
  raw: tf.tensor2d(raw),
  second: tf.tensor2d(second),
  labels: labelsOf(labels),
});
const moved = (pair: DistillPair, side: 'raw' | 'second', at: Tensor): DistillPair => ({ ...pair, [side]: at });
/** The summed loss as a function of one view's logits. */
const lossBy = (pair: DistillPair, side: 'raw' | 'second', options: DistillOptions) => (at: Tensor) =>
  tf.sum(selfDistillation(moved(pair, side, at), options)) as Scalar;

describe('the numbers checked by hand', () => {
  const cases = [
    { name: 'KL(w||z), T = 1', teacher: W, student: Z, temperature: 1, printed: 0.2879 },
    { name: 'KL(w||z), T = 4', teacher: W, student: Z, temperature: 4, printed: 0.34663 },
    { name: 'KL(z||w), T = 1', teacher: Z, student: W, temperature: 1, printed: 0.22153 },
    { name: 'KL(z||w), T = 4', teacher: Z, student: W, temperature: 4, printed: 0.34044 },
  ];
  it.each(cases)('$name', ({ teacher, student, temperature, printed }) => {
    const exact = softenedKl(teacher, student, temperature).map((kl) => kl * temperature ** 2);
    expectClose((exact[0]! + exact[1]!) / 2, printed, 5e-6);
    // 1e-6 before the factor T^2: float32 logarithms of about 1 are right to 1e-7, and T^2 multiplies what is left of that.
    const expected = exact.map((x) => x / temperature ** 2);
    tf.tidy(() => {
      const toRaw = selfDistillation(pairOf(student, teacher, [0, 0]), withOptions({ temperature }));
      const toSecond = selfDistillation(
        pairOf(teacher, student, [0, 0]),
        withOptions({ temperature, direction: 'rawToAug' }),
      );
      expectClose(tf.div(toRaw, temperature ** 2), expected, 1e-6);
      expectClose(tf.div(toSecond, temperature ** 2), expected, 1e-6);
    });
  });
});

describe.each(settings)('$name', (options) => {
  it('equals the reference loops, the teacher fixed or free', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const [raw, second] = [rowsOf(plain(pair.raw), C), rowsOf(plain(pair.second), C)];
      for (const temperature of [0.5, 1, 2, 8]) {
        const expected = reference.selfDistillation(raw, second, LABELS, { ...options, temperature });
        for (const stopGradient of [true, false]) {
          const loss = selfDistillation(pair, { ...options, temperature, stopGradient });
          expectClose(loss, expected, { absolute: 1e-5, relative: 1e-5 });
        }
      }
    });
  });

  it('is 0 for views that agree, and does not change with a shift of either', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const shifted = { ...pair, raw: tf.add(pair.raw, 3), second: tf.sub(pair.second, 5) } as DistillPair;
      expectClose(selfDistillation({ ...pair, second: pair.raw }, options), [0, 0, 0, 0], 2e-5);
      expectClose(selfDistillation(shifted, options), selfDistillation(pair, options), 5e-5);
    });
  });

  it('follows a permutation of the batch and ignores one of the classes', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const loss = plain(selfDistillation(pair, options));
      const turned = (axis: number, labels: number[]): DistillPair => ({
        raw: tf.reverse(pair.raw, axis),
        second: tf.reverse(pair.second, axis),
        labels: labelsOf(labels),
      });
      expectClose(selfDistillation(turned(0, [...LABELS].reverse()), options), [...loss].reverse(), 1e-5);
      const mirrored = LABELS.map((y) => C - 1 - y);
      expectClose(selfDistillation(turned(1, mirrored), options), loss, 2e-5);
    });
  });

  it('passes the gradient check on both views where the teacher is free', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const free = { ...options, stopGradient: false };
      for (const side of ['raw', 'second'] as const) checkGradient(lossBy(pair, side, free), pair[side], { rng });
    });
  });

  it('holds the teacher fixed: the student moves as if the teacher were a constant, and nobody else does', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const sides = { raw: tf.variable(pair.raw), second: tf.variable(pair.second) };
      const free = { ...options, teacher: 'view', stopGradient: false } as const;
      const mixed = tf.mul(tf.add(pair.raw, pair.second), 0.5);
      const { grads } = tf.variableGrads(
        () => tf.sum(selfDistillation({ ...pair, ...sides } as unknown as DistillPair, options)) as Scalar,
        [sides.raw, sides.second],
      );
      /** The gradient of a student whose teacher's logits are numbers. */
      const alone = (student: 'raw' | 'second', direction: DistillOptions['direction']): Tensor => {
        const other = student === 'raw' ? 'second' : 'raw';
        const teacher = options.teacher === 'ensemble' ? mixed : pair[other];
        return tf.grad(lossBy(moved(pair, other, teacher), student, { ...free, direction }))(pair[student]);
      };
      const share = options.direction === 'symmetric' ? 0.5 : 1;
      const students = { augToRaw: ['raw'], rawToAug: ['second'], symmetric: ['raw', 'second'] }[options.direction];
      for (const [side, direction] of [
        ['raw', 'augToRaw'],
        ['second', 'rawToAug'],
      ] as const) {
        const found = grads[sides[side].name];
        if (students.includes(side)) expectClose(found!, tf.mul(alone(side, direction), share), 2e-6);
        else expect(found ?? null).toBeNull();
      }
      tf.dispose(sides);
    });
  });

  it('stays finite at logits of +-80 and at zeros, value and gradient', () => {
    tf.tidy(() => {
      const pairs = [
        pairOf(
          [
            [80, -80, 0],
            [-80, 80, 80],
          ],
          [
            [-80, 80, 0],
            [80, 80, -80],
          ],
          [0, 2],
        ),
        pairOf(
          [
            [0, 0, 0],
            [0, 0, 0],
          ],
          [
            [0, 0, 0],
            [80, 0, 0],
          ],
          [0, 1],
        ),
      ];
      const free = { ...options, temperature: 1, stopGradient: false };
      for (const pair of pairs) {
        expectFinite(selfDistillation(pair, free));
        for (const side of ['raw', 'second'] as const) expectFinite(tf.grad(lossBy(pair, side, free))(pair[side]));
      }
    });
  });

  it('falls in twenty steps', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const side = options.direction === 'rawToAug' ? 'second' : 'raw';
      const f = lossBy(pair, side, options);
      let x: Tensor = pair[side];
      for (let i = 0; i < 20; i++) x = tf.sub(x, tf.grad(f)(x));
      expect(f(x).dataSync()[0]!).toBeLessThan(0.3 * f(pair[side]).dataSync()[0]!);
    });
  });

  it('leaves nothing behind', () => {
    const pair = randomPair();
    for (const stopGradient of [true, false]) {
      const own = { ...options, stopGradient };
      expectNoLeak(() => selfDistillation(pair, own).dispose());
      const student = options.direction === 'rawToAug' ? 'second' : 'raw';
      expectNoLeak(() =>
        tf
          .grad(lossBy(pair, student, own))(pair[student])
          .dispose(),
      );
    }
    const { raw, second, labels } = pair;
    expect([raw.isDisposed, second.isDisposed, labels.isDisposed]).toEqual([false, false, false]);
    tf.dispose([raw, second, labels]);
  });
});

describe('selfDistillation', () => {
  it('has the student gradient T (q - p)', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const [p, q] = [tf.softmax(tf.div(pair.second, 3)), tf.softmax(tf.div(pair.raw, 3))];
      const gradient = tf.grad(lossBy(pair, 'raw', withOptions({ temperature: 3 })))(pair.raw);
      expectClose(gradient, tf.mul(tf.sub(q, p), 3), 1e-5);
    });
  });

  it('approaches half the squared distance of centred logits over C as T grows (Hinton, Vinyals, Dean)', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const expected = rowsOf(plain(tf.sub(pair.raw, pair.second)), C).map((row) => {
        const centre = row.reduce((a, b) => a + b) / C;
        return row.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (2 * C);
      });
      // The next order in 1/T is a cube of the logits over T: at T = 100 it is below 2 % here.
      const hot = withOptions({ temperature: 100 });
      expectClose(selfDistillation(pair, hot), expected, { relative: 0.05 });
      // The mean of both views stands half as far from the student, and the cost goes with the square.
      const quarter = expected.map((x) => x / 4);
      expectClose(selfDistillation(pair, { ...hot, teacher: 'ensemble' }), quarter, { relative: 0.05 });
    });
  });

  it('exchanging the views exchanges the directions, and the symmetric loss is the mean of both', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const exchanged = { ...pair, raw: pair.second, second: pair.raw };
      for (const divergence of ['kl', 'decoupled'] as const) {
        const loss = (of: DistillPair, direction: DistillOptions['direction']) =>
          selfDistillation(of, withOptions({ direction, divergence }));
        expectClose(loss(pair, 'augToRaw'), loss(exchanged, 'rawToAug'), 0);
        expectClose(loss(pair, 'symmetric'), loss(exchanged, 'symmetric'), 1e-6);
        const both = tf.div(tf.add(loss(pair, 'augToRaw'), loss(pair, 'rawToAug')), 2);
        expectClose(loss(pair, 'symmetric'), both, 1e-6);
      }
    });
  });

  it('reads the labels only where the divergence is decoupled', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const other = { ...pair, labels: labelsOf([1, 1, 1, 1]) };
      const loss = (of: DistillPair, divergence: 'kl' | 'decoupled') =>
        plain(selfDistillation(of, withOptions({ divergence })));
      expect(loss(other, 'kl')).toEqual(loss(pair, 'kl'));
      expect(loss(other, 'decoupled')).not.toEqual(loss(pair, 'decoupled'));
    });
  });

  it('moves the teacher where it is free', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const free = withOptions({ stopGradient: false });
      const sides: Variable[] = [tf.variable(pair.raw), tf.variable(pair.second)];
      const [raw, second] = sides as unknown as Tensor2D[];
      const { grads } = tf.variableGrads(
        () => tf.sum(selfDistillation({ ...pair, raw: raw!, second: second! }, free)) as Scalar,
        sides,
      );
      for (const { name } of sides) expect(Math.max(...plain(grads[name]!).map(Math.abs))).toBeGreaterThan(0.01);
      tf.dispose(sides);
    });
  });

  it('refuses views and labels of different samples', () => {
    tf.tidy(() => {
      const pair = randomPair();
      const mend = 'give both views of the same samples, and a label for each';
      const wrong: Partial<DistillPair>[] = [
        { second: tf.zeros([1, C]) },
        { second: tf.zeros([N, 1]) },
        { labels: labelsOf([0]) },
      ];
      for (const patch of wrong) expect(() => selfDistillation({ ...pair, ...patch }, DEFAULT)).toThrow(mend);
      expect(() => selfDistillation({ ...pair, ...wrong[0] }, DEFAULT)).toThrow('[4, 5] and [1, 5] with 4 labels');
    });
  });
});
