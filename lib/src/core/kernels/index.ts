export { convolution, plainConvolution } from './convolution';
export type { ConvolutionOptions } from './convolution';
export { batchNormalize } from './batch-norm';
export type { Normalized } from './batch-norm';
export { adamUpdate, createSlot, momentumUpdate } from './slots';
export type { AdamNumbers, Slot } from './slots';
export { sumOfSquares } from './norm';
