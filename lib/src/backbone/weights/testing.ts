/** Writers of weight files for tests: small, and independent of the readers. */
import { zipSync } from 'fflate';
import { encodeSafetensors } from '../../core/safetensors';
import type { Rng } from '../../core/rng';
import type { ParameterSpec } from '../architecture';
import type { RawTensor, StateDict } from './state-dict';

export type Entries = Readonly<Record<string, RawTensor>>;

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Random values of a shape. */
export function randomTensor(rng: Rng, ...shape: readonly number[]): RawTensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return { shape, data: Float32Array.from({ length: size }, () => rng.normal()) };
}

/** The element at an index. */
export const at = ({ shape, data }: RawTensor, ...index: readonly number[]): number =>
  data[index.reduce((place, i, axis) => place * shape[axis]! + i, 0)]!;

/** Every index of a shape, row-major. */
export function indices(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, n) => all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]],
  );
}

/** A tensor from its element at every index. */
export const fromElements = (shape: readonly number[], element: (...index: number[]) => number): RawTensor => ({
  shape,
  data: Float32Array.from(indices(shape), (index) => element(...index)),
});

/** torch's layout of a parameter in tfjs', element by element. */
export function inTorchLayout(tensor: RawTensor): RawTensor {
  const { shape } = tensor;
  if (shape.length === 2) return fromElements([shape[1]!, shape[0]!], (o, i) => at(tensor, i, o));
  if (shape.length !== 4) return tensor;
  const [k, k2, c, d] = shape as [number, number, number, number];
  if (d === 1) return fromElements([c, 1, k, k2], (i, _, y, x) => at(tensor, y, x, i, 0));
  return fromElements([d, c, k, k2], (o, i, y, x) => at(tensor, y, x, i, o));
}

/** Random values of an architecture, in tfjs' layout. */
export const randomValues = (specs: readonly ParameterSpec[], rng: Rng): StateDict =>
  new Map(specs.map(({ name, shape }) => [name, randomTensor(rng, ...shape)]));

/** Our names in torch's layout: timm's and torchvision's files. */
export const asTorch = (values: StateDict): Entries =>
  Object.fromEntries([...values].map(([name, tensor]) => [name, inTorchLayout(tensor)]));

/** Everything but the head, as plain arrays. */
export const trunk = (
  { parameters }: { readonly parameters: readonly ParameterSpec[] },
  values: StateDict,
): Record<string, number[]> =>
  Object.fromEntries(
    parameters.filter(({ group }) => group !== 'head').map(({ name }) => [name, [...values.get(name)!.data]]),
  );

export const plain = (values: ReadonlyMap<string, Float32Array>): Record<string, number[]> =>
  Object.fromEntries([...values].map(([name, data]) => [name, [...data]]));

/** A zip archive; fflate's, packed where `level` is above 0. */
export const zip = (files: Readonly<Record<string, Uint8Array>>, level: 0 | 6 = 0): Buffer =>
  Buffer.from(zipSync(files, { level, mtime: '2000-01-01T00:00:00' }));

/** An array of NumPy with any header and content. */
export function rawNpy(header: string, content: Uint8Array, major = 1): Buffer {
  const prefix = major === 1 ? 10 : 12;
  const text = Buffer.from(header.padEnd(Math.ceil((prefix + header.length + 1) / 64) * 64 - prefix - 1) + '\n');
  const start = Buffer.alloc(prefix);
  start.write('\x93NUMPY', 'latin1');
  start[6] = major;
  if (major === 1) start.writeUInt16LE(text.length, 8);
  else start.writeUInt32LE(text.length, 8);
  return Buffer.concat([start, text, content]);
}

/** `<f4`, row-major. */
export function npy({ shape, data }: RawTensor): Buffer {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  return rawNpy(`{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`, bytesOf(data));
}

export const npz = (entries: Entries, level: 0 | 6 = 0): Buffer =>
  zip(Object.fromEntries(Object.entries(entries).map(([name, tensor]) => [`${name}.npy`, npy(tensor)])), level);

export const safetensors = (entries: Entries): Buffer =>
  encodeSafetensors({ tensors: new Map(Object.entries(entries)), metadata: { format: 'pt' } });

/** Pickle opcodes, enough for a state dict. */
const op = {
  text: (value: string): Buffer => {
    const content = Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(content.length);
    return Buffer.concat([Buffer.from('X'), length, content]);
  },
  int: (value: number): Buffer => {
    const content = Buffer.alloc(5, 'J');
    content.writeInt32LE(value, 1);
    return content;
  },
  tuple: (...items: readonly Buffer[]): Buffer => Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')]),
  global: (module: string, name: string): Buffer => Buffer.from(`c${module}\n${name}\n`),
};

function pickledTensor({ shape, data }: RawTensor, key: string): Buffer {
  const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const storage = Buffer.concat([
    op.tuple(op.text('storage'), op.global('torch', 'FloatStorage'), op.text(key), op.text('cpu'), op.int(data.length)),
    Buffer.from('Q'),
  ]);
  const [axes, steps] = [op.tuple(...shape.map(op.int)), op.tuple(...stride.map(op.int))];
  const hooks = Buffer.concat([op.global('collections', 'OrderedDict'), Buffer.from(')R')]);
  const args = op.tuple(storage, op.int(0), axes, steps, Buffer.from([0x89]), hooks);
  return Buffer.concat([op.global('torch._utils', '_rebuild_tensor_v2'), args, Buffer.from('R')]);
}

/** As torch >= 1.6 saves a state dict. */
export function pth(entries: Entries): Buffer {
  const list = Object.entries(entries);
  const items = list.flatMap(([name, tensor], i) => [op.text(name), pickledTensor(tensor, String(i))]);
  const pickle = Buffer.concat([Buffer.from([0x80, 2]), Buffer.from('}('), ...items, Buffer.from('u.')]);
  const storages = list.map(([, { data }], i) => [`archive/data/${i}`, bytesOf(data)]);
  return zip({
    'archive/data.pkl': pickle,
    'archive/byteorder': Buffer.from('little'),
    ...Object.fromEntries(storages),
  });
}
