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
  readonly TF_UINT8: number;
  createTensor(shape: readonly number[], type: number, data: Uint8Array): number;
  deleteTensor(id: number): void;
  executeOp(name: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): unknown[];
}

interface NativeBackend {
  readonly binding: Binding;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
  createOutputTensor(metadata: unknown): Tensor;
}

/** Whether the current backend is TensorFlow's own library. */
export const isNative = (): boolean => tf.getBackend() === 'tensorflow';

const backend = (): NativeBackend => tf.backend() as unknown as NativeBackend;

export const attribute = {
  text: (name: string, value: string): Attribute => ({ name, type: backend().binding.TF_ATTR_STRING, value }),
  int: (name: string, value: number): Attribute => ({ name, type: backend().binding.TF_ATTR_INT, value }),
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

/** Run the kernel `Cast` from bytes, which tfjs has no tensors of, to float32. */
export function castBytes<T extends Tensor>(data: Uint8Array, shape: readonly number[]): T {
  const { binding } = backend();
  const { TF_ATTR_TYPE: type, TF_UINT8 } = binding;
  const attributes = [{ name: 'SrcT', type, value: TF_UINT8 }, attribute.float32('DstT')];
  const bytes = binding.createTensor(shape, TF_UINT8, data);
  try {
    return backend().createOutputTensor(binding.executeOp('Cast', attributes, [bytes], 1)[0]) as T;
  } finally {
    binding.deleteTensor(bytes);
  }
}
