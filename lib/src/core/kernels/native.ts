/**
 * Calling TensorFlow kernels by name: tfjs-node's backend runs any registered one, also those that tfjs has no operation for.
 */
import * as tf from '../../tf';
import type { Tensor } from '../../tf';

export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

interface Binding {
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_FLOAT: number;
}

interface NativeBackend {
  readonly binding: Binding;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** Whether the current backend is TensorFlow's own library. */
export const isNative = (): boolean => tf.getBackend() === 'tensorflow';

const backend = (): NativeBackend => tf.backend() as unknown as NativeBackend;

export const attribute = {
  text: (name: string, value: string): Attribute => ({ name, type: backend().binding.TF_ATTR_STRING, value }),
  ints: (name: string, value: readonly number[]): Attribute => ({ name, type: backend().binding.TF_ATTR_INT, value }),
  float: (name: string, value: number): Attribute => ({ name, type: backend().binding.TF_ATTR_FLOAT, value }),
  bool: (name: string, value: boolean): Attribute => ({ name, type: backend().binding.TF_ATTR_BOOL, value }),
  shape: (name: string, value: readonly number[]): Attribute => ({
    name,
    type: backend().binding.TF_ATTR_SHAPE,
    value,
  }),
  /** The element type of a kernel, always float32 here. */
  float32: (name = 'T'): Attribute => {
    const { binding } = backend();
    return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  },
};

/** Run a kernel that has one output. */
export function runKernel<T extends Tensor>(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
): T {
  return backend().executeMultipleOutputs(name, attributes, inputs, 1)[0] as T;
}

/** Run a kernel that has several outputs. */
export function runKernels(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  return backend().executeMultipleOutputs(name, attributes, inputs, outputs);
}
