/**
 * Weight files of torch since 1.6: a zip archive with `<folder>/data.pkl`, the pickled state dict, and the bytes of each storage in
 * `<folder>/data/<key>`.
 */
import { PickleError } from './pickle';
import type { StateDict } from './state-dict';
import { readTensors, readViews } from './torch-state';
import { zipContent, zipEntries } from './zip';
import type { ZipEntry } from './zip';

const STATE = /^([^/]+\/)?data\.pkl$/;

/** Whether an archive with such entries is one of torch's. */
export const isTorchArchive = (names: Iterable<string>): boolean => [...names].some((name) => STATE.test(name));

/** The folder of everything in the archive, with its slash. */
function folderOf(entries: ReadonlyMap<string, ZipEntry>): string {
  const states = [...entries.keys()].filter((name) => STATE.test(name));
  if (states.length !== 1) {
    throw new PickleError(
      `The archive holds ${states.length} files data.pkl instead of one: this is no weight file of torch`,
    );
  }
  return states[0]!.slice(0, -'data.pkl'.length);
}

/**
 * The float tensors of a torch file in the zip format, by key.
 *
 * @throws WeightsError where the archive is damaged; PickleError for anything but a plain state dict, naming what is wrong
 */
export function readTorchZip(bytes: Buffer): StateDict {
  const entries = zipEntries(bytes);
  const folder = folderOf(entries);
  const contentOf = (name: string): Buffer => {
    const entry = entries.get(`${folder}${name}`);
    if (!entry) throw new PickleError(`The archive holds no ${name}: it is damaged`);
    return zipContent(bytes, entry);
  };
  if (entries.has(`${folder}byteorder`) && contentOf('byteorder').toString('latin1') !== 'little') {
    throw new PickleError('The weights were saved on a big-endian machine: save them on a usual one');
  }
  const { views } = readViews(contentOf('data.pkl'), 0);
  return readTensors(views, ({ key }) => contentOf(`data/${key}`));
}
