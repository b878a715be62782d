/** What a step does, kernel by kernel: a wrapper around the backend's calls into TensorFlow, and their sums. */
import * as tf from '../tf';

/** One call of a kernel. */
export interface Call {
  readonly name: string;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly milliseconds: number;
}

/** All calls of a kernel with the same shapes. */
export interface KernelSum {
  readonly name: string;
  /** Shapes of the inputs, and of the outputs, as text. */
  readonly shapes: string;
  readonly calls: number;
  readonly milliseconds: number;
  /** Bytes of inputs and outputs together, at four bytes a number, summed over the calls. */
  readonly bytes: number;
  /** Floating-point operations summed over the calls, where the kernel is a product or a convolution. */
  readonly operations: number | undefined;
}

type Execute = (name: string, attributes: unknown, inputs: readonly unknown[], outputs?: number) => unknown;
type Backend = Record<'executeSingleOutput' | 'executeMultipleOutputs', Execute>;

const shapesIn = (list: readonly unknown[]): readonly (readonly number[])[] =>
  list.map((one) => (one as { shape?: readonly number[] } | null)?.shape ?? []);

/** Do something and note every kernel that it calls. TensorFlow's eager calls on a processor return when they are done. */
export function recordKernels(work: () => void): readonly Call[] {
  const backend = tf.backend() as unknown as Backend;
  const calls: Call[] = [];
  const methods = ['executeSingleOutput', 'executeMultipleOutputs'] as const;
  const originals = methods.map((method) => backend[method]);
  let depth = 0;
  methods.forEach((method, i) => {
    backend[method] = function (this: Backend, ...given: Parameters<Execute>) {
      const begin = performance.now();
      depth++;
      try {
        const result = originals[i]!.apply(this, given);
        const milliseconds = performance.now() - begin;
        const outputs = shapesIn(Array.isArray(result) ? result : [result]);
        if (depth === 1) calls.push({ name: given[0], inputs: shapesIn(given[2]), outputs, milliseconds });
        return result;
      } finally {
        depth--;
      }
    };
  });
  try {
    work();
  } finally {
    methods.forEach((method, i) => (backend[method] = originals[i]!));
  }
  return calls;
}

const size = (shape: readonly number[] | undefined): number => (shape ?? []).reduce((product, n) => product * n, 1);
const last = (shape: readonly number[] | undefined): number => shape?.at(-1) ?? 1;

/** Operations of a convolution from its map behind it and its kernel [k, k, in, out] (depthwise [k, k, channels, 1]). */
function convolutionOperations(map: readonly number[], kernel: readonly number[], depthwise: boolean): number {
  const [height = 1, width = 1, inputs = 1] = kernel;
  return 2 * size(map) * height * width * (depthwise ? 1 : inputs);
}

/** 2 m k n of a (batched) product, from its left side [.., m, k] or [.., k, m] and its result [.., m, n]. */
const productOperations = ({ inputs, outputs }: Call): number => 2 * size(inputs[0]) * last(outputs[0]);

/** Multiplications and additions of a call, where its name and shapes tell them. */
export function operationsOf(call: Call): number | undefined {
  const { name, inputs, outputs } = call;
  if (/MatMul/.test(name)) return productOperations(call);
  const depthwise = /Depthwise/.test(name);
  if (/Conv2d?.*BackpropFilter$/i.test(name) && inputs[2])
    return convolutionOperations(inputs[2], outputs[0]!, depthwise);
  if (/Conv2d?.*BackpropInput$/i.test(name) && inputs[2])
    return convolutionOperations(inputs[2], inputs[1]!, depthwise);
  if (/Conv2d/i.test(name) && inputs[1]) return convolutionOperations(outputs[0]!, inputs[1], depthwise);
  return undefined;
}

const shapeText = (shapes: readonly (readonly number[])[]): string =>
  shapes.map((shape) => `[${shape.join(',')}]`).join(' ');

/** Calls summed by name and shapes, the slowest first. */
export function sumKernels(calls: readonly Call[]): readonly KernelSum[] {
  const sums = new Map<string, KernelSum>();
  for (const call of calls) {
    const shapes = `${shapeText(call.inputs)} -> ${shapeText(call.outputs)}`;
    const key = `${call.name} ${shapes}`;
    const before = sums.get(key);
    const operations = operationsOf(call);
    sums.set(key, {
      ...{ name: call.name, shapes, calls: (before?.calls ?? 0) + 1 },
      milliseconds: (before?.milliseconds ?? 0) + call.milliseconds,
      bytes: (before?.bytes ?? 0) + 4 * [...call.inputs, ...call.outputs].reduce((sum, shape) => sum + size(shape), 0),
      operations: operations === undefined ? undefined : (before?.operations ?? 0) + operations,
    });
  }
  return [...sums.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
