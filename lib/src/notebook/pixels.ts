/** Pictures of samples as plain arrays: decoding, from the floats of a tensor, and the tint that shows a mask on a leaf. */
import { decodePixels, decodeTruth } from '../data';
import type { Dataset, Fit, Sample } from '../data';
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

const ORANGE = [230, 97, 0] as const;

/** The picture with the mask's inside in orange and its outside dimmed. */
export function tint({ height, width, data }: Pixels, mask: ArrayLike<number>): Pixels {
  const out = new Uint8Array(height * width * 3);
  for (let i = 0; i < out.length; i++) {
    const m = mask[Math.floor(i / 3)]!;
    out[i] = Math.round((1 - m) * 0.65 * data[i]! + m * (0.45 * data[i]! + 0.55 * ORANGE[i % 3]!));
  }
  return { height, width, data: out };
}

/** One image as a square picture; with `masks` the true difference is in orange, where the dataset has masks. */
export async function pictureOf(
  dataset: Dataset,
  sample: Sample,
  { size, masks = false }: { readonly size: number; readonly masks?: boolean },
): Promise<Pixels> {
  const image = { height: size, width: size, data: await decodeSamples([sample], { size }) };
  const truth = masks ? await decodeTruth(dataset, sample, { size }) : undefined;
  return truth ? tint(image, truth) : image;
}
