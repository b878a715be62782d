/** A dialect: how a family of weight files names and shapes what this library's architectures call by torch's names. */
import type { RawTensor } from './state-dict';

/**
 * How kernels lie. torch: convolution [out, in, k, k], depthwise [c, 1, k, k], dense [out, in]. tfjs (and JAX): convolution [k, k, in, out],
 * depthwise [k, k, c, 1], dense [in, out].
 */
export type Layout = 'torch' | 'tfjs';

/** Where a parameter of ours comes from. */
export interface Source {
  /** The file's names of its parts. */
  readonly keys: readonly string[];
  /** One tensor, in the dialect's layout, of the parts; left out where the only part is the parameter. @throws WeightsError */
  readonly join?: (parts: readonly RawTensor[]) => RawTensor;
}

export interface Dialect {
  /** For messages. */
  readonly title: string;
  readonly layout: Layout;
  readonly sourceOf: (name: string) => Source;
  /** Names that are left out in silence beside the classifier: layers that only the file's own task needed. */
  readonly dropped?: RegExp;
}

/** Another name for each of our parameters, and nothing else. */
export const renaming = (title: string, nameOf: (name: string) => string): Dialect => ({
  ...{ title, layout: 'torch' },
  sourceOf: (name) => ({ keys: [nameOf(name)] }),
});

/** Our own names. */
export const OURS: Dialect = renaming("this library's names", (name) => name);

/** `blocks.0.norm1.weight` -> [`blocks.0.norm1`, `weight`]: the layer and what of it. */
export function splitName(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}
