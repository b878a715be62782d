/**
 * Convolution, bias and ReLU6 as one operation of the tape.
 *
 * As three operations the tape would hold three maps for each layer; as one it holds the result alone, which is all that the gradients need.
 * On TensorFlow's own backend the raw kernels are called, elsewhere the plain tfjs operations; both give the same values and gradients.
 */
import * as tf from '../../tf';
import type { Tensor, Tensor1D, Tensor4D } from '../../tf';
import { release } from '../scope';
import { depthwiseForward, depthwiseInputGradient, depthwiseKernelGradient } from './depthwise';
import type { Geometry } from './depthwise';
import { attribute, isNative, runKernel } from './native';

export interface ConvolutionOptions {
  readonly stride: number;
  /** Each channel with its own kernel [k, k, c, 1], or all with all [k, k, c, d]. */
  readonly depthwise: boolean;
  readonly activation: 'relu6' | 'none';
  /** The input is data (the first layer's images): its gradient, which nobody reads, is not computed. */
  readonly fixedInput?: boolean;
}

/** A convolution without bias: forward, and its two gradients. */
interface Kernels {
  readonly forward: (x: Tensor, kernel: Tensor) => Tensor;
  readonly inputGradient: (dy: Tensor, kernel: Tensor) => Tensor;
  readonly kernelGradient: (x: Tensor, dy: Tensor) => Tensor;
}

function matrixProduct(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const transposes = [attribute.bool('transpose_a', transposeA), attribute.bool('transpose_b', transposeB)];
  return runKernel('MatMul', [attribute.float32(), ...transposes], [a, b]);
}

/** A 1 x 1 convolution with stride 1 is one matrix product over all pixels. */
function pointwiseKernels([n, h, w, c]: Geometry['x'], d: number): Kernels {
  const flat = (x: Tensor, columns: number) => tf.reshape(x, [n * h * w, columns]);
  return {
    forward: (x, kernel) =>
      tf.reshape(matrixProduct(flat(x, c), tf.reshape(kernel, [c, d]), false, false), [n, h, w, d]),
    inputGradient: (dy, kernel) =>
      tf.reshape(matrixProduct(flat(dy, d), tf.reshape(kernel, [c, d]), false, true), [n, h, w, c]),
    kernelGradient: (x, dy) => tf.reshape(matrixProduct(flat(x, c), flat(dy, d), true, false), [1, 1, c, d]),
  };
}

function denseKernels({ x: shape, kernel: k, stride }: Geometry, d: number): Kernels {
  const attributes = [
    attribute.float32(),
    attribute.ints('strides', [1, stride, stride, 1]),
    attribute.text('padding', 'SAME'),
    attribute.text('data_format', 'NHWC'),
    attribute.ints('dilations', [1, 1, 1, 1]),
    attribute.bool('use_cudnn_on_gpu', true),
    attribute.ints('explicit_paddings', []),
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

function kernelsFor(x: Tensor4D, kernel: Tensor4D, { stride, depthwise }: ConvolutionOptions): Kernels {
  const [k, , , d] = kernel.shape;
  const geometry: Geometry = { x: x.shape, kernel: k, stride };
  if (depthwise) return depthwiseKernels(geometry);
  return k === 1 && stride === 1 ? pointwiseKernels(x.shape, d) : denseKernels(geometry, d);
}

const channels = () => [attribute.float32(), attribute.text('data_format', 'NHWC')];

function native(x: Tensor4D, kernel: Tensor4D, bias: Tensor1D, options: ConvolutionOptions): Tensor4D {
  const kernels = kernelsFor(x, kernel, options);
  const relu6 = options.activation === 'relu6';
  const forward = (save: tf.GradSaveFunc): Tensor => {
    const value = tf.tidy(() => {
      const biased = runKernel<Tensor>('BiasAdd', channels(), [kernels.forward(x, kernel), bias]);
      return relu6 ? runKernel<Tensor>('Relu6', [attribute.float32()], [biased]) : biased;
    });
    save(relu6 ? [x, kernel, value] : [x, kernel]);
    return value;
  };
  const backward = (dy: Tensor, [input, taps, y]: Tensor[]): Tensor[] => {
    const gradients = tf.tidy(() => {
      // The gradient passes where 0 < y < 6, which the output tells as well as the input.
      const dz = relu6 ? runKernel<Tensor>('Relu6Grad', [attribute.float32()], [dy, y!]) : dy;
      const weights = [kernels.kernelGradient(input!, dz), runKernel<Tensor>('BiasAddGrad', channels(), [dz])];
      return options.fixedInput ? weights : [kernels.inputGradient(dz, taps!), ...weights];
    });
    // The tape walks backwards: nobody reads this gradient again, and holding them all would double the step's memory.
    release(dy);
    return gradients;
  };
  const operation = tf.customGrad((...args) => ({
    value: forward(args.at(-1) as tf.GradSaveFunc),
    gradFunc: backward,
  }));
  return (options.fixedInput ? operation(kernel, bias) : operation(x, kernel, bias)) as Tensor4D;
}

/** The same on plain tfjs operations: for other backends, and as the reference in tests. */
export function plainConvolution(x: Tensor4D, kernel: Tensor4D, bias: Tensor1D, options: ConvolutionOptions): Tensor4D {
  return tf.tidy(() => {
    const { stride, depthwise } = options;
    const y = depthwise ? tf.depthwiseConv2d(x, kernel, stride, 'same') : tf.conv2d(x, kernel, stride, 'same');
    const biased = tf.add(y, bias) as Tensor4D;
    return options.activation === 'relu6' ? tf.relu6(biased) : biased;
  });
}

/**
 * activation(conv(x, kernel) + bias) with TensorFlow's SAME padding.
 *
 * @param x [n, h, w, c]
 * @param kernel [k, k, c, d], or [k, k, c, 1] where depthwise
 * @param bias [d]
 * @returns [n, ceil(h / stride), ceil(w / stride), d]
 */
export function convolution(x: Tensor4D, kernel: Tensor4D, bias: Tensor1D, options: ConvolutionOptions): Tensor4D {
  return isNative() ? native(x, kernel, bias, options) : plainConvolution(x, kernel, bias, options);
}
