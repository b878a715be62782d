/**
 * Reads annotations that MATLAB wrote: MAT-File Level 5 (MathWorks, "MAT-File Format", chapter 1), as `save` writes up to version 7.
 *
 * Numbers, texts, cells and structs, compressed or not, in either order of bytes. Other kinds (sparse, objects, functions) are passed over. Whatever
 * the bytes are, reading ends, with a value or a MatError, and takes no more memory than `MAT_LIMITS` allow.
 */
import { charactersOf, elementsOf, inflated, MAT_LIMITS, MatError, MI, numbersOf } from './matlab-bytes';
import type { Bytes, Element } from './matlab-bytes';

export { MatError } from './matlab-bytes';

/** A value of MATLAB; `dims` has two numbers or more, and what is listed runs along the columns first. */
export type MatValue =
  | { readonly kind: 'numbers'; readonly dims: readonly number[]; readonly data: ArrayLike<number> }
  | { readonly kind: 'text'; readonly dims: readonly number[]; readonly rows: readonly string[] }
  | { readonly kind: 'cell'; readonly dims: readonly number[]; readonly cells: readonly MatValue[] }
  | {
      readonly kind: 'struct';
      readonly dims: readonly number[];
      /** For each element of the array the values of its fields. */
      readonly elements: readonly ReadonlyMap<string, MatValue>[];
    }
  | { readonly kind: 'other'; readonly dims: readonly number[]; readonly class: number };

/** Classes of arrays (table 1-3). */
const CLASS = { cell: 1, struct: 2, char: 4, firstNumber: 6, lastNumber: 15 } as const;

const EMPTY: MatValue = { kind: 'numbers', dims: [0, 0], data: [] };

/** The next element of an array's parts. */
function take(parts: Iterator<Element>, what: string): Element {
  const { value, done } = parts.next();
  if (done) throw new MatError(`an array ends before its ${what}`);
  return value as Element;
}

function dimensions(element: Element): { readonly dims: readonly number[]; readonly size: number } {
  const dims = element.view.byteLength > 256 ? [] : Array.from(numbersOf(element));
  if (dims.length < 2 || dims.some((n) => !Number.isInteger(n) || n < 0 || n > 0x7fffffff))
    throw new MatError(`an array has the dimensions ${dims.slice(0, 4).join(' x ') || 'none'}`);
  const size = dims.reduce((a, b) => a * b, 1);
  if (size > MAT_LIMITS.inflated) throw new MatError(`an array says it has ${size} values`);
  return { dims, size };
}

/** `size` arrays that follow each other; each takes bytes of its own, so that the file bounds their number. */
function arrays(parts: Iterator<Element>, size: number, depth: number): readonly MatValue[] {
  const values: MatValue[] = [];
  while (values.length < size) {
    const element = take(parts, `${size} values`);
    if (element.type !== MI.matrix)
      throw new MatError(`an element of type ${element.type} stands where an array is due`);
    values.push(arrayOf(element, depth + 1).value);
  }
  return values;
}

function textRows(text: string, dims: readonly number[], size: number): readonly string[] {
  const height = dims[0] ?? 0;
  if (height === 1) return [text];
  const letters = [...text];
  if (letters.length !== size) throw new MatError(`a text of ${size} characters has ${letters.length}`);
  const rows = Array.from({ length: Math.min(height, size) }, (): string[] => []);
  for (const [i, letter] of letters.entries()) rows[i % height]!.push(letter);
  return rows.map((row) => row.join('').trimEnd());
}

function structOf(parts: Iterator<Element>, size: number, depth: number): readonly ReadonlyMap<string, MatValue>[] {
  const length = numbersOf(take(parts, 'length of names'))[0] ?? 0;
  const names = take(parts, 'names of fields');
  if (!Number.isInteger(length) || length < 1 || length > 4096)
    throw new MatError(`names of fields have ${length} characters`);
  const letters = charactersOf(names);
  const fields = Array.from(
    { length: Math.floor(letters.length / length) },
    (_, i) => letters.slice(i * length, (i + 1) * length).split('\0')[0] ?? '',
  );
  // Without a field an element has no bytes in the file, and nothing would bound their number.
  if (fields.length === 0) return [];
  const values = arrays(parts, size * fields.length, depth);
  return Array.from(
    { length: size },
    (_, i) => new Map(fields.map((field, f) => [field, values[i * fields.length + f] as MatValue])),
  );
}

function contentOf(
  type: number,
  parts: Iterator<Element>,
  shape: ReturnType<typeof dimensions>,
  depth: number,
): MatValue {
  const { dims, size } = shape;
  if (type === CLASS.cell) return { kind: 'cell', dims, cells: arrays(parts, size, depth) };
  if (type === CLASS.struct) return { kind: 'struct', dims, elements: structOf(parts, size, depth) };
  if (type === CLASS.char) {
    const text = size === 0 ? '' : charactersOf(take(parts, 'characters'));
    return { kind: 'text', dims, rows: size === 0 ? [] : textRows(text, dims, size) };
  }
  if (type < CLASS.firstNumber || type > CLASS.lastNumber) return { kind: 'other', dims, class: type };
  const data = size === 0 ? [] : numbersOf(take(parts, 'numbers'));
  if (data.length !== size) throw new MatError(`an array of ${dims.join(' x ')} has ${data.length} numbers`);
  return { kind: 'numbers', dims, data };
}

function arrayOf(element: Element, depth: number): { readonly name: string; readonly value: MatValue } {
  if (depth > MAT_LIMITS.depth) throw new MatError(`arrays lie more than ${MAT_LIMITS.depth} deep in each other`);
  if (element.view.byteLength === 0) return { name: '', value: EMPTY };
  const parts = elementsOf(element);
  const flags = numbersOf(take(parts, 'flags'))[0] ?? 0;
  const type = flags & 0xff;
  // An opaque object (class 17) has no dimensions; nothing of it is read.
  if (type === 17) return { name: '', value: { kind: 'other', dims: [], class: type } };
  const shape = dimensions(take(parts, 'dimensions'));
  const name = charactersOf(take(parts, 'name'));
  return { name, value: contentOf(type, parts, shape, depth) };
}

const HEADER = 128;

/** The order of bytes, from the header. */
function headerOf(view: DataView): { readonly little: boolean } {
  if (view.byteLength < HEADER) throw new MatError(`${view.byteLength} bytes are fewer than the header's ${HEADER}`);
  const mark = String.fromCharCode(view.getUint8(126), view.getUint8(127));
  const little = mark === 'IM';
  if (!little && mark !== 'MI') throw new MatError('it does not start with the header of a MAT file of level 5');
  const version = view.getUint16(124, little);
  if (version >> 8 === 1) return { little };
  const hint = version >> 8 === 2 ? ' (HDF5; save it in MATLAB with -v7)' : '';
  throw new MatError(`it is of version ${version.toString(16)}${hint}, not of level 5`);
}

/**
 * The variables of a MAT file by name.
 *
 * @throws MatError with the reason, without the file's name
 */
export function parseMat(file: Uint8Array): ReadonlyMap<string, MatValue> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const bytes: Bytes = { view, ...headerOf(view), used: { inflated: 0, elements: 0 } };
  const variables = new Map<string, MatValue>();
  const add = (element: Element): void => {
    if (element.type !== MI.matrix) return;
    const { name, value } = arrayOf(element, 0);
    if (name !== '') variables.set(name, value);
  };
  for (const element of elementsOf(bytes, HEADER)) {
    if (element.type !== MI.compressed) add(element);
    else for (const inner of elementsOf(inflated(element))) add(inner);
  }
  return variables;
}
