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

const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isSafeInteger);

function rebuildTensor(args: readonly PickleValue[]): View {
  const [storage, offset, shape, stride] = args;
  if (!storage || !Number.isSafeInteger(offset) || !isNumbers(shape) || !isNumbers(stride)) {
    throw new PickleError('A tensor without storage, shape or stride: this is no state dict of torch');
  }
  return { storage: storage as Storage, offset: offset as number, shape, stride };
}

function describeStorage(id: PickleValue): Storage {
  const [tag, type, key, , elements] = Array.isArray(id) ? (id as unknown[]) : [];
  const name = (type as { name?: string } | undefined)?.name ?? 'unknown';
  const bytesEach = ELEMENT_BYTES[name];
  if (tag !== 'storage' || bytesEach === undefined || typeof elements !== 'number') {
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

/** Where each storage's bytes begin, by key. */
function locateStorages(bytes: Buffer, start: number, sizes: ReadonlyMap<string, Storage>): Map<string, number> {
  const { value: keys, end } = readPickle(bytes, start, OPTIONS);
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

function readView(bytes: Buffer, view: View, begin: number): RawTensor {
  const { shape, stride, offset, storage } = view;
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * stride[axis]!, offset);
  const natural = [...shape, ...stride, offset].every((n) => n >= 0);
  if (!natural || stride.length !== shape.length || last >= storage.elements) {
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
  if (!(state.value instanceof Map))
    throw new PickleError('The file holds no state dict (a dict from names to tensors)');
  const views = [...(state.value as Map<string, View>)];
  const sizes = new Map(views.map(([, view]) => [view.storage.key, view.storage]));
  const begins = locateStorages(bytes, state.end, sizes);
  const floats = views.filter(([, view]) => view.storage.bytesEach === 4);
  return new Map(floats.map(([name, view]) => [name, readView(bytes, view, begins.get(view.storage.key) ?? Infinity)]));
}
