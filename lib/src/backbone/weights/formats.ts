/** Which format a weight file has, by its content: endings are often wrong, and a failed download keeps its name. */
import { readNpz } from './npz';
import { isSafetensors, readSafetensors } from './safetensors';
import { WeightsError } from './state-dict';
import type { StateDict } from './state-dict';
import { readTorch } from './torch';
import { isTorchArchive } from './torch-zip';
import { isZip, zipEntries } from './zip';

/** Beginnings of files that are no weights but often lie in their place. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS instead of the file it points to: fetch it with "git lfs pull"'],
  [/^\s*<(!doctype|html|\?xml)/i, 'a web page instead of weights: the download went wrong; fetch it again'],
  [/^\x89HDF/, 'in the HDF5 format of Keras'],
  [/^\x93NUMPY/, 'a single array of NumPy (.npy), not the .npz of all of them'],
  [/^\x1f\x8b/, 'packed by gzip: unpack it first'], // eslint-disable-line no-control-regex -- a format's first bytes
];

const READABLE = 'What can be read: .npz of NumPy, .safetensors, and plain state dicts of torch (.pth)';

function readArchive(bytes: Buffer): StateDict {
  const names = [...zipEntries(bytes).keys()];
  if (isTorchArchive(names)) return readTorch(bytes);
  if (names.some((name) => name.endsWith('.npy'))) return readNpz(bytes);
  throw new WeightsError(`this zip archive holds neither torch's data.pkl nor arrays of NumPy. ${READABLE}`);
}

/**
 * The float tensors of a weight file of any format that is known, under the file's own names.
 *
 * @throws WeightsError where the format is unknown, or the file is damaged, cut short or unsafe
 */
export function readWeights(bytes: Buffer): StateDict {
  if (bytes.length === 0) throw new WeightsError('this file is empty: the download went wrong; fetch it again');
  if (isZip(bytes)) return readArchive(bytes);
  if (isSafetensors(bytes)) return readSafetensors(bytes);
  if (bytes[0] === 0x80) return readTorch(bytes);
  const start = bytes.toString('latin1', 0, 64);
  const other = OTHERS.find(([pattern]) => pattern.test(start));
  throw new WeightsError(
    other ? `this file is ${other[1]}. ${READABLE}` : `this is no weight file that is known. ${READABLE}`,
  );
}
