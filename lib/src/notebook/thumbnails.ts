/** Small pictures of samples that a page can hold in itself. */
import { encodeThumbnail } from '../data';
import type { Sample } from '../data';

/** Each sample as the data URI of a square JPEG of `size` pixels, about 1 KB at 48. */
export async function thumbnails(
  samples: readonly Sample[],
  { size = 48 }: { readonly size?: number } = {},
): Promise<string[]> {
  const pictures = await Promise.all(samples.map(({ file }) => encodeThumbnail(file, size)));
  return pictures.map((bytes) => `data:image/jpeg;base64,${bytes.toString('base64')}`);
}
