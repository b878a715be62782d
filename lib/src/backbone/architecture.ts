/**
 * What every backbone is to the rest of lib: a list of named parameters and a pure function from images to features.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '../tf';
import type { ConvolutionSpec, Folded } from './layers';

/** How a parameter is drawn where no weight file gives it. */
export type Init =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  /** N(0, sd^2) */
  | { readonly kind: 'normal'; readonly sd: number };

export interface ParameterSpec {
  /** The name in the weight file: torch's key. */
  readonly name: string;
  /** Shape in tfjs' layout: convolution [k, k, in, out], depthwise [k, k, c, 1], dense [in, out]. */
  readonly shape: readonly number[];
  readonly init: Init;
  /** `trunk` and `head` have their own learning rates; a `statistic` is no parameter: no gradient, no optimizer. */
  readonly group: 'trunk' | 'head' | 'statistic';
  /** Stride in pixels of the map that the parameter's layer (or block of layers) gives; Infinity behind the last map. */
  readonly stride: number;
  /** Whether weight decay applies: kernels yes, biases and normalisation no. */
  readonly decay: boolean;
}

export interface Features {
  /** Pooled feature f, [n, featureSize]. */
  readonly feature: Tensor2D;
  /** Logits z = f W + b, [n, classes]. */
  readonly logits: Tensor2D;
  /** Feature maps by stride in pixels, each [n, size / stride, size / stride, channels]. */
  readonly maps: Readonly<Record<8 | 16 | 32, Tensor4D>>;
  /** Batch statistics that a training pass with `batchNorm: 'train'` found, by the name of the statistic they move. */
  readonly statistics: Readonly<Record<string, Tensor1D>>;
}

/** The current value of a parameter or statistic, by name. */
export type Lookup = <T extends Tensor>(name: string) => T;

export interface Pass {
  /** Whether batch norm uses the batch's statistics (training with `batchNorm: 'train'`) or the stored ones. */
  readonly batchStatistics: boolean;
  /** Convolutions with the stored statistics folded in, by name; saves folding them again for a second view. */
  readonly folded?: ReadonlyMap<string, Folded>;
}

/** A convolution with its batch norm and activation, as the pass computes it: the map in, the map out. */
export type Layer = (x: Tensor4D, spec: ConvolutionSpec) => Tensor4D;

export interface Architecture {
  readonly kind: string;
  readonly featureSize: number;
  /** Every convolution, in order. */
  readonly convolutions: readonly ConvolutionSpec[];
  /** Added to the variance in batch norm. */
  readonly epsilon: number;
  readonly parameters: readonly ParameterSpec[];
  /** Momentum of the moving statistics: new = (1 - m) old + m batch. */
  readonly statisticsMomentum: number;
  /**
   * Images to features. Borrow in, own out; synchronous; on the tape where one is open.
   *
   * @param images [n, size, size, 3], RGB in [0, 255]; the backbone scales them as its weights expect
   * @param layer computes a convolution of the list above
   * @param lookup the parameters of the head
   */
  forward(images: Tensor4D, layer: Layer, lookup: Lookup): Omit<Features, 'statistics'>;
}
