/** The float types of weight files, as float32. Bytes are little-endian, as is every machine that TensorFlow runs on. */

export type FloatType = 'f16' | 'bf16' | 'f32' | 'f64';

export const FLOAT_BYTES: Readonly<Record<FloatType, number>> = { f16: 2, bf16: 2, f32: 4, f64: 8 };

/** IEEE 754 half: sign, 5 bits of exponent, 10 of mantissa. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

let halves: Float32Array | undefined;
/** Every half there is: reading a table is much faster than the powers. */
const halfTable = (): Float32Array => (halves ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => half(bits)));

/** A fresh array of float32. @param bytes a whole number of values; at any place of its buffer */
export function decodeFloats(type: FloatType, bytes: Uint8Array): Float32Array {
  // A copy begins at a multiple of 8 whatever the file's alignment, and lets go of the file.
  const { buffer } = new Uint8Array(bytes);
  if (type === 'f32') return new Float32Array(buffer);
  if (type === 'f64') return new Float32Array(new Float64Array(buffer));
  const words = new Uint16Array(buffer);
  if (type === 'f16') {
    const table = halfTable();
    return Float32Array.from(words, (bits) => table[bits]!);
  }
  // A bfloat16 is the upper half of a float32.
  return new Float32Array(Uint32Array.from(words, (bits) => bits * 2 ** 16).buffer);
}
