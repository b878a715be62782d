import * as tf from '../../tf';
import type { Tensor } from '../../tf';
import { hasCustom, runCustomOne } from './custom';
import { attribute } from './native';

/**
 * x under another shape of as many numbers, unknown to the tape; the memory is shared.
 *
 * tfjs makes a tensor of the shape for each call, which takes three times as long as the rest of it, and a step reshapes some hundred times.
 *
 * @throws where the sizes differ
 */
export const reshaped = (x: Tensor, shape: readonly number[]): Tensor =>
  hasCustom() ? runCustomOne('Reshape', [attribute.ints('shape', shape)], [x]) : tf.reshape(x, [...shape]);
