/**
 * Weight files of torch in the legacy format (before 1.6): magic number, protocol, system facts, the state dict, the list of
 * storage keys, then each storage's bytes.
 */
import { PickleError, readPickle } from './pickle';
import type { StateDict } from './state-dict';
import { readTensors, readViews, TORCH_PICKLE } from './torch-state';
import type { Storage } from './torch-state';

/** 0x1950a86a20f9469cfc6c as the pickle writes it. */
const MAGIC = 0x1950a86a20f9469cfc6cn;

/** Each storage's bytes, by key. */
function locateStorages(bytes: Buffer, start: number, sizes: ReadonlyMap<string, Storage>): Map<string, Buffer> {
  const { value: keys, end } = readPickle(bytes, start, TORCH_PICKLE);
  if (!Array.isArray(keys)) throw new PickleError('The file holds no list of storages: this is no state dict of torch');
  const found = new Map<string, Buffer>();
  let at = end;
  for (const key of keys as unknown[]) {
    const storage = typeof key === 'string' ? sizes.get(key) : undefined;
    if (!storage) throw new PickleError('A storage that belongs to no tensor: this is no state dict of torch');
    const length = 8 + storage.elements * storage.bytesEach;
    if (at + length > bytes.length)
      throw new PickleError('The file ends inside the weights: it is cut short; fetch it again');
    if (bytes.readBigInt64LE(at) !== BigInt(storage.elements)) {
      throw new PickleError(`Storage ${storage.key} announces another size than its tensors have: the file is damaged`);
    }
    found.set(storage.key, bytes.subarray(at + 8, at + length));
    at += length;
  }
  return found;
}

/**
 * The float tensors of a legacy torch file, by key.
 *
 * @throws PickleError for anything but a plain state dict, naming what is wrong
 */
export function readTorchLegacy(bytes: Buffer): StateDict {
  const magic = readPickle(bytes, 0, TORCH_PICKLE);
  if (magic.value !== MAGIC) throw new PickleError('This file does not begin like a weight file of torch');
  const protocol = readPickle(bytes, magic.end, TORCH_PICKLE);
  const system = readPickle(bytes, protocol.end, TORCH_PICKLE);
  const { views, end } = readViews(bytes, system.end);
  const contents = locateStorages(
    bytes,
    end,
    new Map([...views.values()].map(({ storage }) => [storage.key, storage])),
  );
  return readTensors(views, ({ key }) => {
    const content = contents.get(key);
    if (!content) throw new PickleError(`The weights of storage ${key} are not in the file: it is damaged`);
    return content;
  });
}
