import * as tf from '../tf';
import type { Tensor1D, Tensor2D, Tensor4D } from '../tf';
import { batchNormalize, convolution } from '../core/kernels';
import type { Activation, NormalizedLayer } from '../core/kernels';
import type { Lookup, ParameterSpec } from './architecture';

export interface ConvolutionSpec {
  /** Name of the kernel without its suffix, as in the weight file. */
  readonly name: string;
  /** Name of the batch norm that follows. */
  readonly norm: string;
  readonly kernel: number;
  readonly stride: number;
  /** Stride in pixels of the map that the layer's block gives. */
  readonly pixels: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly depthwise: boolean;
  readonly activation: Activation;
  readonly padding?: 'same' | 'torch';
  /** Whether the input is the images, which need no gradient. */
  readonly fixedInput?: boolean;
}

/** Parameters and statistics of a convolution with its batch norm, under torch's names. */
export function convolutionParameters(spec: ConvolutionSpec): readonly ParameterSpec[] {
  const { kernel, inputs, outputs, norm } = spec;
  const shape = spec.depthwise ? [kernel, kernel, outputs, 1] : [kernel, kernel, inputs, outputs];
  const sd = Math.sqrt(2 / (kernel * kernel * (spec.depthwise ? 1 : inputs)));
  const each = (name: string, kind: 'ones' | 'zeros', group: ParameterSpec['group']): ParameterSpec => {
    return { name: `${norm}.${name}`, shape: [outputs], init: { kind }, group, stride: spec.pixels, decay: false };
  };
  return [
    {
      name: `${spec.name}.weight`,
      shape,
      init: { kind: 'normal', sd },
      group: 'trunk',
      stride: spec.pixels,
      decay: true,
    },
    each('weight', 'ones', 'trunk'),
    each('bias', 'zeros', 'trunk'),
    each('running_mean', 'zeros', 'statistic'),
    each('running_var', 'ones', 'statistic'),
  ];
}

/** What a convolution and its batch norm are made of, by the names of their parameters. */
export const normalizedLayer = (spec: ConvolutionSpec, lookup: Lookup): NormalizedLayer => ({
  kernel: lookup(`${spec.name}.weight`),
  gamma: lookup(`${spec.norm}.weight`),
  beta: lookup(`${spec.norm}.bias`),
  mean: lookup(`${spec.norm}.running_mean`),
  variance: lookup(`${spec.norm}.running_var`),
});

/** Convolution, then batch norm by the statistics of the batch; `found` takes the statistics by name. */
export function normalizedConvolution(
  x: Tensor4D,
  spec: ConvolutionSpec,
  lookup: Lookup,
  options: { readonly epsilon: number; readonly found: Record<string, Tensor1D> },
): Tensor4D {
  const convolved = convolution(x, lookup(`${spec.name}.weight`), undefined, { ...spec, activation: 'none' });
  const gamma = lookup<Tensor1D>(`${spec.norm}.weight`);
  const beta = lookup<Tensor1D>(`${spec.norm}.bias`);
  const { epsilon } = options;
  const { y, mean, variance } = batchNormalize(convolved, gamma, beta, { epsilon, activation: spec.activation });
  options.found[`${spec.norm}.running_mean`] = mean;
  options.found[`${spec.norm}.running_var`] = variance;
  return y;
}

/** Mean over height and width: [n, h, w, c] -> [n, c]. */
export function globalAverage(x: Tensor4D): Tensor2D {
  return tf.mean(x, [1, 2]) as Tensor2D;
}

/** The classifier: [n, d] -> [n, classes]. */
export function dense(feature: Tensor2D, lookup: Lookup, name: string): Tensor2D {
  return tf.tidy(
    () => tf.add(tf.matMul(feature, lookup<Tensor2D>(`${name}.weight`)), lookup(`${name}.bias`)) as Tensor2D,
  );
}

/** Parameters of the classifier; drawn small, so that a fresh head starts near the uniform distribution. */
export function denseParameters(name: string, inputs: number, outputs: number): readonly ParameterSpec[] {
  return [
    {
      name: `${name}.weight`,
      shape: [inputs, outputs],
      init: { kind: 'normal', sd: 0.01 },
      group: 'head',
      stride: Infinity,
      decay: true,
    },
    { name: `${name}.bias`, shape: [outputs], init: { kind: 'zeros' }, group: 'head', stride: Infinity, decay: false },
  ];
}
