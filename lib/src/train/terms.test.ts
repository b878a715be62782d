import { describe, expect, it } from 'vitest';
import { CLASSIFY, CONTRAST, DISTILL } from '../config';
import type { Term } from '../config';
import { normalizeRows } from '../core/similarity';
import { createRng } from '../core/rng';
import { disposeQueue, queueContrast, restoreQueue } from '../queue';
import type { Queue } from '../queue';
import { expectClose, plain } from '../testing/close';
import { randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import * as reference from '../testing/reference';
import * as tf from '../tf';
import type { Scalar, Tensor1D, Tensor2D, Variable } from '../tf';
import { TERMS, termValues } from './terms';
import type { Queues, Scene, Seen } from './terms';

const [N, D, C, ROWS] = [4, 3, 5, 6];
const LABELS = [0, 3, 3, 1];
const OBJECTIVE: readonly Term[] = [
  { ...CLASSIFY, secondView: 0.5 },
  { ...CONTRAST, reduction: 'queue', margin: 0.2 },
  DISTILL,
];

interface View {
  readonly feature: Tensor2D;
  readonly logits: Tensor2D;
}

interface Parts {
  readonly raw: View;
  readonly second: View;
  readonly queues: { readonly raw: Queue; readonly second: Queue };
}

/** A view of one depth whose keys are its own features. */
const seen = ({ feature, logits }: View): Seen => ({ features: [feature], keys: [feature], logits });

/** A scene over random numbers, and the same numbers as plain rows. */
function withScene(work: (scene: Scene, parts: Parts) => void): void {
  const rng = createRng(1, 'terms');
  const view = () => ({
    feature: tf.tidy(() => normalizeRows(randomTensor<Tensor2D>([N, D], rng))),
    logits: randomTensor<Tensor2D>([N, C], rng, [-3, 3]),
  });
  const queue = () => {
    const rows = reference.normalizeRows(
      Array.from({ length: ROWS }, () => Array.from({ length: D }, () => rng.normal())),
    );
    return restoreQueue(Float32Array.from(rows.flat()), Int32Array.from([-1, 0, 1, 3, 3, 2]), D);
  };
  const parts = { raw: view(), second: view(), queues: { raw: queue(), second: queue() } };
  const labels = tf.tensor1d(LABELS, 'int32') as Tensor1D;
  const queues: Queues = { raw: [parts.queues.raw], second: [parts.queues.second] };
  tf.tidy(() => work({ raw: seen(parts.raw), second: seen(parts.second), queues, labels }, parts));
  tf.dispose([parts.raw, parts.second, labels] as never);
  [parts.queues.raw, parts.queues.second].forEach(disposeQueue);
}

const rows = (x: Tensor2D): number[][] => reference.rowsOf(plain(x), x.shape[1]);
const sum = (a: readonly number[], b: readonly number[], weight = 1): number[] => a.map((x, i) => x + weight * b[i]!);

function queueLoss(view: View, queue: Queue, margin: number): number[] {
  const labels = plain(queue.labels);
  const kept = rows(queue.features).map((feature, i) => ({ feature, label: labels[i]! }));
  return reference.queueMarginLoss({ features: rows(view.feature), labels: LABELS }, kept.slice(1), margin);
}

describe('TERMS against the reference', () => {
  it('classify adds the second view by its weight', () => {
    withScene((scene, { raw, second }) => {
      const [z, z2] = [raw, second].map(({ logits }) => reference.crossEntropy(rows(logits), LABELS, 0.1)) as [
        number[],
        number[],
      ];
      expectClose(TERMS.classify(scene, { ...CLASSIFY, secondView: 0.5 }), sum(z, z2, 0.5), 1e-5);
      expectClose(TERMS.classify(scene, { ...CLASSIFY, secondView: 0 }), z, 1e-5);
      expectClose(TERMS.classify({ ...scene, second: undefined }, CLASSIFY), z, 1e-5);
    });
  });

  it('contrast meets each view with its own queue', () => {
    withScene((scene, { raw, second, queues }) => {
      const term = { ...CONTRAST, reduction: 'queue', margin: 0.2 } as const;
      const expected = sum(queueLoss(raw, queues.raw, 0.2), queueLoss(second, queues.second, 0.2));
      expectClose(TERMS.contrast(scene, term), expected, 1e-5);
      const shared = { raw: [queues.raw], second: [queues.raw] };
      const one = sum(queueLoss(raw, queues.raw, 0.2), queueLoss(second, queues.raw, 0.2));
      expectClose(TERMS.contrast({ ...scene, queues: shared }, term), one, 1e-5);
      expectClose(TERMS.contrast({ ...scene, second: undefined }, term), queueLoss(raw, queues.raw, 0.2), 1e-5);
    });
  });

  it('contrast meets both queues with cross terms, and takes the mean of the two', () => {
    withScene((scene, { raw, second, queues }) => {
      const both = (view: View) => sum(queueLoss(view, queues.raw, 0.2), queueLoss(view, queues.second, 0.2));
      const expected = sum(both(raw), both(second)).map((x) => x / 2);
      expectClose(
        TERMS.contrast(scene, { ...CONTRAST, reduction: 'queue', margin: 0.2, crossTerms: true }),
        expected,
        1e-5,
      );
    });
  });

  it('contrast takes the mean over the levels of features, each with its own queue', () => {
    withScene((scene, { raw, second, queues }) => {
      const term = { ...CONTRAST, reduction: 'queue', margin: 0.2 } as const;
      const twice = (view: Seen, other: Seen): Seen => ({ ...view, features: [...view.features, ...other.features] });
      const levels: Scene = {
        ...scene,
        raw: twice(scene.raw, scene.second!),
        second: twice(scene.second!, scene.raw),
        queues: { raw: [queues.raw, queues.second], second: [queues.second, queues.raw] },
      };
      const first = sum(queueLoss(raw, queues.raw, 0.2), queueLoss(second, queues.second, 0.2));
      expectClose(TERMS.contrast(levels, term), first, 1e-5);
      const crossed = { ...levels, queues: { raw: [queues.raw, queues.raw], second: [queues.second, queues.second] } };
      const other = sum(queueLoss(second, queues.raw, 0.2), queueLoss(raw, queues.second, 0.2));
      const expected = sum(first, other).map((x) => x / 2);
      expectClose(TERMS.contrast(crossed, term), expected, 1e-5);
    });
  });

  it("contrast takes the other view's keys as positives, not its features", () => {
    withScene((scene, { raw, second, queues }) => {
      const term = { ...CONTRAST, family: 'infonce', temperature: 0.5 } as const;
      const [key, key2] = [tf.reverse(raw.feature, 1), tf.reverse(second.feature, 1)];
      const own: Scene = {
        ...scene,
        raw: { ...scene.raw, keys: [key] },
        second: { ...scene.second!, keys: [key2] },
      };
      const loss = (feature: Tensor2D, positives: Tensor2D, queue: Queue) =>
        plain(queueContrast({ features: feature, positives, labels: scene.labels }, queue, term));
      const expected = sum(loss(raw.feature, key2, queues.raw), loss(second.feature, key, queues.second));
      expectClose(TERMS.contrast(own, term), expected, 1e-5);
    });
  });

  it('distill teaches in the direction that the config names', () => {
    withScene((scene, { raw, second }) => {
      const scaled = (teacher: Tensor2D, student: Tensor2D) =>
        reference.softenedKl(rows(teacher), rows(student), 2).map((kl) => 4 * kl);
      const term = { ...DISTILL, temperature: 2 };
      expectClose(TERMS.distill(scene, term), scaled(second.logits, raw.logits), 1e-5);
      expectClose(TERMS.distill(scene, { ...term, direction: 'rawToAug' }), scaled(raw.logits, second.logits), 1e-5);
    });
  });

  it('say what is missing', () => {
    withScene((scene) => {
      expect(() => TERMS.contrast({ ...scene, queues: undefined }, CONTRAST)).toThrow('needs its queues');
      expect(() => TERMS.distill({ ...scene, second: undefined }, DISTILL)).toThrow('needs a second view');
    });
  });
});

describe('termValues', () => {
  it("is the mean of each term, in the objective's order, whatever else stands beside it", () => {
    withScene((scene) => {
      const each = OBJECTIVE.map(
        (term) => plain(tf.mean((TERMS[term.kind] as (s: Scene, t: Term) => Tensor1D)(scene, term)))[0]!,
      );
      expectClose(termValues(scene, OBJECTIVE), each, 1e-7);
      expectClose(termValues(scene, [...OBJECTIVE].reverse()), [...each].reverse(), 1e-7);
      expectClose(termValues(scene, [OBJECTIVE[1]!]), [each[1]!], 1e-7);
    });
  });

  it('does not change where batch and labels are permuted together', () => {
    withScene((scene, { raw, second }) => {
      const turn = ({ feature, logits }: View): Seen =>
        seen({ feature: tf.reverse(feature, 0), logits: tf.reverse(logits, 0) });
      const turned: Scene = { ...scene, raw: turn(raw), second: turn(second), labels: tf.reverse(scene.labels) };
      expectClose(termValues(turned, OBJECTIVE), termValues(scene, OBJECTIVE), 1e-6);
    });
  });

  it('leaves nothing behind', () => {
    withScene((scene) => {
      expectNoLeak(() => termValues(scene, OBJECTIVE).dispose());
      expectNoLeak(() => TERMS.classify(scene, CLASSIFY).dispose());
      expectNoLeak(() => TERMS.contrast(scene, CONTRAST).dispose());
      expectNoLeak(() => TERMS.distill(scene, DISTILL).dispose());
    });
  });
});

describe('the frozen side', () => {
  const gradientsOf = (term: Term): readonly boolean[] => {
    let reached: readonly boolean[] = [];
    withScene((scene, { raw, second }) => {
      const variables = [raw.logits, second.logits, raw.feature, second.feature].map((x) =>
        tf.variable(x as Tensor2D),
      ) as Variable[];
      const [z, z2, f, f2] = variables as unknown as Tensor2D[];
      const [movedRaw, movedSecond] = [seen({ logits: z!, feature: f! }), seen({ logits: z2!, feature: f2! })];
      const moved: Scene = { ...scene, raw: movedRaw, second: movedSecond };
      const { grads } = tf.variableGrads(() => tf.sum(termValues(moved, [term])) as Scalar, variables);
      reached = variables.map(({ name }) => plain(grads[name] ?? 0).some((g) => g !== 0));
      tf.dispose(variables);
    });
    return reached;
  };

  it.each([
    ['the augmented view teaches', DISTILL, [true, false, false, false]],
    ['the raw view teaches', { ...DISTILL, direction: 'rawToAug' }, [false, true, false, false]],
    ['nobody is held', { ...DISTILL, stopGradient: false }, [true, true, false, false]],
    ['both views are classified', CLASSIFY, [true, true, false, false]],
    ['only the raw view is classified', { ...CLASSIFY, secondView: 0 }, [true, false, false, false]],
    ['features meet the queue', CONTRAST, [false, false, true, true]],
  ] as const)('gets exactly no gradient: %s', (_name, term, expected) => {
    expect(gradientsOf(term as Term)).toEqual(expected);
  });
});
