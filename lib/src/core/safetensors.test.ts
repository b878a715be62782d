import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from './safetensors';
import type { NamedArray, TensorFile } from './safetensors';

const file: TensorFile = {
  tensors: new Map<string, NamedArray>([
    ['weights', { shape: [2, 3], data: Float32Array.from([1, -2, 0.5, 1e-30, 3e38, -0]) }],
    ['labels', { shape: [2], data: Int32Array.from([-1, 2 ** 31 - 1]) }],
    ['scalar', { shape: [], data: Float32Array.from([7]) }],
    ['nothing', { shape: [0, 5], data: new Float32Array(0) }],
  ]),
  metadata: { format: 'test', note: 'ümläut "quoted"' },
};

/** A file with any header and body. */
function forge(header: unknown, body: Buffer = Buffer.alloc(16)): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, body]);
}

describe('safetensors', () => {
  it('reads back what it wrote', () => {
    const back = decodeSafetensors(encodeSafetensors(file));
    expect(back).toEqual(file);
    expect(Object.is(back.tensors.get('weights')!.data[5], -0)).toBe(true);
  });

  it('reads back any bits, and views into larger buffers', () => {
    const bits = fc.array(fc.integer(), { minLength: 0, maxLength: 9 });
    fc.assert(
      fc.property(bits, fc.string(), fc.nat(3), (values, name, skipped) => {
        const data = new Float32Array(
          Int32Array.from([...new Array<number>(skipped).fill(0), ...values]).buffer,
        ).subarray(skipped);
        const tensors = new Map([
          ['first', { shape: [1], data: Int32Array.of(9) }],
          [`t ${name}`, { shape: [values.length], data }],
        ]);
        const back = decodeSafetensors(encodeSafetensors({ tensors, metadata: {} })).tensors.get(`t ${name}`)!;
        const { buffer, byteOffset, length } = back.data;
        expect(Array.from(new Int32Array(buffer, byteOffset, length))).toEqual(values);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('writes the format that others read: little-endian length, padded JSON, offsets from the end of the header', () => {
    const bytes = encodeSafetensors(file);
    const length = Number(bytes.readBigUInt64LE(0));
    expect((8 + length) % 8).toBe(0);
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
    expect(header.labels).toEqual({ dtype: 'I32', shape: [2], data_offsets: [24, 32] });
    expect(bytes.readInt32LE(8 + length + 24)).toBe(-1);
  });

  it('refuses a file that is cut anywhere', () => {
    const bytes = encodeSafetensors(file);
    for (let end = 0; end < bytes.length; end++) {
      expect(() => decodeSafetensors(bytes.subarray(0, end)), `cut at ${end}`).toThrow(SafetensorsError);
    }
  });

  const lies: Record<string, unknown> = {
    'no JSON': '{"a": ',
    'no record': 'null',
    'a list': '[1, 2]',
    'a text': '"weights"',
    'a tensor that is no record': { a: 5 },
    'no shape': { a: { dtype: 'F32', data_offsets: [0, 4] } },
    'a negative size': { a: { dtype: 'F32', shape: [-1], data_offsets: [4, 0] } },
    'a size that is no whole number': { a: { dtype: 'F32', shape: [0.5], data_offsets: [0, 2] } },
    'sizes whose product overflows': { a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40, 0.0], data_offsets: [0, 4] } },
    'a huge size': { a: { dtype: 'F32', shape: [2 ** 50], data_offsets: [0, 2 ** 52] } },
    'offsets beyond the end': { a: { dtype: 'F32', shape: [4], data_offsets: [8, 24] } },
    'offsets that run backwards': { a: { dtype: 'F32', shape: [1], data_offsets: [8, 4] } },
    'more bytes than the shape has': { a: { dtype: 'F32', shape: [1], data_offsets: [0, 8] } },
    'tensors that share their bytes': {
      a: { dtype: 'F32', shape: [4], data_offsets: [0, 16] },
      b: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    },
    'another type': { a: { dtype: 'F16', shape: [2], data_offsets: [0, 4] } },
    'metadata that is no record of texts': { __metadata__: { step: 5 } },
    'metadata that is a list': { __metadata__: ['a'] },
  };
  it.each(Object.entries(lies))('refuses a header with %s', (_name, header) => {
    expect(() => decodeSafetensors(forge(header))).toThrow(SafetensorsError);
  });

  it('reads the types that it is told to, skips those without a reader, and no others', () => {
    const header = {
      a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
      b: { dtype: 'I64', shape: [1], data_offsets: [2, 10] },
    };
    const bytes = forge(header, Buffer.from([5, 6, 0, 0, 0, 0, 0, 0, 0, 0]));
    const types = { U8: { bytes: 1, decode: (content: Buffer) => Int32Array.from(content) }, I64: { bytes: 8 } };
    expect(decodeSafetensors(bytes, types).tensors).toEqual(
      new Map([['a', { shape: [2], data: Int32Array.of(5, 6) }]]),
    );
    expect(() => decodeSafetensors(bytes, { U8: types.U8 })).toThrow(/tensor "b" is I64: U8 can be read/);
    expect(() => decodeSafetensors(encodeSafetensors(file), types)).toThrow(/"weights" is F32: U8, I64 can be read/);
  });

  it('refuses a length that the file does not have', () => {
    const bytes = encodeSafetensors(file);
    for (const length of [0n, 1n, 2n ** 63n, BigInt(bytes.length)]) {
      const copy = Buffer.from(bytes);
      copy.writeBigUInt64LE(length);
      expect(() => decodeSafetensors(copy)).toThrow(SafetensorsError);
    }
  });
});
