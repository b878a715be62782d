/** Multi-head self-attention on the product of one dense layer, as one operation of the tape. */
import * as tf from '../../tf';
import type { Tensor, Tensor2D, Tensor4D } from '../../tf';
import { stopGradient } from '../gradient';
import { adopt, release, survive } from '../scope';
import { batchProduct } from './linear';
import { attribute, isNative, runKernel } from './native';

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

interface Sizes extends AttentionOptions {
  readonly n: number;
  /** Length of a head's queries, keys and values. */
  readonly size: number;
}

function sizesOf(qkv: Tensor2D, { heads, tokens }: AttentionOptions): Sizes {
  const [rows, columns] = qkv.shape;
  if (rows % tokens !== 0)
    throw new Error(`attention: ${rows} rows are no whole number of sequences of ${tokens} tokens`);
  if (columns % (3 * heads) !== 0)
    throw new Error(`attention: ${columns} columns do not split into 3 x ${heads} heads`);
  return { heads, tokens, n: rows / tokens, size: columns / (3 * heads) };
}

/** [rows, 3 d] -> queries, keys and values, each [n, heads, tokens, size]. */
function split(qkv: Tensor, { n, tokens, heads, size }: Sizes): [Tensor, Tensor, Tensor] {
  const parts = tf.transpose(tf.reshape(qkv, [n, tokens, 3, heads, size]), [2, 0, 3, 1, 4]);
  return tf.unstack(parts) as [Tensor, Tensor, Tensor];
}

/** [n, heads, tokens, size] -> [rows, d]. */
const merge = (x: Tensor, { n, tokens, heads, size }: Sizes): Tensor =>
  tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [n * tokens, heads * size]);

/** [rows, d] -> [n, heads, tokens, size]. */
const part = (x: Tensor, { n, tokens, heads, size }: Sizes): Tensor =>
  tf.transpose(tf.reshape(x, [n, tokens, heads, size]), [0, 2, 1, 3]);

/**
 * With y = P v, P = softmax(s q k') and s = 1 / sqrt(size):
 *
 *   dv = P' dy,   dP = dy v',   dlogits = P (dP - rowsum(P dP)),   dq = s dlogits k,   dk = s dlogits' q
 *
 * rowsum(P dP) = rowsum(y dy), which has `size` columns to sum instead of `tokens` (Dao et al. 2022). The logits are not kept.
 */
function backward(dy: Tensor, [qkv, p, y]: readonly Tensor[], sizes: Sizes): Tensor {
  const { n, tokens, heads, size } = sizes;
  const scale = 1 / Math.sqrt(size);
  const [q, k, v] = split(qkv!, sizes);
  const out = part(dy, sizes);
  const dv = batchProduct(p!, out, { a: true });
  const each = tf.reshape(tf.sum(tf.reshape(tf.mul(dy, y!), [n, tokens, heads, size]), -1), [n, tokens, heads, 1]);
  const rowSums = tf.transpose(each, [0, 2, 1, 3]);
  const dLogits = tf.mul(p!, tf.sub(batchProduct(out, v, { b: true }), rowSums));
  const dq = tf.mul(batchProduct(dLogits, k), scale);
  const dk = batchProduct(dLogits, tf.mul(q, scale), { a: true });
  return tf.reshape(tf.transpose(tf.stack([dq, dk, dv]), [1, 3, 0, 2, 4]), [n * tokens, 3 * heads * size]);
}

const native = (sizes: Sizes, witness: Witness) =>
  tf.customGrad((qkv, save) => {
    const [y, p] = tf.tidy(() => {
      const [q, k, v] = split(qkv as Tensor, sizes);
      const logits = batchProduct(tf.mul(q, 1 / Math.sqrt(sizes.size)), k, { b: true });
      const probabilities = runKernel<Tensor>('Softmax', [attribute.float32()], [logits]);
      return [merge(batchProduct(probabilities, v), sizes), probabilities];
    }) as [Tensor, Tensor];
    witness(p);
    (save as tf.GradSaveFunc)([qkv as Tensor, p, y]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const gradient = tf.tidy(() => backward(dy, saved, sizes));
      release(dy);
      return gradient;
    };
    return { value: y, gradFunc };
  });

/** The same on plain tfjs operations: for other backends, and as the reference in tests. */
export function plainSelfAttention(qkv: Tensor2D, options: AttentionOptions): Attended {
  const sizes = sizesOf(qkv, options);
  return tf.tidy(() => {
    const [q, k, v] = split(qkv, sizes);
    const p = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(sizes.size)));
    return { y: merge(tf.matMul(p, v), sizes), probabilities: stopGradient(p) } as unknown as tf.TensorContainer;
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
