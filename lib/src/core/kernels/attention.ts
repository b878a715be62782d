/** Multi-head self-attention on the product of one dense layer, as one operation of the tape. */
import * as tf from '../../tf';
import type { Tensor, Tensor2D, Tensor4D } from '../../tf';
import { stopGradient } from '../gradient';
import { adopt, release, survive } from '../scope';
import { mergeHeads, softmax, softmaxGradient, splitHeads } from './heads';
import type { HeadSizes } from './heads';
import { batchProduct } from './linear';
import { isNative } from './native';

export interface AttentionOptions {
  readonly heads: number;
  /** Tokens of each sequence: the rows are those of one sequence after the other. */
  readonly tokens: number;
}

export interface Attended {
  /** [rows, d], the heads side by side. */
  readonly y: Tensor2D;
  /** softmax(q k' / sqrt(d / heads)), [n, heads, tokens, tokens]: each row sums to 1. No gradient flows through it. */
  readonly probabilities: Tensor4D;
}

/** What a pass has to do with the probabilities beside the values: hand them on, or nothing. */
type Witness = (probabilities: Tensor) => void;

function sizesOf(qkv: Tensor2D, { heads, tokens }: AttentionOptions): HeadSizes {
  const [rows, columns] = qkv.shape;
  if (rows % tokens !== 0)
    throw new Error(`attention: ${rows} rows are no whole number of sequences of ${tokens} tokens`);
  if (columns % (3 * heads) !== 0)
    throw new Error(`attention: ${columns} columns do not split into 3 x ${heads} heads`);
  return { heads, tokens, n: rows / tokens, size: columns / (3 * heads) };
}

/**
 * With y = P v, P = softmax(s q k') and s = 1 / sqrt(size); sq are the scaled queries:
 *
 *   dv = P' dy,   dP = dy v',   dlogits = P (dP - rowsum(P dP)),   dq = s dlogits k,   dk = dlogits' sq
 *
 * Queries, keys and values are split again and the logits are not kept: both would double what a block holds.
 */
function backward(dy: Tensor, [qkv, p]: readonly Tensor[], sizes: HeadSizes): Tensor {
  const scale = 1 / Math.sqrt(sizes.size);
  const [q, k, v] = splitHeads(qkv!, 3, sizes, scale) as [Tensor, Tensor, Tensor];
  const [out] = splitHeads(dy, 1, sizes) as [Tensor];
  const dv = batchProduct(p!, out, { a: true });
  const dLogits = softmaxGradient(batchProduct(out, v, { b: true }), p!);
  return mergeHeads([batchProduct(dLogits, k), batchProduct(dLogits, q, { a: true }), dv], sizes, scale);
}

const native = (sizes: HeadSizes, witness: Witness) =>
  tf.customGrad((qkv, save) => {
    const [y, p] = tf.tidy(() => {
      const [q, k, v] = splitHeads(qkv as Tensor, 3, sizes, 1 / Math.sqrt(sizes.size)) as [Tensor, Tensor, Tensor];
      const probabilities = softmax(batchProduct(q, k, { b: true }));
      return [mergeHeads([batchProduct(probabilities, v)], sizes), probabilities];
    }) as [Tensor, Tensor];
    witness(p);
    (save as tf.GradSaveFunc)([qkv as Tensor, p]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const gradient = tf.tidy(() => backward(dy, saved, sizes));
      release(dy, saved);
      return gradient;
    };
    return { value: y, gradFunc };
  });

/** The same on plain tfjs operations: for other backends, and as the reference in tests. */
export function plainSelfAttention(qkv: Tensor2D, options: AttentionOptions): Attended {
  const sizes = sizesOf(qkv, options);
  return tf.tidy(() => {
    const { n, tokens, heads, size } = sizes;
    const parts = tf.transpose(tf.reshape(qkv, [n, tokens, 3, heads, size]), [2, 0, 3, 1, 4]);
    const [q, k, v] = tf.unstack(parts) as [Tensor, Tensor, Tensor];
    const p = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(size)));
    const y = tf.reshape(tf.transpose(tf.matMul(p, v), [0, 2, 1, 3]), [n * tokens, heads * size]);
    return { y, probabilities: stopGradient(p) } as unknown as tf.TensorContainer;
  }) as unknown as Attended;
}

/**
 * Scaled dot-product attention of each token to every token of its own sequence, head by head (Vaswani et al. 2017).
 *
 *   y = softmax(q k' / sqrt(size)) v
 *
 * @param qkv [n tokens, 3 d]: queries, keys, values side by side, each with its heads side by side
 * @throws where the rows or columns do not divide
 */
export function selfAttention(qkv: Tensor2D, options: AttentionOptions): Attended {
  if (!isNative()) return plainSelfAttention(qkv, options);
  let kept: Tensor | undefined;
  const y = native(sizesOf(qkv, options), (p) => (kept = survive(p)))(qkv) as Tensor2D;
  return { y, probabilities: adopt(kept!) as Tensor4D };
}
