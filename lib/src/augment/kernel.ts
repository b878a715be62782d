/**
 * A learnt saliency: a content-aware kernel in the manner of CARAFE (Wang et al. 2019, "CARAFE: content-aware reassembly of features").
 * Each cell's features say how to weigh the activity of the cells around it.
 */
import * as tf from '../tf';
import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '../tf';
import type { ParameterSpec } from '../core/parameter';
import { activity, scaleToUnit } from './saliency';

/** Weights of the learnt kernel by parameter name. */
export type KernelWeights = (name: string) => Tensor;

/** Channels that the features are compressed to (CARAFE's value). */
const COMPRESSED = 64;
/** Side k of the neighbourhood (CARAFE's value for its reassembly). */
const SIDE = 5;
const REACH = (SIDE - 1) / 2;

/** Kernel and bias of one convolution. */
function convolutionSpecs(name: string, shape: readonly number[], sd: number): readonly ParameterSpec[] {
  const shared = { group: 'head', stride: Infinity } as const;
  return [
    { ...shared, name: `${name}.weight`, shape, init: { kind: 'normal', sd }, decay: true },
    { ...shared, name: `${name}.bias`, shape: shape.slice(-1), init: { kind: 'zeros' }, decay: false },
  ];
}

/**
 * What the kernel saliency learns, for feature maps of so many channels.
 *
 * As in CARAFE, the compression starts by Glorot's rule and the taps near 0, so that all taps begin nearly equal: A starts as the
 * activity averaged over 5 x 5 cells.
 */
export function kernelParameters(channels: number): readonly ParameterSpec[] {
  return [
    ...convolutionSpecs('ssdp.compress', [1, 1, channels, COMPRESSED], Math.sqrt(2 / (channels + COMPRESSED))),
    ...convolutionSpecs('ssdp.taps', [3, 3, COMPRESSED, SIDE * SIDE], 0.001),
  ];
}

function convolve(x: Tensor4D, weights: KernelWeights, name: string): Tensor4D {
  return tf.add(tf.conv2d(x, weights(`${name}.weight`) as Tensor4D, 1, 'same'), weights(`${name}.bias`) as Tensor1D);
}

/** The k x k cells around each cell, row by row; a cell beyond the edge counts 0: [n, h, w] -> [n, h, w, k * k]. */
function neighbourhoods(map: Tensor3D): Tensor4D {
  const [n, h, w] = map.shape;
  const padded = tf.pad(map, [[0, 0], [REACH, REACH], [REACH, REACH]]); // prettier-ignore
  const shifts = Array.from({ length: SIDE * SIDE }, (_, tap) => [0, Math.floor(tap / SIDE), tap % SIDE]);
  return tf.stack(
    shifts.map((shift) => tf.slice(padded, shift, [n, h, w])),
    3,
  ) as Tensor4D;
}

/**
 * Kernel saliency: the activity around each cell, weighed by a kernel that the cell's features choose.
 *
 *   g = conv1x1(F),   K_l = softmax over the k^2 taps of conv3x3(g)_l,   A_l = sum over taps n of K_l,n s_(l + n),   s = mean over channels of relu(F)
 *
 * scaled to [0, 1] for each image; k = 5; cells beyond the edge count 0. As in CARAFE nothing bends between the two convolutions: the
 * softmax does. It is differentiable in its weights, and learns through the values of a soft mask only. On a map of at most three
 * cells a side every neighbourhood is the whole map, and with equal taps A would be constant: take a finer map.
 *
 * @param map F, [n, h, w, c]
 * @param weights by the names of `kernelParameters(c)`
 * @returns A, [n, h, w] in [0, 1]
 */
export function kernelSaliency(map: Tensor4D, weights: KernelWeights): Tensor3D {
  return tf.tidy(() => {
    const taps = tf.softmax(convolve(convolve(map, weights, 'ssdp.compress'), weights, 'ssdp.taps'));
    return scaleToUnit(tf.sum(tf.mul(taps, neighbourhoods(activity(map))), 3));
  });
}
