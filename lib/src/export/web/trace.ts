/** Recording a computation as a graph: tfjs' operations are called once on a backend that writes them down. */
import * as tf from '../../tf';
import type { KernelFunc, Tensor } from '../../tf';
import { BACKEND, GraphBackend } from './backend';
import { needed } from './graph';
import type { Graph } from './graph';
import { RECORDERS } from './kernels';

/** What a recorded computation makes its tensors with. */
export interface Recording {
  /** The input under a name; its first size is `BATCH`. */
  placeholder(name: string, shape: readonly number[]): Tensor;
  /** Values under a name. */
  constant(name: string, values: Float32Array, shape: readonly number[]): Tensor;
}

const refusal =
  (kernel: string): KernelFunc =>
  () => {
    throw new Error(
      `the tfjs kernel ${kernel} has no form in a graph model yet: add it to RECORDERS in export/web/kernels.ts`,
    );
  };

/** Every kernel that tfjs has, as a recorder or as a refusal. */
function registerKernels(): void {
  if (tf.getKernelsForBackend(BACKEND).length > 0) return;
  const known = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  for (const kernelName of new Set([...known, ...Object.keys(RECORDERS)])) {
    const recorder = RECORDERS[kernelName];
    const kernelFunc: KernelFunc = recorder
      ? ({ inputs, attrs, backend }) =>
          recorder({
            inputs: inputs as Record<string, tf.TensorInfo>,
            attrs: attrs ?? {},
            graph: backend as GraphBackend,
          })
      : refusal(kernelName);
    tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  }
}

/**
 * The graph of a computation, without what its outputs do not need.
 *
 * Synchronous: tfjs has one current backend for the whole process, which is another one while `compute` runs. Nothing is computed,
 * so no value can be read in `compute`, and no tensor from outside can be used.
 *
 * @param compute gives the outputs by the names that they get in the graph
 * @throws where it calls a kernel that has no form in a graph
 */
export function recordGraph(compute: (recording: Recording) => Readonly<Record<string, Tensor>>): Graph {
  registerKernels();
  const before = tf.getBackend();
  const graph = new GraphBackend();
  const engine = tf.engine();
  const recording: Recording = {
    placeholder: (name, shape) => engine.makeTensorFromTensorInfo(graph.placeholder(name, shape)),
    constant: (name, values, shape) => engine.makeTensorFromTensorInfo(graph.constant(values, shape, name)),
  };
  tf.registerBackend(BACKEND, () => graph, 0);
  try {
    // Both backends are there at once, so the promise has nothing to wait for: the change is made when the call returns.
    void tf.setBackend(BACKEND);
    const names = tf.tidy(() => {
      const outputs = compute(recording);
      for (const [name, tensor] of Object.entries(outputs)) {
        graph.record({ op: 'Identity', inputs: [tensor], shape: tensor.shape, name });
      }
      return Object.keys(outputs) as unknown as tf.TensorContainer;
    }) as unknown as string[];
    return needed(graph.graph(), names);
  } finally {
    void tf.setBackend(before);
    tf.removeBackend(BACKEND);
  }
}
