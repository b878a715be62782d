/** A small writer of MAT files of level 5, for tests: whatever the reader knows, in either order of bytes. */
import { deflateSync } from 'node:zlib';

/** What can be written; an array of values is a cell array, an array of records a struct array. */
export type Writable =
  | { readonly text: string }
  | { readonly numbers: readonly number[]; readonly dims?: readonly number[] }
  | { readonly cells: readonly Writable[] }
  | { readonly structs: readonly Readonly<Record<string, Writable>>[] };

export interface MatOptions {
  readonly little?: boolean;
  readonly compressed?: boolean;
}

class Writer {
  constructor(private readonly little: boolean) {}

  private words(values: readonly number[]): Buffer {
    const out = Buffer.alloc(values.length * 4);
    values.forEach((value, i) => (this.little ? out.writeUInt32LE(value, i * 4) : out.writeUInt32BE(value, i * 4)));
    return out;
  }

  /** An element: type, size, bytes, padding; four bytes or fewer inside the tag. */
  element(type: number, bytes: Buffer, small = bytes.length > 0 && bytes.length <= 4): Buffer {
    if (small) return Buffer.concat([this.words([(bytes.length << 16) | type]), bytes], 8);
    const padding = Buffer.alloc((8 - (bytes.length % 8)) % 8);
    return Buffer.concat([this.words([type, bytes.length]), bytes, padding]);
  }

  private doubles(values: readonly number[]): Buffer {
    const out = Buffer.alloc(values.length * 8);
    values.forEach((value, i) => (this.little ? out.writeDoubleLE(value, i * 8) : out.writeDoubleBE(value, i * 8)));
    return out;
  }

  private head(type: number, dims: readonly number[], name: string): Buffer {
    return Buffer.concat([
      this.element(6, this.words([type, 0])),
      this.element(5, this.words(dims)),
      this.element(1, Buffer.from(name, 'latin1')),
    ]);
  }

  private content(value: Writable, name: string): Buffer {
    if ('text' in value) {
      const { length } = value.text;
      const codes = Buffer.alloc(length * 2);
      [...value.text].forEach((_, i) => {
        const code = value.text.charCodeAt(i);
        if (this.little) codes.writeUInt16LE(code, i * 2);
        else codes.writeUInt16BE(code, i * 2);
      });
      return Buffer.concat([this.head(4, [length === 0 ? 0 : 1, length], name), this.element(4, codes)]);
    }
    if ('numbers' in value)
      return Buffer.concat([
        this.head(6, value.dims ?? [1, value.numbers.length], name),
        this.element(9, this.doubles(value.numbers)),
      ]);
    if ('cells' in value)
      return Buffer.concat([
        this.head(1, [value.cells.length, 1], name),
        ...value.cells.map((cell) => this.array(cell)),
      ]);
    const fields = Object.keys(value.structs[0] ?? {});
    const names = Buffer.alloc(32 * fields.length);
    fields.forEach((field, i) => names.write(field, 32 * i, 'latin1'));
    return Buffer.concat([
      this.head(2, [1, value.structs.length], name),
      this.element(5, this.words([32])),
      this.element(1, names, false),
      ...value.structs.flatMap((one) => fields.map((field) => this.array(one[field]!))),
    ]);
  }

  array(value: Writable, name = ''): Buffer {
    return this.element(14, this.content(value, name), false);
  }

  compressed(element: Buffer): Buffer {
    const packed = deflateSync(element);
    return Buffer.concat([this.words([15, packed.length]), packed]);
  }

  header(): Buffer {
    const header = Buffer.alloc(128, ' ');
    header.write('MATLAB 5.0 MAT-file, written by a test', 'latin1');
    header.write(this.little ? '\x00\x01IM' : '\x01\x00MI', 124, 'latin1');
    return header;
  }
}

/** The bytes of a MAT file with these variables. */
export function writeMat(variables: Readonly<Record<string, Writable>>, options: MatOptions = {}): Buffer {
  const { little = true, compressed = false } = options;
  const writer = new Writer(little);
  const arrays = Object.entries(variables).map(([name, value]) => writer.array(value, name));
  return Buffer.concat([writer.header(), ...arrays.map((array) => (compressed ? writer.compressed(array) : array))]);
}
