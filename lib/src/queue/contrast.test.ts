import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeRows } from '../core/similarity';
import { stopGradient } from '../core/gradient';
import { createRng } from '../core/rng';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../tf';
import { expectClose, expectFinite, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as reference from '../testing/reference';
import { marginContrast } from './contrast';
import { createQueue, disposeQueue, enqueue, restoreQueue } from './queue';
import type { Queue } from './queue';

const F = [
  [1, 0, 0],
  [0.8, 0.6, 0],
  [0.6, 0.8, 0],
  [0, 0, 1],
];
const LABELS = [0, 0, 1, 1];
const Q = [
  [0, 1, 0],
  [1, 0, 0],
  [0, 0.6, 0.8],
];
const Q_LABELS = [1, 0, 0];
const rng = createRng(1, 'contrast');

const labelsOf = (values: readonly number[]): Tensor1D => tf.tensor1d([...values], 'int32');
const queueOf = (rows: readonly (readonly number[])[], labels: readonly number[]): Queue =>
  restoreQueue(Float32Array.from(rows.flat()), Int32Array.from(labels), rows[0]!.length);

/** Work with a queue that is ended afterwards. */
function withQueue(queue: Queue, work: (queue: Queue) => void): void {
  tf.tidy(() => work(queue));
  disposeQueue(queue);
}

describe('the numbers checked by hand', () => {
  const rows = Q.map((feature, i) => ({ feature, label: Q_LABELS[i]! }));
  const exact = reference.queueMarginLoss({ features: F, labels: LABELS }, rows, 0.4);

  it('agree with the reference loops', () => {
    expectClose(exact, [0.33333, 0.34667, 0.16, 0.46667], 5e-6);
    expectClose(exact.reduce((a, b) => a + b) / 4, 0.32667, 5e-6);
    expectClose(reference.batchMarginLoss({ features: F, labels: LABELS }, 0.4), 0.245, 1e-12);
  });

  it('come out of the tensor code', () => {
    withQueue(queueOf(Q, Q_LABELS), (queue) => {
      expectClose(marginContrast(tf.tensor2d(F), labelsOf(LABELS), queue, 0.4), exact, 1e-6);
    });
  });

  it('come out of a queue of one batch, which is the in-batch loss', () => {
    const features = tf.tensor2d(F);
    const labels = labelsOf(LABELS);
    withQueue(enqueue(createQueue(4, 3), features, labels), (queue) => {
      expectClose(tf.mean(marginContrast(features, labels, queue, 0.4)), 0.245, 1e-6);
    });
    tf.dispose([features, labels]);
  });
});

describe('marginContrast', () => {
  const unitRows = (n: number, d: number) =>
    fc
      .array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: d, maxLength: d }), { minLength: n, maxLength: n })
      .map((rows) => reference.normalizeRows(rows));
  const classes = (n: number) => fc.array(fc.nat(2), { minLength: n, maxLength: n });
  const margins = fc.double({ min: -1, max: 1, noNaN: true });

  it('equals the reference loops, with empty rows in the queue', () => {
    fc.assert(
      fc.property(
        fc.tuple(unitRows(4, 3), classes(4)),
        fc.tuple(unitRows(5, 3), classes(5)),
        margins,
        (batch, past, margin) => {
          const [[features, labels], [rows, rowLabels]] = [batch, past];
          for (const empty of [0, 2, 5]) {
            const kept = rows.map((feature, i) => ({ feature, label: rowLabels[i]! })).slice(empty);
            const padded = rows.map((row, i) => (i < empty ? [0, 0, 0] : row));
            const marked = rowLabels.map((label, i) => (i < empty ? -1 : label));
            withQueue(queueOf(padded, marked), (queue) => {
              const expected = reference.queueMarginLoss({ features, labels }, kept, margin);
              expectClose(marginContrast(tf.tensor2d(features), labelsOf(labels), queue, margin), expected, 2e-6);
            });
          }
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('costs nothing against an empty queue, with a zero gradient', () => {
    withQueue(createQueue(6, 3), (queue) => {
      const f = tf.tensor2d(F);
      expectClose(marginContrast(f, labelsOf(LABELS), queue, -1), [0, 0, 0, 0], 0);
      expectClose(
        tf.grad((at) => tf.sum(marginContrast(at as Tensor2D, labelsOf(LABELS), queue, -1)))(f),
        new Float32Array(12),
        0,
      );
    });
  });

  it('does not change with the length of a queue that is not full', () => {
    const loss = (length: number): number[] => {
      const [features, labels] = [tf.tensor2d(Q), labelsOf(Q_LABELS)];
      const queue = enqueue(createQueue(length, 3), features, labels);
      const result = tf.tidy(() => plain(marginContrast(tf.tensor2d(F), labelsOf(LABELS), queue, 0.4)));
      disposeQueue(queue);
      tf.dispose([features, labels]);
      return result;
    };
    for (const length of [4, 17, 100]) expectClose(loss(length), loss(3), 1e-6);
  });

  it('follows a permutation of the batch and ignores one of the queue', () => {
    const loss = (f: number[][], y: number[], q: number[][], l: number[]): number[] => {
      let result: number[] = [];
      withQueue(queueOf(q, l), (queue) => (result = plain(marginContrast(tf.tensor2d(f), labelsOf(y), queue, 0.2))));
      return result;
    };
    const base = loss(F, LABELS, Q, Q_LABELS);
    expectClose(loss([...F].reverse(), [...LABELS].reverse(), Q, Q_LABELS), [...base].reverse(), 1e-6);
    expectClose(loss(F, LABELS, [...Q].reverse(), [...Q_LABELS].reverse()), base, 1e-6);
  });

  it('does not change with the length of the features once they are normalised', () => {
    withQueue(queueOf(Q, Q_LABELS), (queue) => {
      const loss = (scale: number) =>
        marginContrast(normalizeRows(tf.mul(tf.tensor2d(F), scale) as Tensor2D), labelsOf(LABELS), queue, 0.4);
      expectClose(loss(1000), loss(1), 1e-6);
    });
  });

  it('passes the gradient check away from the margin', () => {
    withQueue(queueOf(Q, Q_LABELS), (queue) => {
      // No similarity of these features lies within 0.05 of the margin, so the differences meet no corner.
      const f = (at: Tensor) =>
        tf.sum(tf.square(marginContrast(at as Tensor2D, labelsOf(LABELS), queue, 0.5))) as Scalar;
      checkGradient(f, tf.tensor2d(F), { rng });
    });
  });

  it('has finite gradients at zero vectors', () => {
    withQueue(queueOf(Q, Q_LABELS), (queue) => {
      const f = (at: Tensor) => tf.sum(marginContrast(normalizeRows(at as Tensor2D), labelsOf(LABELS), queue, 0.4));
      expectFinite(tf.grad(f)(tf.zeros([4, 3])));
    });
  });

  it('falls in twenty steps', () => {
    withQueue(queueOf(Q, Q_LABELS), (queue) => {
      const f = (at: Tensor) => tf.mean(marginContrast(normalizeRows(at as Tensor2D), labelsOf(LABELS), queue, 0.4));
      const start = randomTensor([4, 3], rng);
      let x = start;
      for (let i = 0; i < 20; i++) x = tf.sub(x, tf.mul(tf.grad(f)(x), 0.5));
      expect(f(x).dataSync()[0]!).toBeLessThan(0.9 * f(start).dataSync()[0]!);
    });
  });

  it('sends no gradient to the features that the queue was filled with', () => {
    tf.tidy(() => {
      const past = tf.variable(tf.tensor2d(Q));
      const anchor = tf.variable(tf.tensor2d(F));
      const queue = enqueue(createQueue(3, 3), stopGradient<Tensor2D>(past as unknown as Tensor2D), labelsOf(Q_LABELS));
      const f = () => tf.sum(marginContrast(anchor as unknown as Tensor2D, labelsOf(LABELS), queue, 0.4)) as Scalar;
      const { grads } = tf.variableGrads(f, [past, anchor]);
      expect(grads[past.name] ?? null).toBeNull();
      expect(Math.max(...plain(grads[anchor.name]!).map(Math.abs))).toBeGreaterThan(0.1);
      disposeQueue(queue);
      tf.dispose([past, anchor]);
    });
  });

  it('leaves the queue as it was and nothing behind', () => {
    const queue = queueOf(Q, Q_LABELS);
    const [f, y] = [tf.tensor2d(F), labelsOf(LABELS)];
    expectNoLeak(() => marginContrast(f, y, queue, 0.4).dispose());
    expectNoLeak(() =>
      tf
        .grad((at) => tf.sum(marginContrast(at as Tensor2D, y, queue, 0.4)))(f)
        .dispose(),
    );
    expectClose(queue.features, Q.flat(), 1e-7);
    expect([plain(queue.labels), queue.filled]).toEqual([Q_LABELS, 3]);
    disposeQueue(queue);
    tf.dispose([f, y]);
  });
});
