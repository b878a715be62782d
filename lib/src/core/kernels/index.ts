export { convolution, plainConvolution } from './convolution';
export type { ConvolutionOptions } from './convolution';
export { batchNormalize } from './batch-norm';
export type { Normalized } from './batch-norm';
