import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INSTANCE_FAMILIES } from '../config';
import { stopGradient } from '../core/gradient';
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
import { createQueue, disposeQueue, enqueue, restoreQueue } from './queue';
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
function withQueue(
  rows: readonly reference.ReferenceRow[],
  work: (queue: Queue) => void,
  length: number = LENGTH,
): void {
  const empty = length - rows.length;
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
        fc.record({
          temperature: fc.double({ min: 0.1, max: 2, noNaN: true }),
          margin: fc.double({ min: -1, max: 1, noNaN: true }),
        }),
        (seed, dropped, drawn) => {
          const full = randomSetting(seed);
          const setting = { ...full, rows: full.rows.slice(dropped) };
          const own = { ...options, ...drawn };
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

  it('ignores the order of the queue, and how many of its rows are empty', () => {
    const setting = randomSetting(8);
    const loss = (rows: readonly reference.ReferenceRow[], length?: number): number[] => {
      let found: number[] = [];
      withQueue(rows, (queue) => (found = plain(queueContrast(anchorsOf(setting), queue, options))), length);
      return found;
    };
    const base = loss(setting.rows);
    expectClose(loss([...setting.rows].reverse()), base, 2e-6);
    for (const length of [5, 40]) expectClose(loss(setting.rows, length), base, 2e-6);
  });

  it('does not change with the length of the features once they are normalised', () => {
    const setting = randomSetting(9);
    withQueue(setting.rows, (queue) => {
      const anchors = anchorsOf(setting);
      const loss = (scale: number) => {
        const unit = (x: Tensor2D) => normalizeRows(tf.mul(x, scale) as Tensor2D);
        const scaled = { ...anchors, features: unit(anchors.features), positives: unit(anchors.positives) };
        return queueContrast(scaled, queue, options);
      };
      expectClose(loss(1000), loss(1), 5e-6);
    });
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

  it('passes the gradient check on the other view where it is read, and gives it no gradient elsewhere', () => {
    const setting = randomSetting(10);
    withQueue(setting.rows, (queue) => {
      const anchors = anchorsOf(setting);
      const f = (at: Tensor) =>
        tf.sum(queueContrast({ ...anchors, positives: normalizeRows(at as Tensor2D) }, queue, options)) as Scalar;
      if (INSTANCE_FAMILIES.includes(options.family)) {
        checkGradient(f, anchors.positives, { rng: createRng(11), eps: 2e-3, tolerance: 5e-3 });
        expectFinite(tf.grad(f)(tf.zeros([N, D])));
      } else {
        const positives = tf.variable(anchors.positives);
        const anchor = tf.variable(anchors.features);
        const both = { ...anchors, features: anchor, positives } as unknown as typeof anchors;
        const { grads } = tf.variableGrads(() => tf.sum(queueContrast(both, queue, options)), [anchor, positives]);
        expect(grads[positives.name] ?? null).toBeNull();
        tf.dispose([anchor, positives]);
      }
    });
  });

  it('stays finite at similarities of +-80 over the temperature', () => {
    const setting = randomSetting(12);
    const sharp = { ...options, temperature: 1 / 80 };
    const rows = [
      ...setting.features.map((feature, i) => ({ feature, label: setting.labels[i]! + 1 })),
      { feature: setting.features[0]!.map((x) => -x), label: setting.labels[0]! },
    ];
    withQueue(rows, (queue) => {
      const anchors = anchorsOf(setting);
      const f = (at: Tensor) => queueContrast({ ...anchors, features: at as Tensor2D }, queue, sharp);
      expectClose(f(anchors.features), expected({ ...setting, rows }, sharp), { absolute: 1e-4, relative: 1e-5 });
      expectFinite(tf.grad((at) => tf.sum(f(at)))(anchors.features));
    });
  });

  it('sends no gradient to the features that the queue was filled with', () => {
    const setting = randomSetting(13);
    tf.tidy(() => {
      const anchors = anchorsOf(setting);
      const [past, anchor] = [tf.variable(anchors.features), tf.variable(anchors.features)];
      const detached = stopGradient(past as unknown as Tensor2D);
      const queue = enqueue(createQueue(LENGTH, D), detached, anchors.labels);
      const own = { ...anchors, features: anchor as unknown as Tensor2D };
      const { grads } = tf.variableGrads(() => tf.sum(queueContrast(own, queue, options)), [past, anchor]);
      expect(grads[past.name] ?? null).toBeNull();
      expect(Math.max(...plain(grads[anchor.name]!).map(Math.abs))).toBeGreaterThan(0.05);
      disposeQueue(queue);
      tf.dispose([past, anchor]);
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
      const f = (at: Tensor) => tf.sum(queueContrast({ ...anchors, features: at as Tensor2D }, queue, options));
      expectNoLeak(() => queueContrast(anchors, queue, options).dispose());
      expectNoLeak(() => tf.grad(f)(anchors.features).dispose());
      expect([plain(queue.features), plain(queue.labels), queue.filled]).toEqual(before);
      expect(anchors.features.isDisposed).toBe(false);
    });
  });
});

describe('closed forms', () => {
  /** One anchor e_1 of class 0, its other view the same, against k rows of its class and m of another, all equal to one vector. */
  function loss(name: string, row: number[], [k, m]: readonly [number, number]): number {
    const one = { features: [[1, 0, 0]], positives: [[1, 0, 0]], labels: [0] };
    const rows = Array.from({ length: k + m }, (_, j) => ({ feature: row, label: j < k ? 0 : 1 }));
    let found = NaN;
    withQueue(rows, (queue) => {
      found = queueContrast(anchorsOf({ ...one, rows }), queue, FAMILIES[name]!.options).dataSync()[0]!;
    });
    return found;
  }
  const { margin: xi, temperature: tau } = OPTIONS;
  const [k, m] = [2, 3];
  /** The loss where all rows equal the anchor (s = 1), and where all are orthogonal to it (s = 0). */
  const forms: [string, number, number][] = [
    ['margin', (m * (1 - xi)) / (k + m), k / (k + m)],
    ['margin, balanced', 1 - xi, 1],
    ['xbm', m, k],
    ['supcon', Math.log(k + m), Math.log(k + m)],
    ['infonce', Math.log(1 + k + m), Math.log(1 + (k + m) * Math.exp(-1 / tau))],
    ['triplet', xi, 0],
  ];
  it.each(forms)('%s', (name, equal, orthogonal) => {
    expectClose(loss(name, [1, 0, 0], [k, m]), equal, 1e-6);
    expectClose(loss(name, [0, 1, 0], [k, m]), orthogonal, 1e-6);
  });

  it('an anchor without a positive is only pushed away, and by supcon not even that', () => {
    expectClose(loss('margin', [1, 0, 0], [0, 4]), 1 - xi, 1e-6);
    expectClose(loss('margin, balanced', [1, 0, 0], [0, 4]), 1 - xi, 1e-6);
    expectClose(loss('xbm', [1, 0, 0], [0, 4]), 4, 1e-6);
    expect(loss('supcon', [1, 0, 0], [0, 4])).toBe(0);
  });

  it('an anchor with positives alone is only pulled', () => {
    expectClose(loss('margin', [0, 1, 0], [4, 0]), 1, 1e-6);
    expectClose(loss('margin, balanced', [0, 1, 0], [4, 0]), 1, 1e-6);
    expectClose(loss('xbm', [0, 1, 0], [4, 0]), 4, 1e-6);
    expectClose(loss('supcon', [0, 1, 0], [4, 0]), Math.log(4), 1e-6);
  });

  it('a queue of one row that is the positive costs supcon nothing', () => {
    expectClose(loss('supcon', [1, 0, 0], [1, 0]), 0, 1e-6);
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
