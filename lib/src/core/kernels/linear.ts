/** Matrix products on raw kernels, and a dense layer as one operation of the tape. */
import * as tf from '../../tf';
import type { Tensor, Tensor1D, Tensor2D } from '../../tf';
import { release } from '../scope';
import { biasActivate, sumOfRows } from './activation';
import { attribute, isNative, runKernel } from './native';

/** Which factors of a product are transposed over their last two axes. */
export interface Transposes {
  readonly a?: boolean;
  readonly b?: boolean;
}

/** a b for matrices, either of them transposed on the way. */
export function matrixProduct(a: Tensor, b: Tensor, transposed: Transposes = {}): Tensor {
  const transposes = [
    attribute.bool('transpose_a', transposed.a ?? false),
    attribute.bool('transpose_b', transposed.b ?? false),
  ];
  return runKernel('MatMul', [attribute.float32(), ...transposes], [a, b]);
}

/** The same for stacks of matrices: the leading axes are alike. */
export function batchProduct(a: Tensor, b: Tensor, transposed: Transposes = {}): Tensor {
  const transposes = [attribute.bool('adj_x', transposed.a ?? false), attribute.bool('adj_y', transposed.b ?? false)];
  return runKernel('BatchMatMulV2', [attribute.float32(), ...transposes], [a, b]);
}

/** dx = dy W', dW = x' dy, db = the sum of dy over the rows; only x and W are kept for it. */
const native = tf.customGrad((x, weight, bias, save) => {
  const [input, kernel] = [x as Tensor, weight as Tensor];
  const value = tf.tidy(() => biasActivate(matrixProduct(input, kernel), bias as Tensor, 'none'));
  (save as tf.GradSaveFunc)([input, kernel]);
  const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
    const [rows, taps] = saved;
    const gradients = tf.tidy(() => [
      matrixProduct(dy, taps!, { b: true }),
      matrixProduct(rows!, dy, { a: true }),
      sumOfRows(dy),
    ]);
    release(dy, saved);
    return gradients;
  };
  return { value, gradFunc };
});

/** The same on plain tfjs operations: for other backends, and as the reference in tests. */
export function plainLinear(x: Tensor2D, weight: Tensor2D, bias: Tensor1D): Tensor2D {
  return tf.tidy(() => tf.add(tf.matMul(x, weight), bias) as Tensor2D);
}

/**
 * A dense layer, x W + b.
 *
 * @param x [rows, c]
 * @param weight [c, d]
 * @param bias [d]
 * @returns [rows, d]
 */
export function linear(x: Tensor2D, weight: Tensor2D, bias: Tensor1D): Tensor2D {
  return isNative() ? (native(x, weight, bias) as Tensor2D) : plainLinear(x, weight, bias);
}
