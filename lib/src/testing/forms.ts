/** Two forms of one operation side by side: raw kernels and plain tfjs. */
import { createRng } from '../core/rng';
import * as tf from '../tf';
import type { Scalar, Tensor } from '../tf';
import { expectClose } from './close';
import type { Tolerance } from './close';
import { randomTensor } from './gradcheck';
import { expectNoLeak } from './leak';

/** An operation on a list of tensors, so that its gradient by each of them can be asked for. */
export type Operation = (args: readonly Tensor[]) => Tensor;

/** sum(value * weights) as a function of the arguments; the weights differ, so that no error can cancel. */
export const weighted =
  (operation: Operation) =>
  (...args: Tensor[]): Scalar => {
    const value = operation(args);
    return tf.sum(tf.mul(value, randomTensor(value.shape, createRng(2, 'weights'))));
  };

/** The value, then the gradients of its weighted sum by every argument. */
export function valueAndGradients(operation: Operation, args: readonly Tensor[]): number[][] {
  return tf.tidy(() => {
    const gradients = tf.grads(weighted(operation) as never)([...args] as never) as Tensor[];
    return [operation(args), ...gradients].map((tensor) => Array.from(tensor.dataSync()));
  });
}

/** @throws where value or any gradient of the two forms differ */
export function expectSameForms(
  native: Operation,
  plain: Operation,
  args: readonly Tensor[],
  tolerance: Tolerance,
): void {
  const [found, expected] = [valueAndGradients(native, args), valueAndGradients(plain, args)];
  found.forEach((numbers, i) => {
    try {
      expectClose(numbers, expected[i]!, tolerance);
    } catch (error) {
      throw new Error(`${i === 0 ? 'value' : `gradient by argument ${i - 1}`}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  });
}

/** @throws where the operation, with or without a tape, leaves something behind or disposes what it borrowed: arguments, outer gradient */
export function expectBorrows(operation: Operation, args: readonly Tensor[]): void {
  expectNoLeak(() => operation(args).dispose());
  expectNoLeak(() => tf.tidy(() => [operation(args)].length));
  const outer = tf.tidy(() => tf.onesLike(operation(args)));
  const backward = tf.grads(((...xs: Tensor[]) => operation(xs)) as never);
  expectNoLeak(() => tf.dispose(backward([...args] as never, outer)));
  expectNoLeak(() => void tf.tidy(() => backward([...args] as never).length));
  const disposed = [outer, ...args].filter(({ isDisposed }) => isDisposed);
  outer.dispose();
  if (disposed.length > 0) throw new Error(`${disposed.length} borrowed tensors were disposed`);
}
