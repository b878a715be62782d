/** Cross-entropy and self-distillation in every setting against PyTorch, in float64 there: scripts/fixtures/losses.py. */
import { describe, expect, it } from 'vitest';
import { crossEntropy } from '../core/divergence';
import * as tf from '../tf';
import type { Scalar, Tensor1D, Tensor2D, Variable } from '../tf';
import { expectClose } from '../testing/close';
import { readFixture } from '../testing/series';
import { selfDistillation } from './ssdt';
import type { DistillOptions } from './ssdt';

type Setting = Pick<DistillOptions, 'direction' | 'teacher' | 'stopGradient' | 'divergence'>;

interface Fixture {
  readonly logits: {
    readonly classes: number;
    readonly labels: readonly number[];
    /** What each example's loss is multiplied by before the sum whose gradient is taken. */
    readonly weights: readonly number[];
    readonly logits: Readonly<Record<string, { readonly raw: readonly number[]; readonly second: readonly number[] }>>;
    readonly crossEntropy: Readonly<Record<string, readonly CrossEntropy[]>>;
    readonly distill: Pick<DistillOptions, 'temperature' | 'targetWeight' | 'othersWeight'> & {
      readonly losses: readonly Distilled[];
    };
  };
}

interface CrossEntropy {
  readonly smoothing: number;
  readonly values: readonly number[];
  readonly gradient: readonly number[];
}

interface Distilled extends Setting {
  /** Which logits. */
  readonly logits: string;
  readonly values: readonly number[];
  /** Gradients; null for a view that only teaches and is held fixed. */
  readonly raw: readonly number[] | null;
  readonly second: readonly number[] | null;
}

const { logits: FIXTURE } = readFixture<Fixture>('losses.json');
const { losses, ...BASE } = FIXTURE.distill;

const rowsOf = (given: readonly number[]): Tensor2D =>
  tf.tensor2d([...given], [given.length / FIXTURE.classes, FIXTURE.classes]);
const labelsOf = (): Tensor1D => tf.tensor1d([...FIXTURE.labels], 'int32');
const weighted = (loss: Tensor1D): Scalar => tf.sum(tf.mul(loss, tf.tensor1d([...FIXTURE.weights])));

/**
 * 1e-5 of each number, and of the largest one: a sum that nearly cancels keeps the rounding of its parts. 2e-6 where all of them are
 * below 0.2: with a probability of 1 - 1e-8, which float32 rounds to 1, the gradients are 1e-7 in truth and exactly 0 here.
 */
const tolerance = (expected: readonly number[]) => ({
  relative: 1e-5,
  absolute: Math.max(1e-5 * Math.max(...expected.map(Math.abs)), 2e-6),
});

describe.each(Object.entries(FIXTURE.crossEntropy))('cross-entropy of %s logits', (name, cases) => {
  it.each(cases)('smoothing $smoothing: values and gradient', ({ smoothing, values, gradient }) => {
    tf.tidy(() => {
      const z = rowsOf(FIXTURE.logits[name]!.raw);
      const loss = (at: Tensor2D) => crossEntropy(at, labelsOf(), smoothing);
      expectClose(loss(z), values, tolerance(values));
      expectClose(tf.grad((at) => weighted(loss(at as Tensor2D)))(z), gradient, tolerance(gradient));
    });
  });
});

describe.each(Object.keys(FIXTURE.logits))('self-distillation of %s logits', (name) => {
  const cases = losses.filter(({ logits }) => logits === name);

  it('is met in every setting', () => {
    expect(
      new Set(cases.map((one) => [one.direction, one.teacher, one.stopGradient, one.divergence].join())).size,
    ).toBe(3 * 2 * 2 * 2);
  });

  it.each(cases)('$direction, $teacher, stop-gradient $stopGradient, $divergence', (one) => {
    const { values, direction, teacher, stopGradient, divergence } = one;
    const options = { ...BASE, direction, teacher, stopGradient, divergence };
    tf.tidy(() => {
      const { raw, second } = FIXTURE.logits[name]!;
      const views = [tf.variable(rowsOf(raw)), tf.variable(rowsOf(second))] as [Variable, Variable];
      const [z, z2] = views as unknown as [Tensor2D, Tensor2D];
      const loss = () => selfDistillation({ raw: z, second: z2, labels: labelsOf() }, options);
      expectClose(loss(), values, tolerance(values));
      const { grads } = tf.variableGrads(() => weighted(loss()), views);
      [one.raw, one.second].forEach((expected, i) => {
        const found = grads[views[i]!.name] ?? null;
        if (expected) expectClose(found!, expected, tolerance(expected));
        else expect(found).toBeNull();
      });
      tf.dispose(views);
    });
  });
});
