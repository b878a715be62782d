import { afterEach, describe, expect, it } from 'vitest';
import { createRng } from '../rng';
import * as tf from '../../tf';
import type { Tensor, Tensor2D } from '../../tf';
import { expectBorrows, expectSameForms } from '../../testing/forms';
import type { Operation } from '../../testing/forms';
import { expectClose } from '../../testing/close';
import { randomTensor } from '../../testing/gradcheck';
import { withoutCustom } from './custom';
import { marginSums, plainMarginSums } from './margin';

const rng = createRng(1, 'margin');
const int = (values: number[]) => tf.tensor1d(values, 'int32');
const labelsOf = (n: number) => int(Array.from({ length: n }, (_, i) => i % 3));
const rowsOf = (m: number) => int(Array.from({ length: m }, (_, j) => (j % 5) - 1));

afterEach(() => expect(tf.memory().numTensors).toBe(0));

describe('marginSums', () => {
  it.each([
    [1, 1],
    [5, 7],
    [3, 70_000],
  ])('%i anchors against %i rows: as the plain form, value and gradient', (n, m) => {
    tf.tidy(() => {
      const s = randomTensor([n, m], rng, [-1, 1]) as Tensor2D;
      const options = { margin: 0.4, share: 1 / m };
      const ours: Operation = ([at]) => tf.tidy(() => marginSums(at as Tensor2D, labelsOf(n), rowsOf(m), options));
      const onTfjs: Operation = ([at]) =>
        tf.tidy(() => plainMarginSums(at as Tensor2D, labelsOf(n), rowsOf(m), options));
      expectSameForms(ours, onTfjs, [s], { absolute: 1e-6, relative: 1e-5 });
      withoutCustom(() => expectSameForms(ours, onTfjs, [s], 0));
    });
  });

  it('is what a person sums by hand, with an empty row', () => {
    tf.tidy(() => {
      const s = tf.tensor2d([0.9, 0.5, 0.3, 0.8], [1, 4]);
      const loss = marginSums(s, int([1]), int([1, 0, 2, -1]), { margin: 0.4, share: 1 / 3 });
      expectClose(loss, (0.1 + 0.1 + 0) / 3, 1e-6);
      const slope = tf.grad((at: Tensor) =>
        tf.sum(marginSums(at as Tensor2D, int([1]), int([1, 0, 2, -1]), { margin: 0.4, share: 1 / 3 })),
      )(s);
      expectClose(slope, [-1 / 3, 1 / 3, 0, 0], 1e-6);
    });
  });

  it('borrows its arguments and leaves nothing behind', () => {
    const [s, labels, rows] = [randomTensor([2, 9], rng), labelsOf(2), rowsOf(9)];
    expectBorrows(([at]) => marginSums(at as Tensor2D, labels, rows, { margin: 0, share: 1 }), [s]);
    tf.dispose([s, labels, rows]);
  });
});
