/**
 * What every backbone is to the rest of lib: a list of named parameters and a pure function from images to features.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '../tf';
import type { ParameterSpec } from '../core/parameter';
import type { Folded } from '../core/kernels';
import type { ConvolutionSpec } from './layers';
import type { PixelScale } from './pixels';

export type { Init, ParameterSpec } from '../core/parameter';

export interface Features {
  /** Pooled feature f, [n, featureSize]. */
  readonly feature: Tensor2D;
  /** Logits z = f W + b, [n, classes]. */
  readonly logits: Tensor2D;
  /**
   * Feature maps by stride in pixels, each [n, size / stride, size / stride, channels]. A transformer has one: its last block's patch tokens.
   */
  readonly maps: Readonly<Partial<Record<8 | 16 | 32, Tensor4D>>>;
  /** Pooled features of three depths, early to late, [n, stageSizes[i]]; the last is `feature`. */
  readonly stages: readonly Tensor2D[];
  /** A transformer's attention, block by block, [n, heads, tokens, tokens] with the class token first; empty where the pass does not ask. */
  readonly attention: readonly Tensor4D[];
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
  /** Whose attention to give: no block's (default), the last one's, every one's. Convolutional backbones have none to give. */
  readonly attention?: AttentionWanted;
  /** Whether the images themselves are on the tape (a learnt mask) and get a gradient. */
  readonly imageGradient?: boolean;
}

export type AttentionWanted = 'none' | 'last' | 'all';

/** A convolution with its batch norm and activation, as the pass computes it: the map in, the map out. */
export type Layer = (x: Tensor4D, spec: ConvolutionSpec) => Tensor4D;

export interface Architecture {
  readonly kind: string;
  readonly featureSize: number;
  /** Length of each of the features in `Features.stages`. */
  readonly stageSizes: readonly number[];
  /** Every convolution, in order. */
  readonly convolutions: readonly ConvolutionSpec[];
  /** Added to the variance in batch norm. */
  readonly epsilon: number;
  readonly parameters: readonly ParameterSpec[];
  /** Momentum of the moving statistics: new = (1 - m) old + m batch. */
  readonly statisticsMomentum: number;
  /** How images enter: as the network's weights were trained, unless the config says otherwise. */
  readonly pixels: PixelScale;
  /** Images to features. Borrow in, own out; synchronous; on the tape where one is open. @param images [n, size, size, 3], RGB by `pixels` */
  forward(images: Tensor4D, tools: Tools): Omit<Features, 'statistics'>;
}

/** What a forward pass is given beside its images. */
export interface Tools {
  /** Computes a convolution of the architecture's list, with its normalisation and activation. */
  readonly layer: Layer;
  /** Every other parameter. */
  readonly lookup: Lookup;
  readonly attention: AttentionWanted;
}
