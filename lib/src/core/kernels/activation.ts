/** Activations, and a bias with its activation behind a product. */
import * as tf from '../../tf';
import type { Tensor } from '../../tf';
import { release } from '../scope';
import { hasCustom, runCustom } from './custom';
import { attribute, isNative, runKernel } from './native';
import type { Attribute } from './native';

export type Activation = 'relu' | 'relu6' | 'none';

/** TensorFlow's kernels of an activation: forward, and its gradient from dy and the output y, which tells where it is flat as well as the input. */
const KERNELS = { relu: ['Relu', 'ReluGrad'], relu6: ['Relu6', 'Relu6Grad'] } as const;

/** As in lib/native/activation.h. */
const NUMBER: Readonly<Record<Activation, number>> = { none: 0, relu: 1, relu6: 2 };

/** How our kernels are told of an activation. */
export const activationAttribute = (activation: Activation): Attribute =>
  attribute.int('activation', NUMBER[activation]);

const channels = () => [attribute.float32(), attribute.text('data_format', 'NHWC')];

/**
 * activation(x + bias) on TensorFlow's library, unknown to the tape, for x [..., c] and bias [c].
 *
 * @param x what a kernel has just made, which nobody else reads: our kernel changes it in place, which saves a map and the way to memory
 */
export function biasActivate(x: Tensor, bias: Tensor, activation: Activation): Tensor {
  if (hasCustom()) {
    runCustom('BiasActivate', [activationAttribute(activation)], [x, bias], 0);
    return x;
  }
  return tf.tidy(() => {
    const biased = runKernel<Tensor>('BiasAdd', channels(), [x, bias]);
    return activation === 'none' ? biased : runKernel<Tensor>(KERNELS[activation][0], [attribute.float32()], [biased]);
  });
}

/** The sum over all axes but the last: the gradient of a bias. */
export const sumOfRows = (dy: Tensor): Tensor => runKernel('BiasAddGrad', channels(), [dy]);

/** The gradient by the input from dy and the output y; dy itself, not a copy, where there is no activation. */
export const activationGradient = (dy: Tensor, y: Tensor | undefined, activation: Activation): Tensor =>
  activation === 'none' ? dy : runKernel(KERNELS[activation][1], [attribute.float32()], [dy, y!]);

/** Gradients by x (dy itself, not a copy, where there is no activation) and by the bias, from dy and the output y. */
export function biasActivateGradient(dy: Tensor, y: Tensor | undefined, activation: Activation): [Tensor, Tensor] {
  if (activation === 'none') return [dy, sumOfRows(dy)];
  if (hasCustom())
    return runCustom('BiasActivateGrad', [activationAttribute(activation)], [dy, y!], 2) as [Tensor, Tensor];
  const dz = activationGradient(dy, y, activation);
  return [dz, sumOfRows(dz)];
}

const native = (activation: 'relu' | 'relu6') =>
  tf.customGrad((x, save) => {
    const y = runKernel<Tensor>(KERNELS[activation][0], [attribute.float32()], [x as Tensor]);
    (save as tf.GradSaveFunc)([y]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => {
      const dx = activationGradient(dy, saved[0], activation);
      release(dy, saved);
      return dx;
    };
    return { value: y, gradFunc };
  });

/** An activation on plain tfjs operations. */
export function plainActivated<T extends Tensor>(x: T, activation: Activation): T {
  if (activation === 'none') return x;
  return activation === 'relu' ? tf.relu(x) : tf.relu6(x);
}

/** max(0, x), or that and 6 at most; tfjs' own gradient of the latter is four passes over the map, TensorFlow's one. */
export function activated<T extends Tensor>(x: T, activation: Activation): T {
  return activation === 'none' || !isNative() ? plainActivated(x, activation) : (native(activation)(x) as T);
}
