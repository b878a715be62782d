/**
 * State of an optimizer that update kernels change in place.
 *
 * Our own kernels write into the memory of a tensor that nobody else holds. TensorFlow's own work on resource variables, which tfjs does not
 * know but its backend can hold by their handles. On other backends a slot is a tfjs variable.
 */
import * as tf from '../../tf';
import type { Tensor } from '../../tf';
import { survive } from '../scope';
import { hasCustom } from './custom';
import { attribute, isNative, runKernel, runKernels } from './native';

/** A tensor of optimizer state that is changed in place. End it with `dispose`. */
export interface Slot {
  readonly shape: readonly number[];
  /** The current values, as a fresh tensor. */
  read(): Tensor;
  write(value: Tensor): void;
  dispose(): void;
  /** The handle of the resource variable, for TensorFlow's update kernels. */
  readonly handle?: Tensor;
  /** The values themselves, which our update kernels write to; never handed on, for a clone would share their memory. */
  readonly values?: Tensor;
}

let count = 0;

function nativeSlot(shape: readonly number[]): Slot {
  const dtype = attribute.float32('dtype');
  const handle = runKernel<Tensor>(
    'VarHandleOp',
    [
      attribute.text('container', ''),
      attribute.text('shared_name', `csdnet-slot-${count++}`),
      dtype,
      attribute.shape('shape', shape),
    ],
    [],
  );
  const slot: Slot = {
    shape,
    handle: survive(handle),
    read: () => runKernel('ReadVariableOp', [dtype], [handle]),
    write: (value) =>
      void runKernels('AssignVariableOp', [dtype, attribute.bool('validate_shape', false)], [handle, value], 0),
    dispose: () => {
      runKernels('DestroyResourceOp', [attribute.bool('ignore_lookup_error', true)], [handle], 0);
      handle.dispose();
    },
  };
  tf.tidy(() => slot.write(tf.zeros([...shape])));
  return slot;
}

/** A copy in memory of its own. */
const copied = (x: Tensor): Tensor => tf.add(x, 0);

function customSlot(shape: readonly number[]): Slot {
  const make = (value: Tensor): Tensor => survive(tf.tidy(() => copied(value)));
  let values = tf.tidy(() => make(tf.zeros([...shape])));
  return {
    shape,
    get values() {
      return values;
    },
    read: () => copied(values),
    write: (value) => {
      values.dispose();
      values = make(value);
    },
    dispose: () => values.dispose(),
  };
}

function plainSlot(shape: readonly number[]): Slot {
  const variable = tf.tidy(() => tf.variable(tf.zeros([...shape]), false));
  return {
    shape,
    read: () => variable.clone(),
    write: (value) => void variable.assign(value),
    dispose: () => variable.dispose(),
  };
}

/** A slot of zeros. Own out: end it with its `dispose`. */
export function createSlot(shape: readonly number[]): Slot {
  if (hasCustom()) return customSlot(shape);
  return isNative() ? nativeSlot(shape) : plainSlot(shape);
}
