import * as tf from '../../tf';
import type { Tensor, Tensor1D, Tensor4D } from '../../tf';
import { adopt, release, survive } from '../scope';
import { activated, activationAttribute, activationGradient, plainActivated } from './activation';
import type { Activation } from './activation';
import { hasCustom, runCustom } from './custom';
import { attribute, isNative, runKernels } from './native';
import type { Attribute } from './native';

const attributes = (epsilon: number): readonly Attribute[] => [
  attribute.float32(),
  attribute.float32('U'),
  attribute.float('epsilon', epsilon),
  attribute.text('data_format', 'NHWC'),
  attribute.bool('is_training', true),
];

export interface Normalized {
  readonly y: Tensor4D;
  /** Mean of the batch, [c]; no gradient flows through it. */
  readonly mean: Tensor1D;
  /** Variance of the batch with Bessel's correction, [c]; no gradient flows through it. */
  readonly variance: Tensor1D;
}

function nativeNormalize(
  { epsilon, activation }: NormalizeOptions,
  statistics: (mean: Tensor, variance: Tensor) => void,
) {
  return tf.customGrad((x, gamma, beta, save) => {
    const empty = tf.zeros([0]);
    const [normal, mean, variance, reserve1, reserve2, reserve3] = runKernels(
      'FusedBatchNormV3',
      [...attributes(epsilon), attribute.float('exponential_avg_factor', 1)],
      [x as Tensor, gamma as Tensor, beta as Tensor, empty, empty],
      6,
    );
    empty.dispose();
    statistics(survive(mean!), survive(variance!));
    const y = activated(normal!, activation);
    // Of the two maps of the layer the activated one alone is kept: where it is flat tells the gradient all that it asks of the other.
    (save as tf.GradSaveFunc)([x as Tensor, gamma as Tensor, reserve1!, reserve2!, reserve3!, y]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [input, scale, r1, r2, r3, value] = saved;
        const gradients = tf.tidy(() => {
          const dNormal = activationGradient(dy, value, activation);
          return runKernels(
            'FusedBatchNormGradV3',
            attributes(epsilon),
            [dNormal, input!, scale!, r1!, r2!, r3!],
            5,
          ).slice(0, 3);
        });
        release(dy, saved);
        return gradients;
      },
    };
  });
}

/** The same with our own kernels: two passes over the map in either direction, activation included. */
function customNormalize(
  { epsilon, activation }: NormalizeOptions,
  statistics: (mean: Tensor, variance: Tensor) => void,
) {
  const attributes = [attribute.float('epsilon', epsilon), activationAttribute(activation)];
  return tf.customGrad((x, gamma, beta, save) => {
    const inputs = [x, gamma, beta] as Tensor[];
    const [y, mean, variance, scale] = runCustom('BatchNorm', attributes, inputs, 4) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    statistics(survive(mean), survive(variance));
    (save as tf.GradSaveFunc)([x as Tensor, gamma as Tensor, mean, scale, y]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const gradients = runCustom('BatchNormGrad', [activationAttribute(activation)], [dy, ...saved], 3);
      release(dy, saved);
      return gradients;
    };
    return { value: y, gradFunc };
  });
}

export interface NormalizeOptions {
  /** What is added to the variance. */
  readonly epsilon: number;
  readonly activation: Activation;
}

/**
 * Batch normalisation by the statistics of the batch itself, and the activation behind it.
 *
 *   y = activation(gamma (x - mean) / sqrt(var + epsilon) + beta), mean and var over batch, height and width
 *
 * @param x [n, h, w, c]
 * @param gamma, beta [c]
 */
export function batchNormalize(x: Tensor4D, gamma: Tensor1D, beta: Tensor1D, options: NormalizeOptions): Normalized {
  if (isNative()) {
    let kept: [Tensor, Tensor] | undefined;
    const normalize = hasCustom() ? customNormalize : nativeNormalize;
    const y = normalize(options, (mean, variance) => (kept = [mean, variance]))(x, gamma, beta) as Tensor4D;
    return { y, mean: adopt(kept![0]) as Tensor1D, variance: adopt(kept![1]) as Tensor1D };
  }
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const normal = tf.batchNorm(x, mean as Tensor1D, variance as Tensor1D, beta, gamma, options.epsilon);
  const y = plainActivated(normal, options.activation);
  const count = x.size / x.shape[3];
  return { y, mean: mean as Tensor1D, variance: tf.mul(variance, count / Math.max(count - 1, 1)) as Tensor1D };
}
