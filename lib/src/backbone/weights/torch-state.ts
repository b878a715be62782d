/**
 * What torch's two formats have in common: a pickle that describes each tensor as a view of a storage, and the storages' bytes elsewhere.
 * Nothing in the file is executed; see pickle.ts.
 */
import { decodeFloats, FLOAT_BYTES } from './floats';
import type { FloatType } from './floats';
import { PickleError, readPickle } from './pickle';
import type { PickleValue } from './pickle';
import type { RawTensor, StateDict } from './state-dict';
import { gatherStrided, rowMajor } from './strided';

/** A run of numbers in the file. */
export interface Storage {
  readonly key: string;
  readonly elements: number;
  readonly bytesEach: number;
  /** Undefined for counters, which are left out. */
  readonly type: FloatType | undefined;
}

/** A tensor before its storage is read. */
export interface View {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

const STORAGES: Readonly<Record<string, Pick<Storage, 'type' | 'bytesEach'>>> = {
  'torch.FloatStorage': { type: 'f32', bytesEach: FLOAT_BYTES.f32 },
  'torch.DoubleStorage': { type: 'f64', bytesEach: FLOAT_BYTES.f64 },
  'torch.HalfStorage': { type: 'f16', bytesEach: FLOAT_BYTES.f16 },
  'torch.BFloat16Storage': { type: 'bf16', bytesEach: FLOAT_BYTES.bf16 },
  'torch.LongStorage': { type: undefined, bytesEach: 8 },
};
/** Tensors may share a storage, but not so often that a small file fills the memory. */
const MAX_SHARING = 16;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);
const isStorage = (value: unknown): value is Storage => typeof (value as Storage | null)?.elements === 'number';
const isView = (value: unknown): value is View => isStorage((value as View | null)?.storage);

function rebuildTensor(args: readonly PickleValue[]): View {
  const [storage, offset, shape, stride] = args;
  if (
    !isStorage(storage) ||
    !isCount(offset) ||
    !isCounts(shape) ||
    !isCounts(stride) ||
    shape.length !== stride.length
  ) {
    throw new PickleError('A tensor without storage, shape or stride: this is no state dict of torch');
  }
  return { storage, offset, shape, stride };
}

/** A parameter is its tensor with a note that it is trained. */
function rebuildParameter([tensor]: readonly PickleValue[]): View {
  if (!isView(tensor)) throw new PickleError('A parameter without a tensor: this is no state dict of torch');
  return tensor;
}

function describeStorage(id: PickleValue): Storage {
  const [tag, type, key, , elements] = Array.isArray(id) ? (id as unknown[]) : [];
  const name = (type as { name?: unknown } | undefined)?.name;
  const kind = typeof name === 'string' && Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined;
  if (tag !== 'storage' || !kind || typeof key !== 'string' || !isCount(elements)) {
    const what = typeof name === 'string' ? name : 'unknown';
    throw new PickleError(
      `A storage of type ${what}: only floats of 16, 32 or 64 bits (and int64 counters) can be read`,
    );
  }
  return { key, elements, ...kind };
}

/** All that a weight file may name. */
const GLOBALS = {
  'collections.OrderedDict': () => new Map(),
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': rebuildParameter,
  ...Object.fromEntries(Object.keys(STORAGES).map((name) => [name, () => undefined])),
};

/** How the pickles of a weight file are read. */
export const TORCH_PICKLE = { globals: GLOBALS, persistent: describeStorage };

/**
 * The pickled state dict that begins at `start`.
 *
 * @returns the views by name, and the first byte behind the pickle
 * @throws PickleError for anything but a dict from names to tensors
 */
export function readViews(bytes: Buffer, start: number): { views: ReadonlyMap<string, View>; end: number } {
  const { value: state, end } = readPickle(bytes, start, TORCH_PICKLE);
  if (!(state instanceof Map)) throw new PickleError('The file holds no state dict (a dict from names to tensors)');
  const views = new Map<string, View>();
  for (const [name, view] of state as Map<unknown, unknown>) {
    if (typeof name !== 'string' || !isView(view)) {
      const what = typeof name === 'string' ? `"${name}"` : 'A key that is no text';
      throw new PickleError(`${what} is no tensor: save the state dict alone, not a checkpoint around it`);
    }
    views.set(name, view);
  }
  return { views, end };
}

const DAMAGED = 'A tensor that reaches beyond its storage: the file is damaged';

function readView({ shape, stride, offset }: View, storage: Float32Array): RawTensor {
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * stride[axis]!, offset);
  const size = shape.reduce((product, n) => product * n, 1);
  if (size > storage.length || (size > 0 && last >= storage.length)) throw new PickleError(DAMAGED);
  const natural = rowMajor(shape);
  // A storage of its own, which is the usual case, needs no second copy.
  if (size === storage.length && stride.every((step, axis) => step === natural[axis])) return { shape, data: storage };
  return { shape, data: gatherStrided(storage, { shape, stride, offset }) };
}

/**
 * The float tensors of a state dict; counters (`num_batches_tracked`) are left out.
 *
 * @param contentOf the bytes of a storage, all of them; throws where the file has none
 * @throws PickleError where a tensor does not fit its storage
 */
export function readTensors(views: ReadonlyMap<string, View>, contentOf: (storage: Storage) => Buffer): StateDict {
  const storages = new Map<string, Float32Array>();
  const found = new Map<string, RawTensor>();
  let [taken, held] = [0, 0];
  for (const [name, view] of views) {
    const { key, type, elements, bytesEach } = view.storage;
    if (!type) continue;
    let values = storages.get(key);
    if (!values) {
      const content = contentOf(view.storage);
      if (content.length !== elements * bytesEach) throw new PickleError(DAMAGED);
      storages.set(key, (values = decodeFloats(type, content)));
      held += elements;
    }
    if (values.length !== elements) throw new PickleError(`Storage ${key} has two sizes: the file is damaged`);
    const tensor = readView(view, values);
    taken += tensor.data.length;
    if (taken > MAX_SHARING * held) throw new PickleError('More weights than the file holds numbers for: refused');
    found.set(name, tensor);
  }
  return found;
}
