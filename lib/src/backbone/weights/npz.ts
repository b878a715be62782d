/** NumPy's .npz: a zip archive of arrays. The public weights of the first vision transformers, `ViT-B_16.npz` and its like, are such files. */
import { readNpy } from './npy';
import type { RawTensor, StateDict } from './state-dict';
import { zipContent, zipEntries } from './zip';

const ENDING = '.npy';

/**
 * The float arrays of an .npz file by name (`Transformer/encoder_norm/scale`); arrays of integers are left out.
 *
 * @throws WeightsError where the archive or an array is damaged, or holds what cannot be read safely
 */
export function readNpz(bytes: Buffer): StateDict {
  const found = new Map<string, RawTensor>();
  for (const [file, entry] of zipEntries(bytes)) {
    if (!file.endsWith(ENDING)) continue;
    const name = file.slice(0, -ENDING.length);
    const array = readNpy(name, zipContent(bytes, entry));
    if (array) found.set(name, array);
  }
  return found;
}
