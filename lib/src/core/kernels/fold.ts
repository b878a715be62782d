/** Batch norm with stored statistics, folded into the convolution before it. */
import * as tf from '../../tf';
import type { Tensor, Tensor1D, Tensor4D } from '../../tf';
import { hasCustom, runCustom } from './custom';
import { manyOutputs } from './many';
import { attribute } from './native';

/** A convolution's kernel, [k, k, c, d] or depthwise [k, k, d, 1], with its batch norm, each [d]. */
export interface NormalizedLayer {
  readonly kernel: Tensor4D;
  readonly gamma: Tensor1D;
  readonly beta: Tensor1D;
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** A convolution with its batch norm folded in. */
export interface Folded {
  readonly kernel: Tensor4D;
  readonly bias: Tensor1D;
}

/** The same on plain tfjs operations: for other backends, and as the reference in tests. */
export function plainFold({ kernel, gamma, beta, mean, variance }: NormalizedLayer, epsilon: number): Folded {
  const folded = tf.tidy(() => {
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    const depthwise = kernel.shape[3] === 1 && kernel.shape[2] === gamma.size;
    return {
      kernel: tf.mul(kernel, depthwise ? tf.reshape(scale, [-1, 1]) : scale),
      bias: tf.sub(beta, tf.mul(mean, scale)),
    };
  });
  return folded as Folded;
}

function customFold(layers: readonly NormalizedLayer[], epsilon: number): Folded[] {
  const list = (field: keyof NormalizedLayer): Tensor[] => layers.map((layer) => layer[field]);
  const attributes = [attribute.int('count', layers.length), attribute.float('epsilon', epsilon)];
  const [kernels, gammas, betas, means, variances] = (['kernel', 'gamma', 'beta', 'mean', 'variance'] as const).map(
    list,
  ) as [Tensor[], Tensor[], Tensor[], Tensor[], Tensor[]];
  const inputs = [...kernels, ...gammas, ...betas];
  const outputs = manyOutputs(inputs, {
    forward: () => runCustom('Fold', attributes, [...inputs, ...means, ...variances], 2 * layers.length),
    backward: (dys) => {
      const given = [...dys, ...kernels, ...gammas, ...means, ...variances];
      return [
        ...runCustom('FoldGrad', attributes, given, 2 * layers.length),
        ...dys.slice(layers.length).map((dy) => tf.clone(dy)),
      ];
    },
  });
  return layers.map((_, i) => ({ kernel: outputs[i] as Tensor4D, bias: outputs[layers.length + i] as Tensor1D }));
}

/**
 * Convolution and batch norm with stored statistics, as one convolution:
 *
 *   s = gamma / sqrt(var + epsilon),   conv(x, K) s + (beta - mean s) = conv(x, K s) + (beta - mean s)
 *
 * The kernel is scaled instead of the (much larger) map; gradients reach K, gamma and beta as before. The statistics get none.
 *
 * @param layers borrowed; on a tape they must live until its gradients are computed, as variables do
 */
export function foldNormalizations(layers: readonly NormalizedLayer[], epsilon: number): readonly Folded[] {
  if (layers.length === 0) return [];
  return hasCustom() ? customFold(layers, epsilon) : layers.map((layer) => plainFold(layer, epsilon));
}
