/**
 * As much of protocol buffers' wire format as TensorBoard's events need: a message is its fields one after the other, each a key (number and kind) and
 * a value. Source: protobuf.dev, "Encoding".
 */

/** Kinds of values on the wire. */
const WIRE = { varint: 0, bits64: 1, bytes: 2, bits32: 5 } as const;

/** A whole number from 0, seven bits a byte, the lowest first. */
export function varint(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`varint: ${value}, give a whole number from 0`);
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

const field = (number: number, wire: keyof typeof WIRE, ...value: readonly Buffer[]): Buffer =>
  Buffer.concat([varint(number * 8 + WIRE[wire]), ...value]);

export const int = (number: number, value: number): Buffer => field(number, 'varint', varint(value));

export function double(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return field(number, 'bits64', bytes);
}

export function float(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return field(number, 'bits32', bytes);
}

/** A text, raw bytes, or a message made of its fields. */
export function bytes(number: number, value: string | Buffer | readonly Buffer[]): Buffer {
  const content =
    typeof value === 'string' ? Buffer.from(value) : Buffer.isBuffer(value) ? value : Buffer.concat([...value]);
  return field(number, 'bytes', varint(content.length), content);
}
