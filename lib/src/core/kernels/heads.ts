/** What attention does beside its products: heads apart and together, softmax and its gradient. On TensorFlow's library alone. */
import * as tf from '../../tf';
import type { Tensor } from '../../tf';
import { hasCustom, runCustom, runCustomOne } from './custom';
import { attribute, runKernel } from './native';

export interface HeadSizes {
  readonly n: number;
  readonly heads: number;
  readonly tokens: number;
  /** Length of a head's queries, keys and values. */
  readonly size: number;
}

/** [rows, parts d] -> as many tensors [n, heads, tokens, size]; the first is multiplied by `scale`. */
export function splitHeads(x: Tensor, parts: number, { n, heads, tokens, size }: HeadSizes, scale = 1): Tensor[] {
  if (hasCustom()) {
    const sizes = [attribute.int('parts', parts), attribute.int('heads', heads), attribute.int('tokens', tokens)];
    return runCustom('SplitHeads', [...sizes, attribute.float('scale', scale)], [x], parts);
  }
  return tf.tidy(() => {
    const apart = tf.unstack(tf.transpose(tf.reshape(x, [n, tokens, parts, heads, size]), [2, 0, 3, 1, 4]));
    return scale === 1 ? apart : [tf.mul(apart[0]!, scale), ...apart.slice(1)];
  });
}

/** The way back: tensors [n, heads, tokens, size] -> [rows, parts d]; the first is multiplied by `scale`. */
export function mergeHeads(parts: readonly Tensor[], { n, heads, tokens, size }: HeadSizes, scale = 1): Tensor {
  if (hasCustom())
    return runCustomOne('MergeHeads', [attribute.int('parts', parts.length), attribute.float('scale', scale)], parts);
  return tf.tidy(() => {
    const scaled = scale === 1 ? [...parts] : [tf.mul(parts[0]!, scale), ...parts.slice(1)];
    const together = tf.transpose(tf.stack(scaled), [1, 3, 0, 2, 4]);
    return tf.reshape(together, [n * tokens, parts.length * heads * size]);
  });
}

/** Softmax over the last axis. */
export const softmax = (x: Tensor): Tensor =>
  hasCustom() ? runCustomOne('Softmax', [], [x]) : runKernel('Softmax', [attribute.float32()], [x]);

/** The gradient by the logits, p (dp - rowsum(p dp)), from the one by p = softmax(logits). */
export const softmaxGradient = (dp: Tensor, p: Tensor): Tensor =>
  hasCustom()
    ? runCustomOne('SoftmaxGrad', [], [dp, p])
    : tf.tidy(() => tf.mul(p, tf.sub(dp, tf.sum(tf.mul(p, dp), -1, true))));
