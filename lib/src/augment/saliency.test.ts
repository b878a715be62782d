import { describe, expect, it } from 'vitest';
import { createRng } from '../core/rng';
import { expectClose, plain } from '../testing/close';
import { checkGradient, randomTensor } from '../testing/gradcheck';
import { expectNoLeak } from '../testing/leak';
import { rowsOf } from '../testing/reference';
import * as reference from '../testing/reference-ssdp';
import * as tf from '../tf';
import type { Scalar, Tensor3D, Tensor4D } from '../tf';
import { activationSaliency, attentionSaliency, rolloutSaliency, scaleToUnit } from './saliency';

const rng = createRng(1, 'saliency');

/** Rows that sum to 1, as a softmax gives them: [n, heads, tokens, tokens]. */
const attentionOf = (n: number, heads: number, tokens: number): Tensor4D =>
  tf.softmax(randomTensor<Tensor4D>([n, heads, tokens, tokens], rng, [-2, 2]));

/** [n][heads][tokens][tokens] */
function matricesOf(attention: Tensor4D): number[][][][] {
  const [, heads, tokens] = attention.shape;
  return rowsOf(plain(attention), heads * tokens * tokens).map((image) =>
    rowsOf(image, tokens * tokens).map((head) => rowsOf(head, tokens)),
  );
}

const batchReversed = <T extends tf.Tensor>(x: T): T => tf.reverse(x, 0) as T;

describe('scaleToUnit', () => {
  it('takes each map from its minimum to its maximum, whatever its shift and scale', () => {
    tf.tidy(() => {
      const map = tf.tensor3d([[[1, 2], [5, 3]], [[-4, -4], [-2, -3]]]); // prettier-ignore
      expectClose(scaleToUnit(map), [0, 0.25, 1, 0.5, 0, 0, 1, 0.5], 1e-6);
      expectClose(scaleToUnit(tf.add(tf.mul(map, 1000), 7)), scaleToUnit(map), 1e-5);
      expectClose(scaleToUnit(tf.fill([1, 2, 2], 3)), [0, 0, 0, 0], 0);
    });
  });

  it('has the whole gradient, minimum and maximum with it: none along shift and scale', () => {
    tf.tidy(() => {
      // Values that differ by 0.1 at least, so that no step of the check changes which is the least and which the most.
      const map = tf.tensor3d([0.3, -0.8, 0.9, 0.1, -0.2, 0.6], [1, 2, 3]);
      const weights = randomTensor([1, 2, 3], rng);
      const f = (x: tf.Tensor) => tf.sum(tf.mul(tf.square(scaleToUnit(x as Tensor3D)), weights)) as Scalar;
      checkGradient(f, map, { rng });
      const gradient = tf.grad(f)(map);
      expectClose(tf.sum(gradient), 0, 1e-5);
      expectClose(tf.sum(tf.mul(gradient, map)), 0, 1e-5);
    });
  });
});

describe('activationSaliency', () => {
  it('is the channel mean of relu(F), scaled to [0, 1] for each image', () => {
    tf.tidy(() => {
      const map = randomTensor<Tensor4D>([2, 3, 4, 5], rng, [-2, 2]);
      const expected = rowsOf(plain(map), 60).map((image) =>
        reference.scaleToUnit(reference.activity(reference.volumeOf(image, 4, 5))),
      );
      expectClose(activationSaliency(map), expected.flat(2), 1e-5);
    });
  });

  it('is 0 everywhere on a constant map, and does not change with the scale of the map', () => {
    tf.tidy(() => {
      expectClose(activationSaliency(tf.fill([1, 2, 2, 3], 0.7)), [0, 0, 0, 0], 0);
      expectClose(activationSaliency(tf.zeros([1, 2, 2, 3])), [0, 0, 0, 0], 0);
      const map = randomTensor<Tensor4D>([2, 3, 3, 2], rng);
      expectClose(activationSaliency(tf.mul(map, 1000) as Tensor4D), activationSaliency(map), 1e-5);
    });
  });
});

describe('attentionSaliency', () => {
  it('is the mean over heads of the class token over the patches, scaled for each image', () => {
    tf.tidy(() => {
      const attention = attentionOf(2, 3, 13);
      const expected = matricesOf(attention).map((heads) => reference.attentionSaliency(heads, 4));
      const found = attentionSaliency(attention, [3, 4]);
      expect(found.shape).toEqual([2, 3, 4]);
      expectClose(found, expected.flat(2), 1e-5);
      expectClose(attentionSaliency(batchReversed(attention), [3, 4]), batchReversed(found), 1e-6);
      expectClose(attentionSaliency(tf.reverse(attention, 1), [3, 4]), found, 1e-5);
    });
  });

  it('reads one row alone: where the class token looks, row by row of the grid', () => {
    tf.tidy(() => {
      const attention = tf.buffer<tf.Rank.R4>([1, 1, 7, 7]);
      attention.set(0.8, 0, 0, 0, 0);
      attention.set(0.2, 0, 0, 0, 5);
      for (let token = 1; token < 7; token++) attention.set(1, 0, 0, token, 1);
      expectClose(attentionSaliency(attention.toTensor(), [2, 3]), [0, 0, 0, 0, 1, 0], 0);
    });
  });

  it('is 0 everywhere where the class token looks at all alike', () => {
    tf.tidy(() => expectClose(attentionSaliency(tf.fill([1, 2, 5, 5], 0.2), [2, 2]), [0, 0, 0, 0], 0));
  });
});

describe('rolloutSaliency', () => {
  it('equals the product of the whole matrices, batch by batch', () => {
    tf.tidy(() => {
      const blocks = [0, 1, 2].map(() => attentionOf(2, 2, 7));
      const matrices = blocks.map(matricesOf);
      const expected = [0, 1].map((i) =>
        reference.rolloutSaliency(
          matrices.map((block) => block[i]!),
          3,
        ),
      );
      const found = rolloutSaliency(blocks, [2, 3]);
      expect(found.shape).toEqual([2, 2, 3]);
      expectClose(found, expected.flat(2), 1e-5);
      expectClose(rolloutSaliency(blocks.map(batchReversed), [2, 3]), batchReversed(found), 1e-5);
    });
  });

  it('scales rows that do not sum to 1', () => {
    tf.tidy(() => {
      const blocks = [0, 1, 2].map(() => randomTensor<Tensor4D>([1, 2, 5, 5], rng, [0, 2]));
      const expected = reference.rolloutSaliency(
        blocks.map((block) => matricesOf(block)[0]!),
        2,
      );
      expectClose(rolloutSaliency(blocks, [2, 2]), expected.flat(), 1e-5);
    });
  });

  it('of one block is its attention; the order of blocks counts', () => {
    tf.tidy(() => {
      const [a, b] = [attentionOf(2, 2, 7), attentionOf(2, 2, 7)];
      expectClose(rolloutSaliency([a], [2, 3]), attentionSaliency(a, [2, 3]), 1e-5);
      const [one, other] = [plain(rolloutSaliency([a, b], [2, 3])), plain(rolloutSaliency([b, a], [2, 3]))];
      expect(Math.max(...one.map((value, i) => Math.abs(value - other[i]!)))).toBeGreaterThan(0.05);
    });
  });

  it('follows a hop: the class token looks at patch 2, which looked at patch 1 a block before', () => {
    tf.tidy(() => {
      const looks = (targets: readonly number[]): Tensor4D =>
        tf.reshape(tf.cast(tf.oneHot(tf.tensor1d([...targets], 'int32'), 3), 'float32'), [1, 1, 3, 3]);
      // R = R_2 R_1; its row 0 is 1/2 of row 0 of R_1, which stays, and 1/2 of row 2: half of it on patch 1, half on patch 2.
      const blocks = [looks([0, 1, 1]), looks([2, 1, 2])];
      expectClose(rolloutSaliency(blocks, [1, 2]), [0, 0], 1e-6);
      const longer = [...blocks, looks([1, 1, 2])];
      // One more block looks at patch 1, which only looked at itself: 1/2 there, and 1/2 of the row before, that is 1/8 on each.
      expectClose(rolloutSaliency(longer, [1, 2]), [1, 0], 1e-6);
    });
  });
});

describe('attention of another grid', () => {
  it('is refused, and so is none at all', () => {
    tf.tidy(() => {
      const attention = attentionOf(1, 1, 7);
      expect(() => attentionSaliency(attention, [3, 3])).toThrow(
        'a grid of 3 x 3: expected a class token and 9 patches',
      );
      expect(() => rolloutSaliency([attentionOf(1, 1, 10), attention], [3, 3])).toThrow('attention of 7 x 7 tokens');
      expect(() => rolloutSaliency([], [3, 3])).toThrow('every block');
    });
  });
});

describe('memory', () => {
  it('nothing stays behind', () => {
    const [map, attention] = [randomTensor<Tensor4D>([2, 3, 4, 5], rng), tf.tidy(() => attentionOf(2, 3, 13))];
    expectNoLeak(() => activationSaliency(map).dispose());
    expectNoLeak(() => attentionSaliency(attention, [3, 4]).dispose());
    expectNoLeak(() => rolloutSaliency([attention, attention], [3, 4]).dispose());
    tf.dispose([map, attention]);
  });
});
