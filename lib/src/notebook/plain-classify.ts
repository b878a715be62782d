/** Cross-entropy and its gradient on plain arrays, for a cell that checks them by hand. */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import { crossEntropy } from '../core/divergence';
import { lossesAndGradients } from '../core/gradient';
import { inScope } from '../core/scope';
import { matrix, rowsOf } from './rows';
import type { Rows } from './rows';

function checkLabels(logits: Rows, labels: readonly number[]): void {
  const classes = logits[0]?.length ?? 0;
  const wrong = labels.find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (wrong !== undefined) throw new RangeError(`label ${wrong}: choose from 0 to ${classes - 1}`);
  if (labels.length !== logits.length)
    throw new RangeError(`${logits.length} rows of logits and ${labels.length} labels; give one label a row`);
}

/**
 * The cross-entropy of each row of logits with its label, in nats (`crossEntropy`).
 *
 * @param smoothing share of the target that is spread over all classes, in [0, 1)
 * @throws RangeError where a label is no class of the row
 */
export function classifyLoss(logits: Rows, labels: readonly number[], smoothing = 0): number[] {
  checkLabels(logits, labels);
  return Array.from(
    inScope(() => crossEntropy(matrix(logits), tf.tensor1d([...labels], 'int32'), smoothing).dataSync<'float32'>()),
  );
}

/**
 * The gradient of the sum of the rows' cross-entropies by the logits, row by row, as a training step computes it.
 *
 * @throws as `classifyLoss`
 */
export function classifyGradient(logits: Rows, labels: readonly number[], smoothing = 0): number[][] {
  checkLabels(logits, labels);
  const flat = inScope(() => {
    const z = tf.variable(matrix(logits)) as tf.Variable & Tensor2D;
    try {
      const forward = () => {
        const losses = crossEntropy(z, tf.tensor1d([...labels], 'int32'), smoothing);
        return { values: tf.expandDims<Tensor1D>(tf.sum(losses), 0), aux: {} };
      };
      const { gradients } = lossesAndGradients(forward, [z], tf.tensor1d([1]));
      return gradients[z.name]!.dataSync<'float32'>();
    } finally {
      z.dispose();
    }
  });
  return rowsOf(flat, logits[0]!.length);
}
