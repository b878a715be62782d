/** The elements of a MAT file of level 5: a tag of type and size, then that many bytes, small ones inside the tag itself. */
import { inflateSync } from 'node:zlib';

/** Types of an element (MAT-File Format, table 1-1) that are told apart by more than their numbers. */
export const MI = { utf8: 16, utf16: 17, utf32: 18, matrix: 14, compressed: 15 } as const;

/** What one file may take: inflated bytes in all, bytes of one text, elements in all (each is an object here), arrays in arrays. */
export const MAT_LIMITS = {
  inflated: 128 * 1024 * 1024,
  text: 8 * 1024 * 1024,
  elements: 2_000_000,
  depth: 16,
} as const;

/** A file that is not as the format has it; the message says how, without the file's name. */
export class MatError extends Error {}

/** Some bytes of the file with the order of its numbers, and what the whole file has used up so far. */
export interface Bytes {
  readonly view: DataView;
  readonly little: boolean;
  readonly used: { inflated: number; elements: number };
}

/** One element: its type and its own bytes. */
export interface Element extends Bytes {
  readonly type: number;
}

const part = (bytes: Bytes, offset: number, length: number): Bytes => ({
  ...bytes,
  view: new DataView(bytes.view.buffer, bytes.view.byteOffset + offset, length),
});

function count({ used }: Bytes): void {
  if (++used.elements > MAT_LIMITS.elements) throw new MatError(`it holds more than ${MAT_LIMITS.elements} elements`);
}

function elementAt(bytes: Bytes, offset: number): { readonly element: Element; readonly next: number } {
  const { view, little } = bytes;
  if (view.byteLength - offset < 8) throw new MatError('it ends inside the tag of an element');
  count(bytes);
  const first = view.getUint32(offset, little);
  const small = first >>> 16;
  if (small !== 0) {
    if (small > 4) throw new MatError(`a small element says it has ${small} bytes, more than 4`);
    return { element: { ...part(bytes, offset + 4, small), type: first & 0xffff }, next: offset + 8 };
  }
  const size = view.getUint32(offset + 4, little);
  if (size > view.byteLength - offset - 8)
    throw new MatError(`an element says it has ${size} bytes where ${view.byteLength - offset - 8} are left`);
  // Elements start at multiples of 8 bytes, but for compressed ones, which are not padded; the last may lack its padding.
  const padded = first === MI.compressed ? size : Math.ceil(size / 8) * 8;
  return {
    element: { ...part(bytes, offset + 8, size), type: first },
    next: Math.min(offset + 8 + padded, view.byteLength),
  };
}

/** The elements of some bytes, one after the other. @throws MatError where a tag does not fit its place */
export function* elementsOf(bytes: Bytes, from = 0): Generator<Element> {
  let offset = from;
  while (offset < bytes.view.byteLength) {
    const { element, next } = elementAt(bytes, offset);
    yield element;
    offset = next;
  }
}

/** What a compressed element holds. @throws MatError where it is no zlib stream, or a file inflates beyond the limit */
export function inflated(element: Element): Bytes {
  const left = MAT_LIMITS.inflated - element.used.inflated;
  const { buffer, byteOffset, byteLength } = element.view;
  const packed = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  let plain: Buffer;
  try {
    plain = inflateSync(packed, { maxOutputLength: Math.max(1, left) });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new MatError(`it inflates to more than ${MAT_LIMITS.inflated} bytes`);
    throw new MatError('a compressed element is broken');
  }
  element.used.inflated += plain.byteLength;
  return { ...element, view: new DataView(plain.buffer, plain.byteOffset, plain.byteLength) };
}

type Read = (view: DataView, offset: number, little: boolean) => number;
type Store = new (length: number) => Float64Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Uint8Array;

/** Bytes a number, how it is read, and where it is kept without growing, by type. */
const NUMBERS: Readonly<Record<number, readonly [bytes: number, read: Read, store: Store]>> = {
  1: [1, (view, at) => view.getInt8(at), Int16Array],
  2: [1, (view, at) => view.getUint8(at), Uint8Array],
  3: [2, (view, at, little) => view.getInt16(at, little), Int16Array],
  4: [2, (view, at, little) => view.getUint16(at, little), Uint16Array],
  5: [4, (view, at, little) => view.getInt32(at, little), Int32Array],
  6: [4, (view, at, little) => view.getUint32(at, little), Uint32Array],
  7: [4, (view, at, little) => view.getFloat32(at, little), Float64Array],
  9: [8, (view, at, little) => view.getFloat64(at, little), Float64Array],
  12: [8, (view, at, little) => Number(view.getBigInt64(at, little)), Float64Array],
  13: [8, (view, at, little) => Number(view.getBigUint64(at, little)), Float64Array],
};

/** The numbers of an element, whatever their type; 64-bit integers above 2^53 lose their last digits. */
export function numbersOf({ type, view, little }: Element): ArrayLike<number> {
  const [bytes, read, store] = NUMBERS[type] ?? [];
  if (bytes === undefined || read === undefined || store === undefined)
    throw new MatError(`numbers are stored as the unknown type ${type}`);
  if (view.byteLength % bytes !== 0)
    throw new MatError(`${view.byteLength} bytes are no whole number of values of ${bytes} bytes`);
  const values = new store(view.byteLength / bytes);
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * bytes, little);
  return values;
}

/** The characters of an element. @throws MatError where there are too many, or a number is no character */
export function charactersOf(element: Element): string {
  const { type, view, little } = element;
  if (view.byteLength > MAT_LIMITS.text) throw new MatError(`a text has ${view.byteLength} bytes`);
  if (type === MI.utf8) return new TextDecoder().decode(view as DataView<ArrayBuffer>);
  const width = type === MI.utf32 ? 4 : type === MI.utf16 ? 2 : 0;
  const codes = width === 0 ? numbersOf(element) : numbersOf({ ...element, type: width === 2 ? 4 : 6, view, little });
  let text = '';
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (!(code >= 0 && code <= 0x10ffff) || !Number.isInteger(code)) throw new MatError(`${code} is no character`);
    text += String.fromCodePoint(code);
  }
  return text;
}
