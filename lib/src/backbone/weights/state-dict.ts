/** What every reader of weight files gives, and the error that each of them throws. */

/** A tensor of a weight file, in the layout of the framework that wrote it. */
export interface RawTensor {
  readonly shape: readonly number[];
  /** Row-major; as many values as the shape has places. */
  readonly data: Float32Array;
}

/** The float tensors of a weight file, under the file's own names. Counters (integers) are left out. */
export type StateDict = ReadonlyMap<string, RawTensor>;

/** Something is wrong with a weight file: its bytes, its names or its shapes. */
export class WeightsError extends Error {
  override readonly name: string = 'WeightsError';
}

/** [2, 3] */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;
