/** Pictures of samples as plain arrays, and the tint that shows a mask on a leaf. */
import { decodeTruth } from '../data';
import type { Dataset, Sample } from '../data';
import type { Pixels } from '../plots';
import { decodeSamples } from '../predict/pixels';

export { decodeSamples, picture, rowOf } from '../predict/pixels';

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
