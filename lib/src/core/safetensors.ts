/**
 * The safetensors format: an 8-byte length, a JSON header, then the bytes of every tensor. Used for checkpoints and weights.
 */

/** A named array with its shape. */
export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, NamedArray>;
  readonly metadata: Readonly<Record<string, string>>;
}

export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

/** How the values of a type are read. */
export interface ElementType {
  /** Bytes of one value. */
  readonly bytes: number;
  /** A fresh array of the values in a part of the file, at any place of its buffer; left out where tensors of the type are skipped. */
  readonly decode?: (content: Buffer) => NamedArray['data'];
}

/** The types that a file may hold, by the format's names for them. */
export type ElementTypes = Readonly<Record<string, ElementType>>;

/** What `encodeSafetensors` writes. */
const CHECKPOINT_TYPES: ElementTypes = {
  F32: { bytes: 4, decode: (content) => new Float32Array(new Uint8Array(content).buffer) },
  I32: { bytes: 4, decode: (content) => new Int32Array(new Uint8Array(content).buffer) },
};

const MAX_HEADER = 100 * 1024 * 1024;

/** The bytes of a safetensors file, in parts to be written one after the other. */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Buffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Buffer[] = [];
  let at = 0;
  for (const [name, { shape, data }] of tensors) {
    const dtype = data instanceof Int32Array ? 'I32' : 'F32';
    header[name] = { dtype, shape, data_offsets: [at, at + data.byteLength] };
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    at += data.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, 0x20)]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...parts]);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function isEntry(value: unknown): value is Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  const natural = (numbers: unknown): numbers is number[] =>
    Array.isArray(numbers) && numbers.every((n) => Number.isSafeInteger(n) && n >= 0);
  return typeof dtype === 'string' && natural(shape) && natural(offsets) && offsets.length === 2;
}

/** The tensor of an entry; undefined where its type is one to skip. */
function decodeEntry(
  name: string,
  { dtype, shape, data_offsets: [from, to] }: Entry,
  body: Buffer,
  types: ElementTypes,
) {
  if (!Object.hasOwn(types, dtype)) {
    throw new SafetensorsError(`tensor "${name}" is ${dtype}: ${Object.keys(types).join(', ')} can be read`);
  }
  const { bytes, decode } = types[dtype]!;
  const size = shape.reduce((product, n) => product * n, 1);
  if (to - from !== size * bytes || to > body.length) {
    throw new SafetensorsError(
      `tensor "${name}" of shape [${shape.join(', ')}] does not fit its ${to - from} bytes: the file is damaged or cut short`,
    );
  }
  return decode && { shape, data: decode(body.subarray(from, to)) };
}

function decodeEntries(entries: Readonly<Record<string, unknown>>, body: Buffer, types: ElementTypes) {
  const tensors = new Map<string, NamedArray>();
  let claimed = 0;
  for (const [name, entry] of Object.entries(entries)) {
    if (!isEntry(entry))
      throw new SafetensorsError(`tensor "${name}": its header has no dtype, shape and data_offsets`);
    claimed += entry.data_offsets[1] - entry.data_offsets[0];
    // Tensors never share bytes: a small file cannot claim to fill the memory.
    if (claimed > body.length)
      throw new SafetensorsError('the tensors claim more bytes than the file has: it is damaged or cut short');
    const tensor = decodeEntry(name, entry, body, types);
    if (tensor) tensors.set(name, tensor);
  }
  return tensors;
}

function parseHeader(text: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw new SafetensorsError('the header is no JSON: the file is damaged');
  }
  if (!isRecord(header)) throw new SafetensorsError('the header is no JSON record: the file is damaged');
  return header;
}

/**
 * Read a safetensors file.
 *
 * @param types what the file may hold: by default what checkpoints do, F32 and I32
 * @throws SafetensorsError where the file is cut short, damaged, or holds another type
 */
export function decodeSafetensors(bytes: Buffer, types: ElementTypes = CHECKPOINT_TYPES): TensorFile {
  const length = bytes.length >= 8 ? Number(bytes.readBigUInt64LE(0)) : -1;
  if (length < 2 || length > MAX_HEADER || 8 + length > bytes.length) {
    throw new SafetensorsError('this is no safetensors file, or it is cut short');
  }
  const body = bytes.subarray(8 + length);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.toString('utf8', 8, 8 + length));
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new SafetensorsError('the metadata is no record of texts: the file is damaged');
  }
  return { tensors: decodeEntries(entries, body, types), metadata: metadata as Record<string, string> };
}
