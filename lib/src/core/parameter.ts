/** Parameters as data: what a network's variables are called, how large they are and how they begin. */
import type { Rng } from './rng';

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

/** How many numbers a shape holds. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** First values of a parameter. A normal one has a stream of its own, by its name: another parameter more or less changes nothing. */
export function drawParameter({ name, shape, init }: ParameterSpec, rng: Rng): Float32Array {
  const size = sizeOf(shape);
  if (init.kind !== 'normal') return new Float32Array(size).fill(init.kind === 'ones' ? 1 : 0);
  const stream = rng.fork(name);
  return Float32Array.from({ length: size }, () => init.sd * stream.normal());
}
