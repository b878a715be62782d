/**
 * The only door to TensorFlow.js: every other file of lib that computes with tensors imports it from here.
 */
import './tf-environment';
import * as tf from '@tensorflow/tfjs-node-gpu';

export * from '@tensorflow/tfjs-node-gpu';

/** The version of TensorFlow's library, and the device that it computes on. */
export function deviceInfo(): { readonly tensorflow: string; readonly device: string } {
  const backend = tf.backend() as unknown as { binding?: { TF_Version: string }; isUsingGpuDevice?: boolean };
  const device = backend.isUsingGpuDevice ? 'GPU' : 'CPU';
  return { tensorflow: backend.binding?.TF_Version ?? tf.version['tfjs-core'], device };
}
