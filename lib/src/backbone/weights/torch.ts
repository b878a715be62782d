/**
 * Weight files of torch in the legacy format (before 1.6): magic number, protocol, system facts, the state dict, the list of
 * storage keys, then each storage's bytes. Nothing in the file is executed; see pickle.ts.
 */
import { PickleError, readPickle } from './pickle';
import type { PickleValue } from './pickle';
import { gatherStrided } from './strided';

/** A tensor of a weight file in torch's own layout. */
export interface RawTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type StateDict = ReadonlyMap<string, RawTensor>;

/** 0x1950a86a20f9469cfc6c as the pickle writes it. */
const MAGIC = 0x1950a86a20f9469cfc6cn;

interface Storage {
  readonly key: string;
  readonly elements: number;
  readonly bytesEach: number;
}

interface View {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

const ELEMENT_BYTES: Readonly<Record<string, number>> = { 'torch.FloatStorage': 4, 'torch.LongStorage': 8 };

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isSafeInteger);

const isStorage = (value: unknown): value is Storage => typeof (value as Storage | null)?.elements === 'number';

function rebuildTensor(args: readonly PickleValue[]): View {
  const [storage, offset, shape, stride] = args;
  if (!isStorage(storage) || !Number.isSafeInteger(offset) || !isNumbers(shape) || !isNumbers(stride)) {
    throw new PickleError('A tensor without storage, shape or stride: this is no state dict of torch');
  }
  return { storage, offset: offset as number, shape, stride };
}

function describeStorage(id: PickleValue): Storage {
  const [tag, type, key, , elements] = Array.isArray(id) ? (id as unknown[]) : [];
  const name = (type as { name?: string } | undefined)?.name ?? 'unknown';
  const bytesEach = ELEMENT_BYTES[name];
  if (tag !== 'storage' || bytesEach === undefined || !isCount(elements)) {
    throw new PickleError(`A storage of type ${name}: only float32 (and int64 counters) can be read`);
  }
  return { key: String(key), elements, bytesEach };
}

const GLOBALS = {
  'collections.OrderedDict': () => new Map(),
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch.FloatStorage': () => undefined,
  'torch.LongStorage': () => undefined,
};

const OPTIONS = { globals: GLOBALS, persistent: describeStorage };

function viewsOf(state: PickleValue): readonly (readonly [string, View])[] {
  if (!(state instanceof Map)) throw new PickleError('The file holds no state dict (a dict from names to tensors)');
  return [...(state as Map<unknown, unknown>)].map(([name, view]) => {
    if (typeof name !== 'string' || !isStorage((view as View | null)?.storage)) {
      throw new PickleError(`"${String(name)}" is no tensor: save the state dict alone, not a checkpoint around it`);
    }
    return [name, view as View];
  });
}

/** Where each storage's bytes begin, by key. */
function locateStorages(bytes: Buffer, start: number, sizes: ReadonlyMap<string, Storage>): Map<string, number> {
  const { value: keys, end } = readPickle(bytes, start, OPTIONS);
  if (!Array.isArray(keys)) throw new PickleError('The file holds no list of storages: this is no state dict of torch');
  const found = new Map<string, number>();
  let at = end;
  for (const key of keys as unknown[]) {
    const storage = sizes.get(String(key));
    if (!storage) throw new PickleError(`Storage ${String(key)} belongs to no tensor: this is no state dict of torch`);
    const length = 8 + storage.elements * storage.bytesEach;
    if (at + length > bytes.length)
      throw new PickleError('The file ends inside the weights: it is cut short; fetch it again');
    if (bytes.readBigInt64LE(at) !== BigInt(storage.elements)) {
      throw new PickleError(`Storage ${storage.key} announces another size than its tensors have: the file is damaged`);
    }
    found.set(storage.key, at + 8);
    at += length;
  }
  return found;
}

function readView(bytes: Buffer, view: View, begin: number | undefined): RawTensor {
  const { shape, stride, offset, storage } = view;
  if (begin === undefined)
    throw new PickleError(`The weights of storage ${storage.key} are not in the file: it is damaged`);
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * stride[axis]!, offset);
  const size = shape.reduce((product, n) => product * n, 1);
  const natural = [...shape, ...stride, offset].every((n) => n >= 0) && stride.length === shape.length;
  if (!natural || size > storage.elements || (size > 0 && last >= storage.elements)) {
    throw new PickleError('A tensor that reaches beyond its storage: the file is damaged');
  }
  const whole = new Float32Array(storage.elements);
  new Uint8Array(whole.buffer).set(bytes.subarray(begin, begin + storage.elements * 4));
  return { shape, data: gatherStrided(whole, { shape, stride, offset }) };
}

/**
 * The float32 tensors of a legacy torch file, by key; int64 counters (`num_batches_tracked`) are left out.
 *
 * @throws PickleError for anything but a plain state dict, naming what is wrong
 */
export function readTorchLegacy(bytes: Buffer): StateDict {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    throw new PickleError('This is the zip format of torch >= 1.6: save the weights as safetensors instead');
  }
  const magic = readPickle(bytes, 0, OPTIONS);
  if (magic.value !== MAGIC) throw new PickleError('This file does not begin like a weight file of torch');
  const protocol = readPickle(bytes, magic.end, OPTIONS);
  const system = readPickle(bytes, protocol.end, OPTIONS);
  const state = readPickle(bytes, system.end, OPTIONS);
  const views = viewsOf(state.value);
  const sizes = new Map(views.map(([, view]) => [view.storage.key, view.storage]));
  const begins = locateStorages(bytes, state.end, sizes);
  const floats = views.filter(([, view]) => view.storage.bytesEach === 4);
  return new Map(floats.map(([name, view]) => [name, readView(bytes, view, begins.get(view.storage.key))]));
}
