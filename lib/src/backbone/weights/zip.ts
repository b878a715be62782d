/**
 * Zip archives, as far as weight files need them: the container of NumPy's .npz and of torch's .pth. Entries are stored or deflated, with or
 * without the 64-bit fields; nothing is written to disk. The directory at the archive's end is believed only as far as the bytes bear it out.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { WeightsError } from './state-dict';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  /** CRC-32 of the content. */
  readonly checksum: number;
  /** Bytes in the archive. */
  readonly packed: number;
  /** Bytes of the content. */
  readonly size: number;
  /** Where the entry's own header begins. */
  readonly at: number;
}

const STORED = 0;
const DEFLATED = 8;
/** Deflate's densest code: 258 bytes in 2 bits. A larger claim is a lie. */
const DENSEST = 1032;
/** Trained weights hardly shrink, and fresh ones (zeros and ones) are small: more content than `SMALL` from so few packed bytes is a bomb. */
const PLAUSIBLE = 100;
const SMALL = 2 ** 26;
/** The contents of an archive together. Five times the largest backbone; it bounds what a bomb can take. */
const MAX_CONTENT = 2 ** 31;

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const CUT = 'the zip archive is damaged or cut short; fetch it again';

/** Whether a file begins as a zip archive. */
export const isZip = (bytes: Buffer): boolean => bytes.length >= 4 && bytes.readUInt32LE(0) === LOCAL;

/** The header of `length` bytes at `at`, begun by its signature. */
function header(bytes: Buffer, at: number, length: number, signature: number): Buffer {
  if (at < 0 || at + length > bytes.length || bytes.readUInt32LE(at) !== signature) throw new WeightsError(CUT);
  return bytes.subarray(at);
}

function long(bytes: Buffer, at: number): number {
  if (at + 8 > bytes.length) throw new WeightsError(CUT);
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new WeightsError(CUT);
  return Number(value);
}

/** Where the archive's last record begins: behind it is only a comment of at most 64 kB. */
function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 0xffff); at--) {
    if (bytes.readUInt32LE(at) === END && at + 22 + bytes.readUInt16LE(at + 20) === bytes.length) return at;
  }
  throw new WeightsError('the zip archive has no directory at its end: it is cut short; fetch it again');
}

interface Directory {
  readonly count: number;
  readonly at: number;
}

function findDirectory(bytes: Buffer): Directory {
  const end = findEnd(bytes);
  const [count, at] = [bytes.readUInt16LE(end + 10), bytes.readUInt32LE(end + 16)];
  if (count !== 0xffff && at !== 0xffffffff) return { count, at };
  const locator = header(bytes, end - 20, 20, LOCATOR_64);
  const large = header(bytes, long(locator, 8), 56, END_64);
  return { count: long(large, 32), at: long(large, 48) };
}

/** The 64-bit values of an entry, in the order of the 32-bit fields that are full. */
function longFields(extra: Buffer): () => number {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let field = at + 4;
    return () => long(extra, (field += 8) - 8);
  }
  return () => {
    throw new WeightsError(CUT);
  };
}

function readEntry(bytes: Buffer, at: number): { entry: ZipEntry; next: number } {
  const h = header(bytes, at, 46, CENTRAL);
  const [nameLength, extraLength, commentLength] = [h.readUInt16LE(28), h.readUInt16LE(30), h.readUInt16LE(32)];
  const next = at + 46 + nameLength + extraLength + commentLength;
  if (next > bytes.length) throw new WeightsError(CUT);
  const nextLong = longFields(h.subarray(46 + nameLength, 46 + nameLength + extraLength));
  const field = (value: number): number => (value === 0xffffffff ? nextLong() : value);
  const size = field(h.readUInt32LE(24));
  const packed = field(h.readUInt32LE(20));
  const entry = {
    name: h.toString('utf8', 46, 46 + nameLength),
    encrypted: (h.readUInt16LE(8) & 1) === 1,
    method: h.readUInt16LE(10),
    checksum: h.readUInt32LE(16),
    ...{ size, packed, at: field(h.readUInt32LE(42)) },
  };
  return { entry, next };
}

function checkClaim({ name, method, encrypted, packed, size }: ZipEntry): void {
  if (encrypted)
    throw new WeightsError(`the zip archive's entry "${name}" is encrypted: unpack it and pack it plainly`);
  if (method !== STORED && method !== DEFLATED) {
    throw new WeightsError(
      `the zip archive's entry "${name}" is packed by method ${method}: stored and deflated can be read`,
    );
  }
  const most = method === STORED ? packed : packed * DENSEST + 64;
  if (size > most || (method === STORED && size !== packed)) {
    throw new WeightsError(
      `the zip archive's entry "${name}" claims ${size} bytes from ${packed} packed ones: it is damaged or a trap`,
    );
  }
}

/**
 * The directory of an archive, by name.
 *
 * @throws WeightsError where it is damaged, claims more than the archive can hold, or names a file twice
 */
export function zipEntries(bytes: Buffer): ReadonlyMap<string, ZipEntry> {
  const { count, at: start } = findDirectory(bytes);
  const entries = new Map<string, ZipEntry>();
  let [at, packed, size] = [start, 0, 0];
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(bytes, at);
    checkClaim(entry);
    if (entries.has(entry.name))
      throw new WeightsError(`the zip archive has two entries "${entry.name}": it is damaged`);
    entries.set(entry.name, entry);
    [at, packed, size] = [next, packed + entry.packed, size + entry.size];
    if (packed > bytes.length) throw new WeightsError("the zip archive's entries overlap: it is damaged or a trap");
    if (size > MAX_CONTENT) {
      throw new WeightsError(
        `the zip archive claims more than ${MAX_CONTENT} bytes: no backbone here is that large; refused`,
      );
    }
  }
  if (size > SMALL && size > PLAUSIBLE * packed) {
    throw new WeightsError(
      `the zip archive unpacks ${size} bytes from ${packed}: no weights are packed more than ${PLAUSIBLE}-fold, this is a trap; refused`,
    );
  }
  return entries;
}

/**
 * The content of an entry; a part of `bytes` where it is stored.
 *
 * @throws WeightsError where the entry is not what the directory says of it, its checksum included
 */
export function zipContent(bytes: Buffer, entry: ZipEntry): Buffer {
  const { name, at, packed, size, method, checksum } = entry;
  const h = header(bytes, at, 30, LOCAL);
  const begin = at + 30 + h.readUInt16LE(26) + h.readUInt16LE(28);
  if (begin + packed > bytes.length || h.toString('utf8', 30, 30 + h.readUInt16LE(26)) !== name)
    throw new WeightsError(CUT);
  const content = unpack(bytes.subarray(begin, begin + packed), method, size);
  if (content?.length !== size || crc32(content) !== checksum) {
    throw new WeightsError(
      `the zip archive's entry "${name}" is not what it was when it was packed: it is damaged; fetch it again`,
    );
  }
  return content;
}

/** Inflates no further than the size that the directory claims; undefined where that does not do. */
function unpack(packed: Buffer, method: number, size: number): Buffer | undefined {
  if (method === STORED) return packed;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  } catch {
    return undefined;
  }
}
