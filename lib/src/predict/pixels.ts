/** Pictures of samples as plain arrays: decoding, and from the floats of a tensor. */
import { decodePixels } from '../data';
import type { Fit, Sample } from '../data';
import type { Pixels } from '../plots';

/** Side in pixels and how an image fills its square. */
export interface PictureOptions {
  readonly size: number;
  readonly fit?: Fit;
}

/** The pixels of some samples one behind the other, uint8 [n * size * size * 3]. */
export async function decodeSamples(
  samples: readonly Sample[],
  { size, fit = 'cover' }: PictureOptions,
): Promise<Uint8Array> {
  const all = new Uint8Array(samples.length * size * size * 3);
  for (const [i, { file }] of samples.entries()) all.set(await decodePixels(file, { size, fit }), i * size * size * 3);
  return all;
}

/** Row i of a pack of n rows of equal length, one behind the other. */
export function rowOf(pack: Float32Array, i: number, n: number): Float32Array {
  const length = pack.length / n;
  return pack.slice(i * length, (i + 1) * length);
}

/** The floats of a square view in 0..255, [side * side * 3], as a picture. */
export const picture = (side: number, data: Float32Array): Pixels => ({
  height: side,
  width: side,
  data: Uint8Array.from(data, (v) => Math.round(v)),
});
