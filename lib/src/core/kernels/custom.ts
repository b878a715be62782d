/**
 * Our own kernels (lib/native), which TensorFlow's library runs as its own: what takes several passes over a map with its kernels takes one
 * with them, and what takes a call for each parameter takes one call.
 *
 * They are for the CPU and an extra: where they were not compiled, on a GPU and on other backends, TensorFlow's kernels and the plain forms give
 * the same values more slowly.
 */
import path from 'node:path';
import * as tf from '../../tf';
import type { Tensor } from '../../tf';
import { kernelThreads } from '../threads';
import { isNative, runKernels } from './native';
import type { Attribute } from './native';

/** Levels of the processor that set-up compiles for, best first; `any` is the one of processors without levels. */
const LEVELS = ['x86-64-v4', 'x86-64-v3', 'any'] as const;

interface Library {
  /** Makes the kernels known to TensorFlow; false where this processor cannot run them. */
  register(threads: number): boolean;
}

const FOLDER = path.join(__dirname, '..', '..', '..', 'native', 'build');

function load(): boolean {
  const wanted = process.env.CSDNET_KERNELS;
  if (wanted === 'off') return false;
  return LEVELS.some((level) => {
    if (wanted && wanted !== level) return false;
    try {
      return (require(path.join(FOLDER, `csdnet-${level}.node`)) as Library).register(kernelThreads());
    } catch {
      return false;
    }
  });
}

let loaded: boolean | undefined;
let allowed = true;

/** Whether our kernels can run: on TensorFlow's library, on the CPU, and compiled for this processor. */
export function hasCustom(): boolean {
  if (!allowed || !isNative()) return false;
  const { isUsingGpuDevice } = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  return !isUsingGpuDevice && (loaded ??= load());
}

/** Run some work without our kernels: the form that a GPU takes, for tests and comparisons. */
export function withoutCustom<T>(work: () => T): T {
  const before = allowed;
  allowed = false;
  try {
    return work();
  } finally {
    allowed = before;
  }
}

/** Run one of our kernels; the name goes without its prefix. */
export const runCustom = (
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] => runKernels(`Csdnet${name}`, attributes, inputs, outputs);

/** The same for a kernel with one output. */
export const runCustomOne = <T extends Tensor>(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
): T => runCustom(name, attributes, inputs, 1)[0] as T;
