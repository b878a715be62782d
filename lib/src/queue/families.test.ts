import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeRows } from '../core/similarity';
import { createRng } from '../core/rng';
import * as tf from '../tf';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '../tf';
import { expectClose, expectFinite, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as reference from '../testing/reference';
import { queueContrast } from './contrast';
import type { ContrastOptions } from './contrast';
import { createQueue, disposeQueue, restoreQueue } from './queue';
import type { Queue } from './queue';

type Rows = number[][];
interface Setting {
  readonly features: Rows;
  readonly positives: Rows;
  readonly labels: number[];
  readonly rows: reference.ReferenceRow[];
}

const OPTIONS = { margin: 0.3, temperature: 0.5, reduction: 'queue' } as const;
const FAMILIES: Record<string, { options: ContrastOptions; expected: (s: Setting, o: ContrastOptions) => number[] }> = {
  margin: {
    options: { ...OPTIONS, family: 'margin' },
    expected: (s, o) => reference.queueMarginLoss(s, s.rows, o.margin),
  },
  'margin, balanced': {
    options: { ...OPTIONS, family: 'margin', reduction: 'balanced' },
    expected: (s, o) => reference.balancedMargin(s, s.rows, o),
  },
  xbm: { options: { ...OPTIONS, family: 'xbm' }, expected: (s, o) => reference.xbm(s, s.rows, o) },
  supcon: { options: { ...OPTIONS, family: 'supcon' }, expected: (s, o) => reference.supcon(s, s.rows, o) },
  infonce: {
    options: { ...OPTIONS, family: 'infonce' },
    expected: (s, o) => reference.infonce(s, s.positives, s.rows, o),
  },
  triplet: {
    options: { ...OPTIONS, family: 'triplet' },
    expected: (s, o) => reference.triplet(s, s.positives, s.rows, o),
  },
};

const [N, D, LENGTH] = [4, 3, 6];

/** A queue whose first rows are empty, for the time of some work. */
function withQueue(rows: readonly reference.ReferenceRow[], work: (queue: Queue) => void): void {
  const empty = LENGTH - rows.length;
  const features = [...new Array<number>(empty * D).fill(0), ...rows.flatMap(({ feature }) => feature)];
  const labels = [...new Array<number>(empty).fill(-1), ...rows.map(({ label }) => label)];
  const queue = restoreQueue(Float32Array.from(features), Int32Array.from(labels), D);
  tf.tidy(() => work(queue));
  disposeQueue(queue);
}

const anchorsOf = ({ features, positives, labels }: Setting) => ({
  ...{ features: tf.tensor2d(features), positives: tf.tensor2d(positives) },
  labels: tf.tensor1d(labels, 'int32') as Tensor1D,
});

function randomSetting(seed: number): Setting {
  const rng = createRng(seed, 'families');
  const unit = (n: number): Rows =>
    reference.normalizeRows(Array.from({ length: n }, () => Array.from({ length: D }, () => rng.normal())));
  const rows = unit(5).map((feature) => ({ feature, label: rng.int(3) }));
  return { features: unit(N), positives: unit(N), labels: Array.from({ length: N }, () => rng.int(3)), rows };
}

describe.each(Object.entries(FAMILIES))('%s', (_name, { options, expected }) => {
  it('equals the reference loops, with empty rows in the queue', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.nat(5),
        fc.double({ min: 0.1, max: 2, noNaN: true }),
        (seed, dropped, temperature) => {
          const full = randomSetting(seed);
          const setting = { ...full, rows: full.rows.slice(dropped) };
          const own = { ...options, temperature };
          withQueue(setting.rows, (queue) => {
            const loss = queueContrast(anchorsOf(setting), queue, own);
            expectClose(loss, expected(setting, own), { absolute: 1e-5, relative: 1e-5 });
          });
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  it('costs nothing, with a zero gradient, against an empty queue', () => {
    const queue = createQueue(LENGTH, D);
    tf.tidy(() => {
      const anchors = anchorsOf(randomSetting(1));
      const f = (at: Tensor) => tf.sum(queueContrast({ ...anchors, features: at as Tensor2D }, queue, options));
      expectClose(queueContrast(anchors, queue, options), new Float32Array(N), 1e-6);
      expectClose(tf.grad(f)(anchors.features), new Float32Array(N * D), 1e-6);
    });
    disposeQueue(queue);
  });

  it('follows a permutation of the batch', () => {
    const setting = randomSetting(2);
    const turned = {
      ...setting,
      features: [...setting.features].reverse(),
      positives: [...setting.positives].reverse(),
    };
    withQueue(setting.rows, (queue) => {
      const loss = plain(queueContrast(anchorsOf(setting), queue, options));
      const other = queueContrast(anchorsOf({ ...turned, labels: [...setting.labels].reverse() }), queue, options);
      expectClose(other, loss.reverse(), 1e-6);
    });
  });

  it('passes the gradient check, and is finite at zero vectors', () => {
    const setting = randomSetting(3);
    withQueue(setting.rows, (queue) => {
      const anchors = anchorsOf(setting);
      const f = (at: Tensor) =>
        tf.sum(queueContrast({ ...anchors, features: normalizeRows(at as Tensor2D) }, queue, options)) as Scalar;
      // Small steps, so that no similarity crosses the margin on the way.
      checkGradient(f, anchors.features, { rng: createRng(4), eps: 2e-3, tolerance: 5e-3 });
      expectFinite(tf.grad(f)(tf.zeros([N, D])));
      expectFinite(f(tf.zeros([N, D])));
    });
  });

  it('falls in twenty steps', () => {
    const setting = randomSetting(5);
    withQueue(setting.rows, (queue) => {
      const anchors = anchorsOf(setting);
      const f = (at: Tensor) => {
        const features = normalizeRows(at as Tensor2D);
        return tf.mean(queueContrast({ ...anchors, features }, queue, options));
      };
      const start = randomTensor([N, D], createRng(6));
      let x: Tensor = start;
      for (let i = 0; i < 20; i++) x = tf.sub(x, tf.mul(tf.grad(f)(x), 0.1));
      expect(f(x).dataSync()[0]!).toBeLessThan(f(start).dataSync()[0]!);
    });
  });

  it('leaves the queue as it was and nothing behind', () => {
    const setting = randomSetting(7);
    withQueue(setting.rows, (queue) => {
      const anchors = anchorsOf(setting);
      const before = [plain(queue.features), plain(queue.labels), queue.filled];
      expectNoLeak(() => queueContrast(anchors, queue, options).dispose());
      expect([plain(queue.features), plain(queue.labels), queue.filled]).toEqual(before);
      expect(anchors.features.isDisposed).toBe(false);
    });
  });
});

it('the instance-level families say that they need a second view', () => {
  withQueue(randomSetting(1).rows, (queue) => {
    const { features, labels } = anchorsOf(randomSetting(1));
    for (const family of ['infonce', 'triplet'] as const) {
      expect(() => queueContrast({ features, labels }, queue, { ...OPTIONS, family })).toThrow(
        `the contrast family ${family} needs a second view: choose view.kind "crop" or "random"`,
      );
    }
  });
});
