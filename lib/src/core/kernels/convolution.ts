/**
 * Convolution, bias and activation as one operation of the tape.
 *
 * As three operations the tape would hold three maps for each layer; as one it holds the result alone, which is all that the gradients need.
 * On TensorFlow's own backend the raw kernels are called, elsewhere the plain tfjs operations; both give the same values and gradients.
 */
import * as tf from '../../tf';
import type { Tensor, Tensor1D, Tensor4D } from '../../tf';
import { release } from '../scope';
import { activated, activationGradient, biasActivate, biasActivateGradient, plainActivated } from './activation';
import type { Activation } from './activation';
import { depthwiseForward, depthwiseInputGradient, depthwiseKernelGradient } from './depthwise';
import type { Geometry } from './depthwise';
import { matrixProduct } from './linear';
import { attribute, isNative, runKernel } from './native';
import { reshaped } from './reshape';

export interface ConvolutionOptions {
  readonly stride: number;
  /** Each channel with its own kernel [k, k, c, 1], or all with all [k, k, c, d]. */
  readonly depthwise: boolean;
  readonly activation: Activation;
  /**
   * `same` (default): TensorFlow's, as many zeros as give ceil(n / stride) outputs, an odd one after; `torch`: (k - 1) / 2 zeros on every side.
   * They agree for stride 1; for stride 2 on an even side `same` puts its zeros after the map and so sees other pixels.
   */
  readonly padding?: 'same' | 'torch' | undefined;
  /** The input is data (the first layer's images): its gradient, which nobody reads, is not computed. */
  readonly fixedInput?: boolean;
}

/** A convolution without bias: forward, and its two gradients. */
interface Kernels {
  readonly forward: (x: Tensor, kernel: Tensor) => Tensor;
  readonly inputGradient: (dy: Tensor, kernel: Tensor) => Tensor;
  readonly kernelGradient: (x: Tensor, dy: Tensor) => Tensor;
}

/** A 1 x 1 convolution with stride 1 is one matrix product over all pixels. */
function pointwiseKernels([n, h, w, c]: Geometry['x'], d: number): Kernels {
  const flat = (x: Tensor, columns: number) => reshaped(x, [n * h * w, columns]);
  return {
    forward: (x, kernel) => reshaped(matrixProduct(flat(x, c), reshaped(kernel, [c, d])), [n, h, w, d]),
    inputGradient: (dy, kernel) =>
      reshaped(matrixProduct(flat(dy, d), reshaped(kernel, [c, d]), { b: true }), [n, h, w, c]),
    kernelGradient: (x, dy) => reshaped(matrixProduct(flat(x, c), flat(dy, d), { a: true }), [1, 1, c, d]),
  };
}

/** Zeros on each side of the map with `torch` padding. @throws for an even kernel, which has no middle */
function zerosAround(k: number): number {
  if (k % 2 === 0) throw new Error(`padding "torch" is for odd kernels: a ${k} x ${k} kernel has no middle`);
  return (k - 1) / 2;
}

function denseKernels({ x: shape, kernel: k, stride }: Geometry, d: number, torch: boolean): Kernels {
  const p = torch ? zerosAround(k) : 0;
  const attributes = [
    attribute.float32(),
    attribute.ints('strides', [1, stride, stride, 1]),
    attribute.text('padding', torch ? 'EXPLICIT' : 'SAME'),
    attribute.text('data_format', 'NHWC'),
    attribute.ints('dilations', [1, 1, 1, 1]),
    attribute.bool('use_cudnn_on_gpu', true),
    attribute.ints('explicit_paddings', torch ? [0, 0, p, p, p, p, 0, 0] : []),
  ];
  return {
    forward: (x, kernel) => runKernel('Conv2D', attributes, [x, kernel]),
    inputGradient: (dy, kernel) =>
      runKernel('Conv2DBackpropInput', attributes, [tf.tensor1d([...shape], 'int32'), kernel, dy]),
    kernelGradient: (x, dy) =>
      runKernel('Conv2DBackpropFilter', attributes, [x, tf.tensor1d([k, k, shape[3], d], 'int32'), dy]),
  };
}

function depthwiseKernels(geometry: Geometry): Kernels {
  return {
    forward: (x, kernel) => depthwiseForward(x, kernel, geometry.stride),
    inputGradient: (dy, kernel) => depthwiseInputGradient(dy, kernel, geometry),
    kernelGradient: (x, dy) => depthwiseKernelGradient(x, dy, geometry),
  };
}

function kernelsFor(x: Tensor4D, kernel: Tensor4D, { stride, depthwise, padding }: ConvolutionOptions): Kernels {
  const [k, , , d] = kernel.shape;
  const geometry: Geometry = { x: x.shape, kernel: k, stride };
  if (depthwise) return depthwiseKernels(geometry);
  return k === 1 && stride === 1 ? pointwiseKernels(x.shape, d) : denseKernels(geometry, d, padding === 'torch');
}

type Bias = Tensor1D | undefined;

function native(x: Tensor4D, kernel: Tensor4D, bias: Bias, options: ConvolutionOptions): Tensor4D {
  const kernels = kernelsFor(x, kernel, options);
  const { activation, fixedInput } = options;
  const finish = (z: Tensor): Tensor => (bias ? biasActivate(z, bias, activation) : activated(z, activation));
  const forward = (save: tf.GradSaveFunc): Tensor => {
    const value = tf.tidy(() => finish(kernels.forward(x, kernel)));
    save(activation === 'none' ? [x, kernel] : [x, kernel, value]);
    return value;
  };
  const backward = (dy: Tensor, saved: Tensor[]): Tensor[] => {
    const [input, taps, y] = saved;
    const gradients = tf.tidy(() => {
      const [dz, ...db] = bias ? biasActivateGradient(dy, y, activation) : [activationGradient(dy, y, activation)];
      const weights = [kernels.kernelGradient(input!, dz!), ...db];
      return fixedInput ? weights : [kernels.inputGradient(dz!, taps!), ...weights];
    });
    release(dy, saved);
    return gradients;
  };
  const operation = tf.customGrad((...args) => ({
    value: forward(args.at(-1) as tf.GradSaveFunc),
    gradFunc: backward,
  }));
  const inputs = [...(fixedInput ? [] : [x]), kernel, ...(bias ? [bias] : [])];
  return operation(...inputs) as Tensor4D;
}

/** The same on plain tfjs operations: for other backends, and as the reference in tests. */
export function plainConvolution(x: Tensor4D, kernel: Tensor4D, bias: Bias, options: ConvolutionOptions): Tensor4D {
  return tf.tidy(() => {
    const { stride, depthwise, padding } = options;
    const p = padding === 'torch' ? zerosAround(kernel.shape[0]) : 0;
    const [input, pad] = padding === 'torch' ? ([padded(x, p), 'valid'] as const) : ([x, 'same'] as const);
    const y = depthwise ? tf.depthwiseConv2d(input, kernel, stride, pad) : tf.conv2d(input, kernel, stride, pad);
    return plainActivated(bias ? (tf.add(y, bias) as Tensor4D) : y, options.activation);
  });
}

const padded = (x: Tensor4D, p: number): Tensor4D =>
  tf.pad4d(x, [
    [0, 0],
    [p, p],
    [p, p],
    [0, 0],
  ]);

/**
 * activation(conv(x, kernel) + bias)
 *
 * @param x [n, h, w, c]
 * @param kernel [k, k, c, d], or [k, k, c, 1] where depthwise
 * @param bias [d], or undefined for none
 * @returns [n, h', w', d] with h' = ceil(h / stride), which is what both paddings give for odd kernels
 * @throws for an even kernel with `torch` padding, and for a depthwise one, which no network here has
 */
export function convolution(x: Tensor4D, kernel: Tensor4D, bias: Bias, options: ConvolutionOptions): Tensor4D {
  if (options.depthwise && options.padding === 'torch')
    throw new Error('a depthwise convolution has padding "same": "torch" is for dense ones');
  return isNative() ? native(x, kernel, bias, options) : plainConvolution(x, kernel, bias, options);
}
