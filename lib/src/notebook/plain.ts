/** The three modules on plain arrays: numbers in, numbers out, for a cell that checks them by hand. */
import * as tf from '../tf';
import type { Tensor1D } from '../tf';
import { boundingBoxes, fractionMask, meanMask } from '../augment';
import { inScope } from '../core/scope';
import { selfDistillation } from '../distill';
import { queueLoss } from './contrast-plain';
import type { Labelled } from './contrast-plain';
import { matrix, rowsOf } from './rows';
import type { Rows } from './rows';

export { softened } from '../metrics/softened';

/**
 * SSDP on one saliency map: its mask (A > mean A, or A > theta max A where `theta` is given) and the bounding box
 * [top, left, bottom, right] in cells, without margin.
 */
export function maskAndBox(saliency: Rows, theta?: number): { readonly mask: number[][]; readonly box: number[] } {
  const [height, width] = [saliency.length, saliency[0]!.length];
  const { mask, box } = inScope(() => {
    const map = tf.expandDims<tf.Tensor3D>(matrix(saliency), 0);
    const found = theta === undefined ? meanMask(map) : fractionMask(map, tf.tensor1d([theta]));
    return { mask: found.dataSync(), box: boundingBoxes(found, 0).dataSync() };
  });
  const scale = [height, width, height, width];
  return {
    mask: rowsOf(mask, width),
    box: Array.from(box, (value, i) => Math.round(value * scale[i]!)),
  };
}

/** DDL: the margin loss of each anchor against the rows of a queue. Features are unit rows, labels whole numbers. */
export const contrastLoss = (anchors: Labelled, queue: Labelled, margin: number): number[] =>
  queueLoss(anchors, queue, { family: 'margin', reduction: 'queue', margin });

/** SSDT: T^2 KL(softmax(teacher / T) || softmax(student / T)) of each row of logits. */
export function distillLoss(teacher: Rows, student: Rows, temperature: number): number[] {
  const losses = inScope(() => {
    const labels = tf.zeros([student.length], 'int32') as Tensor1D;
    const pair = { raw: matrix(student), second: matrix(teacher), labels };
    return selfDistillation(pair, {
      ...{ temperature, direction: 'augToRaw', teacher: 'view', stopGradient: true },
      ...{ divergence: 'kl', targetWeight: 1, othersWeight: 1 },
    }).dataSync();
  });
  return Array.from(losses);
}
