/** Bytes as numbers, the four-fold growth to float left to TensorFlow. */
import * as tf from '../../tf';
import type { Tensor4D } from '../../tf';
import { castBytes, isNative } from './native';

type Shape = readonly [number, number, number, number];

/** The same by plain tfjs: for other backends, and as the reference in tests. */
export const plainFromBytes = (data: Uint8Array, shape: Shape): Tensor4D =>
  tf.tensor4d(new Float32Array(data), [...shape]);

/**
 * Bytes 0..255 as a float tensor.
 *
 * tfjs has no tensors of bytes, so that the way round it is a conversion in JavaScript, which takes 24 ms for 32 images of 256 px and 190 ms
 * at 600 px. TensorFlow has them: its cast takes 2 ms and 19 ms, and a quarter of the bytes goes to a GPU.
 */
export function fromBytes(data: Uint8Array, shape: Shape): Tensor4D {
  return isNative() ? castBytes<Tensor4D>(data, shape) : plainFromBytes(data, shape);
}
