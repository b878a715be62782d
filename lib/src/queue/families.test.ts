/** The families of contrast: each against slow loops from its equation, its gradients, its limits, and the queue left as it was. */
import { describe, expect, it } from 'vitest';
import { CONTRAST } from '../config';
import { normalizeRows } from '../core/similarity';
import { createRng } from '../core/rng';
import * as tf from '../tf';
import type { Scalar, Tensor1D, Tensor2D } from '../tf';
import { expectClose, expectFinite, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import { rowsOf } from '../testing/reference';
import { TERMS } from '../train';
import { queueContrast } from './contrast';
import type { ContrastOptions } from './contrast';
import { createQueue, disposeQueue, restoreQueue } from './queue';
import type { Queue } from './queue';

const SIZE = 5;
const LABELS = [0, 1, 1, 2];
const ROW_LABELS = [0, 1, -1, 0, 1, 3];
const rng = createRng(1, 'families');

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const average = (values: readonly number[]): number => (values.length === 0 ? 0 : sum(values) / values.length);
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, i) => x * b[i]!));

interface Anchor {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
  /** Similarity to the anchor's own other view. */
  readonly own: number;
}

type Loop = (anchor: Anchor, options: ContrastOptions) => number;

/** Each family's equation for one anchor, in float64. */
const LOOPS: Readonly<Record<ContrastOptions['family'], Loop>> = {
  margin({ positives, negatives }, { margin, reduction }) {
    const pull = positives.map((s) => 1 - s);
    const push = negatives.map((s) => Math.max(0, s - margin));
    if (reduction === 'balanced') return average(pull) + average(push);
    return sum([...pull, ...push]) / (positives.length + negatives.length);
  },
  xbm: ({ positives, negatives }, { margin }) =>
    sum(positives.map((s) => 1 - s)) + sum(negatives.filter((s) => s > margin)),
  supcon({ positives, negatives }, { temperature }) {
    const total = sum([...positives, ...negatives].map((s) => Math.exp(s / temperature)));
    return average(positives.map((s) => -Math.log(Math.exp(s / temperature) / total)));
  },
  infonce({ positives, negatives, own }, { temperature }) {
    const [mine, others] = [own, [...positives, ...negatives]].map((s) =>
      [s].flat().map((x) => Math.exp(x / temperature)),
    );
    return -Math.log(mine![0]! / (mine![0]! + sum(others!)));
  },
  triplet: ({ positives, negatives, own }, { margin }) =>
    average([...positives, ...negatives].map((s) => Math.max(0, s - own + margin))),
};

const families = Object.keys(LOOPS) as ContrastOptions['family'][];
const optionsOf = (family: ContrastOptions['family'], more: Partial<ContrastOptions> = {}): ContrastOptions => ({
  ...{ family, margin: 0.2, temperature: 0.3, reduction: 'queue' as const },
  ...more,
});

const unitRows = (n: number): Tensor2D => normalizeRows(randomTensor([n, SIZE], rng));

/** A queue with one empty row, and what it holds. */
function someQueue(): { readonly queue: Queue; readonly rows: readonly (readonly number[])[] } {
  const rows = rowsOf(plain(unitRows(ROW_LABELS.length)), SIZE).map((row, j) =>
    ROW_LABELS[j]! < 0 ? row.map(() => 0) : row,
  );
  return { queue: restoreQueue(Float32Array.from(rows.flat()), Int32Array.from(ROW_LABELS), SIZE), rows };
}

const anchorsOf = (features: Tensor2D, positives: Tensor2D) => ({
  ...{ features, positives, labels: tf.tensor1d(LABELS, 'int32') as Tensor1D },
});

describe.each(families)('family %s', (family) => {
  it.each([{}, { margin: 0.6, temperature: 1 }, { reduction: 'balanced' }] as const)(
    'equals the loops with %o',
    (more) => {
      tf.tidy(() => {
        const { queue, rows } = someQueue();
        const [features, others] = [unitRows(4), unitRows(4)];
        const expected = rowsOf(plain(features), SIZE).map((f, i) => {
          const present = rows.flatMap((row, j) =>
            ROW_LABELS[j]! < 0 ? [] : [{ s: dot(f, row), same: ROW_LABELS[j] === LABELS[i] }],
          );
          const anchor: Anchor = {
            positives: present.filter(({ same }) => same).map(({ s }) => s),
            negatives: present.filter(({ same }) => !same).map(({ s }) => s),
            own: dot(f, rowsOf(plain(others), SIZE)[i]!),
          };
          return LOOPS[family](anchor, optionsOf(family, more));
        });
        expectClose(queueContrast(anchorsOf(features, others), queue, optionsOf(family, more)), expected, 2e-5);
        disposeQueue(queue);
      });
    },
  );

  it('has the gradient that differences say', () => {
    tf.tidy(() => {
      const { queue } = someQueue();
      const positives = unitRows(4);
      // Through the normalisation, as in training; hinges are met with probability 0.
      const loss = (x: tf.Tensor): Scalar =>
        tf.mean(queueContrast(anchorsOf(normalizeRows(x as Tensor2D), positives), queue, optionsOf(family)));
      checkGradient(loss, randomTensor([4, SIZE], rng), { rng, eps: 2e-3, tolerance: 5e-3 });
      disposeQueue(queue);
    });
  });

  it('costs 0 on an empty queue, and stays finite at zero features', () => {
    tf.tidy(() => {
      const empty = createQueue(3, SIZE);
      expectClose(queueContrast(anchorsOf(unitRows(4), unitRows(4)), empty, optionsOf(family)), [0, 0, 0, 0], 1e-6);
      disposeQueue(empty);
      const { queue } = someQueue();
      const zero = tf.zeros([4, SIZE]) as Tensor2D;
      const options = optionsOf(family, { temperature: 0.01 });
      expectFinite(queueContrast(anchorsOf(zero, zero), queue, options));
      expectFinite(
        tf.grad((x) => tf.sum(queueContrast(anchorsOf(normalizeRows(x as Tensor2D), zero), queue, options)))(zero),
      );
      disposeQueue(queue);
    });
  });

  it('leaves the queue as it was, and leaks nothing', () => {
    const { queue } = tf.tidy(() => someQueue() as unknown as tf.TensorContainer) as unknown as { queue: Queue };
    const before = [plain(queue.features), plain(queue.labels)];
    const anchors = tf.tidy(() => anchorsOf(unitRows(4), unitRows(4)));
    expectNoLeak(() => queueContrast(anchors, queue, optionsOf(family)).dispose());
    expect([plain(queue.features), plain(queue.labels)]).toEqual(before);
    tf.dispose(anchors);
    disposeQueue(queue);
  });

  it('does not mind the order of the batch', () => {
    tf.tidy(() => {
      const { queue } = someQueue();
      const [features, positives] = [unitRows(4), unitRows(4)];
      const straight = plain(queueContrast(anchorsOf(features, positives), queue, optionsOf(family)));
      const reversed = { features: tf.reverse(features, 0), positives: tf.reverse(positives, 0) };
      const labels = tf.tensor1d([...LABELS].reverse(), 'int32');
      const backwards = queueContrast({ ...reversed, labels }, queue, optionsOf(family));
      expectClose(backwards, [...straight].reverse(), 1e-6);
      disposeQueue(queue);
    });
  });
});

describe('what needs a second view', () => {
  it.each(['infonce', 'triplet'] as const)('%s says so', (family) => {
    const [queue, feature, logits] = [createQueue(2, SIZE), unitRows(4), tf.zeros([4, 3]) as Tensor2D];
    const term = { ...CONTRAST, family };
    const scene = {
      raw: { feature, logits },
      second: undefined,
      labels: tf.tensor1d(LABELS, 'int32'),
      queues: { raw: queue, second: queue },
    };
    expect(() => TERMS.contrast(scene, term)).toThrow(/needs a second view/);
    disposeQueue(queue);
  });
});
