/**
 * DDL, the feature level: the contrast of a batch against a queue of past features.
 *
 * The sources state a memory queue and a contrastive loss, later papers a margin; they leave the family open, so it is a switch, and each
 * family has one equation. All take unit features, compare them with the rows of a queue through one matrix product, and give one loss for each
 * anchor. An empty row costs nothing. s_ij = f_i . q_j; P(i) are the rows of the anchor's class, N(i) those of other classes, |Q| the
 * rows that hold a feature.
 */
import * as tf from '../tf';
import type { Tensor1D, Tensor2D } from '../tf';
import { stopGradient } from '../core/gradient';
import { marginSums, pairMasks } from '../core/kernels';
import { similarities } from '../core/similarity';
import type { Queue } from './queue';

export interface Anchors {
  /** f, unit rows, [n, d]. */
  readonly features: Tensor2D;
  /** int32 [n] */
  readonly labels: Tensor1D;
  /** The same samples' other view, unit rows [n, d]: the positive of the instance-level families. */
  readonly positives?: Tensor2D | undefined;
}

export interface ContrastOptions {
  readonly family: 'margin' | 'xbm' | 'supcon' | 'infonce' | 'triplet';
  /** xi of `margin` and `xbm`; the distance by which `triplet` wants a positive nearer. */
  readonly margin: number;
  /** tau of `supcon` and `infonce`, > 0. */
  readonly temperature: number;
  /** `queue`: sums over pairs by |Q|; `balanced`: mean over positives plus mean over negatives. For `margin`. */
  readonly reduction: 'queue' | 'balanced';
}

/** What every family reads: similarities, and which rows are of the same class, of another, or empty. All [n, |Q|]. */
interface Pairs {
  readonly s: Tensor2D;
  readonly same: Tensor2D;
  readonly other: Tensor2D;
  /** Rows that hold a feature, at least 1. */
  readonly count: number;
}

function pairsOf({ features, labels }: Anchors, queue: Queue): Pairs {
  const s = similarities(features, queue.features);
  return { s, ...pairMasks(labels, queue.labels), count: Math.max(queue.filled, 1) };
}

const sumRows = (x: Tensor2D): Tensor1D => tf.sum(x, 1) as Tensor1D;

/** The mean of x over the pairs that a mask marks; 0 for an anchor that has none. */
const meanWhere = (x: Tensor2D, mask: Tensor2D): Tensor1D =>
  tf.div(sumRows(tf.mul(x, mask)), tf.maximum(sumRows(mask), 1)) as Tensor1D;

/**
 *   queue:     1/|Q| ( sum over P(i) of (1 - s_ij) + sum over N(i) of max(0, s_ij - xi) )
 *   balanced:  mean over P(i) of (1 - s_ij) + mean over N(i) of max(0, s_ij - xi)
 *
 * Source: TransFG's margin loss, taken over a queue.
 */
function margin({ s, same, other }: Pairs, options: ContrastOptions): Tensor1D {
  const [pull, push] = [tf.sub(1, s) as Tensor2D, tf.relu(tf.sub(s, options.margin)) as Tensor2D];
  return tf.add(meanWhere(pull, same), meanWhere(push, other));
}

/** The reduction over |Q|, without the masks of all pairs that the others read. */
function marginOverQueue({ features, labels }: Anchors, queue: Queue, options: ContrastOptions): Tensor1D {
  const s = similarities(features, queue.features);
  const share = 1 / Math.max(queue.filled, 1);
  return marginSums(s, labels, queue.labels, { margin: options.margin, share });
}

/**
 *   sum over P(i) of (1 - s_ij) + sum over N(i) with s_ij > xi of s_ij
 *
 * Source: XBM (Wang et al., CVPR 2020). It is a sum, so its size grows with the queue; alpha is chosen with that in mind.
 */
function xbm({ s, same, other }: Pairs, options: ContrastOptions): Tensor1D {
  // Which pairs count is no function to differentiate (and tfjs has no gradient for a comparison).
  const near = tf.cast(tf.greater(stopGradient(s), options.margin), 'float32');
  return sumRows(tf.add(tf.mul(tf.sub(1, s), same), tf.mul(tf.mul(s, near), other)));
}

/** Far below any similarity over a temperature: the exponential of it is 0. */
const NEVER = -1e9;

/** log of the sum over marked pairs of exp(x); NEVER-like where a row marks none. */
const logSumWhere = (x: Tensor2D, mask: Tensor2D): Tensor1D =>
  tf.logSumExp(tf.add(x, tf.mul(tf.sub(1, mask), NEVER)), 1) as Tensor1D;

/**
 *   - mean over p in P(i) of log( exp(s_ip / tau) / sum over all rows a of exp(s_ia / tau) ),   0 where P(i) is empty
 *
 * Source: supervised contrastive learning (Khosla et al., NeurIPS 2020), the form with the mean outside.
 */
function supcon({ s, same, other }: Pairs, options: ContrastOptions): Tensor1D {
  const logits = tf.div(s, options.temperature) as Tensor2D;
  const all = tf.expandDims(logSumWhere(logits, tf.add(same, other)), 1);
  return meanWhere(tf.sub(all, logits), same);
}

function positiveSimilarity({ features, positives }: Anchors, family: string): Tensor1D {
  if (!positives)
    throw new Error(`the contrast family ${family} needs a second view: choose view.kind "crop" or "random"`);
  return tf.sum(tf.mul(features, positives), 1) as Tensor1D;
}

/**
 *   - log( exp(p_i / tau) / (exp(p_i / tau) + sum over all rows of exp(s_ij / tau)) ),   p_i = f_i . f'_i
 *
 * Source: MoCo (He et al., CVPR 2020). Labels are not read: rows of the anchor's class are negatives as well.
 */
function infonce({ s, same, other }: Pairs, options: ContrastOptions, anchors: Anchors): Tensor1D {
  const positive = tf.div(positiveSimilarity(anchors, 'infonce'), options.temperature) as Tensor1D;
  const negatives = logSumWhere(tf.div(s, options.temperature) as Tensor2D, tf.add(same, other));
  return tf.sub(tf.logSumExp(tf.stack([positive, negatives], 1), 1), positive) as Tensor1D;
}

/**
 *   mean over all rows of max(0, s_ij - p_i + margin),   p_i = f_i . f'_i
 *
 * Source: the instance-level triplet loss of CLE-ViT's paper, with distance 1 - s and the queue's rows as negatives.
 */
function triplet({ s, same, other, count }: Pairs, options: ContrastOptions, anchors: Anchors): Tensor1D {
  const positive = tf.expandDims(positiveSimilarity(anchors, 'triplet'), 1);
  const violation = tf.relu(tf.add(tf.sub(s, positive), options.margin)) as Tensor2D;
  return tf.div(sumRows(tf.mul(violation, tf.add(same, other))), count);
}

const FAMILIES = { margin, xbm, supcon, infonce, triplet } as const satisfies Record<
  ContrastOptions['family'],
  (pairs: Pairs, options: ContrastOptions, anchors: Anchors) => Tensor1D
>;

/**
 * Contrast a batch with a queue.
 *
 * @param anchors borrowed
 * @param queue borrowed, not changed; an empty one costs 0
 * @returns loss of each anchor, [n]
 * @throws where an instance-level family gets no positives
 */
export function queueContrast(anchors: Anchors, queue: Queue, options: ContrastOptions): Tensor1D {
  return tf.tidy(() => {
    if (options.family === 'margin' && options.reduction === 'queue') return marginOverQueue(anchors, queue, options);
    return FAMILIES[options.family](pairsOf(anchors, queue), options, anchors);
  });
}

/**
 * The default family, as the peers have it: `margin` over the whole queue.
 *
 *   loss_i = 1/|Q| * sum over j of ( [y_i = y_j] (1 - s_ij) + [y_i != y_j] max(0, s_ij - margin) )
 *
 * A queue that holds just this batch gives the loss within the batch (TransFG's).
 *
 * @param features f, unit rows, [n, d]
 * @param labels int32 [n]
 * @param queue borrowed, not changed; an empty one costs 0
 * @param xi the margin, in [-1, 1]
 * @returns [n]
 */
export function marginContrast(features: Tensor2D, labels: Tensor1D, queue: Queue, xi: number): Tensor1D {
  return queueContrast({ features, labels }, queue, {
    family: 'margin',
    margin: xi,
    reduction: 'queue',
    temperature: 1,
  });
}
