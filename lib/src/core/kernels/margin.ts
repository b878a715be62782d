import * as tf from '../../tf';
import type { Tensor, Tensor1D, Tensor2D } from '../../tf';
import { release } from '../scope';
import { hasCustom, runCustomOne } from './custom';

export interface MarginOptions {
  readonly margin: number;
  /** What each anchor's sum is multiplied by. */
  readonly share: number;
}

/** The label of a row that holds nothing. */
export const EMPTY = -1;

/** Which pairs of n anchors and m rows are of one class, and which of two; neither where the row is empty. Both [n, m]. */
export function pairMasks(labels: Tensor1D, rows: Tensor1D): { readonly same: Tensor2D; readonly other: Tensor2D } {
  const rowLabels = tf.expandDims(rows, 0);
  const same = tf.cast(tf.equal(tf.expandDims(labels, 1), rowLabels), 'float32') as Tensor2D;
  return { same, other: tf.sub(tf.cast(tf.notEqual(rowLabels, EMPTY), 'float32'), same) };
}

const custom = (labels: Tensor1D, rows: Tensor1D, { margin, share }: MarginOptions) =>
  tf.customGrad((s, save) => {
    const numbers = () => tf.tensor1d([margin, share]);
    const value = tf.tidy(() => runCustomOne<Tensor>('Margin', [], [s as Tensor, labels, rows, numbers()]));
    (save as tf.GradSaveFunc)([s as Tensor, labels, rows]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const ds = tf.tidy(() => runCustomOne<Tensor>('MarginGrad', [], [dy, ...saved, numbers()]));
      release(dy, saved);
      return ds;
    };
    return { value, gradFunc };
  });

/** The same on plain tfjs operations. */
export function plainMarginSums(s: Tensor2D, labels: Tensor1D, rows: Tensor1D, options: MarginOptions): Tensor1D {
  return tf.tidy(() => {
    const { same, other } = pairMasks(labels, rows);
    const [pull, push] = [tf.sub(1, s), tf.relu(tf.sub(s, options.margin))];
    return tf.mul(tf.sum(tf.add(tf.mul(pull, same), tf.mul(push, other)), 1), options.share) as Tensor1D;
  });
}

/**
 *   loss_i = share * sum over j of ( [y_i = y_j] (1 - s_ij) + [y_i != y_j] max(0, s_ij - margin) ),   0 for an empty row j
 *
 * @param s similarities, [n, m]
 * @param labels int32 [n], from 0
 * @param rows labels of the m rows, int32 [m]; -1 for an empty one
 * @returns [n]
 */
export function marginSums(s: Tensor2D, labels: Tensor1D, rows: Tensor1D, options: MarginOptions): Tensor1D {
  return hasCustom() ? (custom(labels, rows, options)(s) as Tensor1D) : plainMarginSums(s, labels, rows, options);
}
