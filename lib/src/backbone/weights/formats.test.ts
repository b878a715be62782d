import { describe, expect, it } from 'vitest';
import { encodeSafetensors } from '../../core/safetensors';
import { createRng } from '../../core/rng';
import { readFixture } from '../../testing/series';
import { decodeFloats } from './floats';
import { readWeights } from './formats';
import { readSafetensors } from './safetensors';
import { WeightsError } from './state-dict';
import type { StateDict } from './state-dict';
import { npz, pth, randomTensor, safetensors, zip } from './testing';

const rng = createRng(1, 'formats');
const ENTRIES = {
  'a.weight': randomTensor(rng, 3, 4),
  b: randomTensor(rng, 5),
  'c/d': randomTensor(rng, 2, 2, 2),
  e: randomTensor(rng),
};
const EXPECTED: StateDict = new Map(Object.entries(ENTRIES));
const legacy = Buffer.from(readFixture<{ readonly good: string }>('torch-legacy.json').good, 'base64');

const FORMATS: readonly (readonly [string, Buffer, StateDict, boolean])[] = [
  ['npz', npz(ENTRIES), EXPECTED, true],
  ['packed npz', npz(ENTRIES, 6), EXPECTED, true],
  ['zip of torch', pth(ENTRIES), EXPECTED, true],
  ['safetensors', safetensors(ENTRIES), EXPECTED, false],
  ['legacy file of torch', legacy, readWeights(legacy), false],
];

describe('readWeights', () => {
  it.each(FORMATS)('tells %s by its content and reads what was written', (_name, bytes, expected) => {
    expect(readWeights(bytes)).toEqual(expected);
  });

  it.each(FORMATS)('refuses %s cut anywhere', (_name, bytes) => {
    for (let i = 0; i < 300; i++) {
      const end = i < 100 ? i : rng.int(bytes.length);
      expect(() => readWeights(bytes.subarray(0, end)), `cut at ${end}`).toThrow(WeightsError);
    }
  });

  it.each(FORMATS)('meets damage to %s with an error of its own or with tensors', (_name, bytes, expected, checked) => {
    let refused = 0;
    for (let i = 0; i < 600; i++) {
      const damaged = Buffer.from(bytes);
      const hits = 1 + rng.int(3);
      for (let n = 0; n < hits; n++) damaged[rng.int(bytes.length)]! ^= 1 << rng.int(8);
      try {
        const found = readWeights(damaged);
        for (const { shape, data } of found.values()) expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
        // A zip archive has checksums: what passes is right, even if an entry that nobody needs has another name now.
        if (checked) for (const [name, tensor] of found) expect(tensor).toEqual(expected.get(name));
      } catch (error) {
        expect(error, String(error)).toBeInstanceOf(WeightsError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(checked ? 300 : 10);
  });

  it('meets random bytes behind every known beginning with an error of its own', () => {
    for (const start of ['PK\x03\x04', '\x80\x02', '\x10\0\0\0\0\0\0\0{', '\x93NUMPY', '']) {
      for (let i = 0; i < 100; i++) {
        const noise = Buffer.from(Array.from({ length: rng.int(200) }, () => rng.int(256)));
        expect(() => readWeights(Buffer.concat([Buffer.from(start, 'latin1'), noise]))).toThrow(WeightsError);
      }
    }
  });

  it.each([
    ['nothing', '', /empty/],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n', /pointer of Git LFS/],
    ['a web page', '\n<!DOCTYPE html><html>', /a web page instead of weights/],
    ['a file of Keras', '\x89HDF\r\n\x1a\n', /HDF5/],
    ['one array', '\x93NUMPY\x01\0', /single array/],
    ['a packed file', '\x1f\x8b\x08\0', /gzip/],
    ['a picture', '\x89PNG\r\n', /no weight file that is known\. What can be read: \.npz/],
  ])('says what %s is', (_name, text, message) => {
    expect(() => readWeights(Buffer.from(text, 'latin1'))).toThrow(message);
  });

  it('says what an archive of something else is', () => {
    expect(() => readWeights(zip({ 'readme.txt': Buffer.from('x') }))).toThrow(/neither torch's data\.pkl nor arrays/);
  });
});

describe('floats', () => {
  it('of 16 bits are what IEEE 754 says, subnormals and infinities included', () => {
    const words = Uint16Array.of(0x3c00, 0xc100, 0x7bff, 0x0001, 0x03ff, 0x0400, 0x7c00, 0xfc00, 0x7e00, 0x2e66);
    expect([...decodeFloats('f16', new Uint8Array(words.buffer))]).toEqual([
      ...[1, -2.5, 65504, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, Infinity, -Infinity, NaN],
      0.0999755859375,
    ]);
    expect(Object.is(decodeFloats('f16', Uint8Array.of(0, 0x80))[0], -0)).toBe(true);
  });

  it('of the upper half of 32 bits are those', () => {
    const words = Uint16Array.of(0x3f80, 0xc020, 0x7f80, 0x0080);
    expect([...decodeFloats('bf16', new Uint8Array(words.buffer))]).toEqual([1, -2.5, Infinity, 2 ** -126]);
  });

  it('are read from any place of a buffer and do not hold on to it', () => {
    const whole = new Uint8Array(9);
    new DataView(whole.buffer).setFloat64(1, 0.5, true);
    expect(decodeFloats('f64', whole.subarray(1))).toEqual(Float32Array.of(0.5));
    const found = decodeFloats('f32', whole.subarray(1));
    whole.fill(255);
    expect([...found]).toEqual([0, 1.75]);
  });
});

describe('readSafetensors', () => {
  /** A file with one tensor of any type. */
  function forge(dtype: string, shape: readonly number[], content: Uint8Array): Buffer {
    const header = Buffer.from(JSON.stringify({ w: { dtype, shape, data_offsets: [0, content.length] } }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return Buffer.concat([length, header, content]);
  }

  it.each([
    ['F16', [0x00, 0x3c, 0x00, 0xc1]],
    ['BF16', [0x80, 0x3f, 0x20, 0xc0]],
    ['F32', [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]],
    ['F64', [0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0]],
  ])('reads %s as float32', (dtype, content) => {
    expect(readSafetensors(forge(dtype, [2], Uint8Array.from(content)))).toEqual(
      new Map([['w', { shape: [2], data: Float32Array.of(1, -2.5) }]]),
    );
  });

  it('leaves counters out, but checks that they are there', () => {
    expect(readSafetensors(forge('I64', [], new Uint8Array(8))).size).toBe(0);
    expect(() => readSafetensors(forge('I64', [2], new Uint8Array(8)))).toThrow(WeightsError);
    const tensors = new Map([['step', { shape: [1], data: Int32Array.of(3) }]]);
    expect(readSafetensors(encodeSafetensors({ tensors, metadata: {} })).size).toBe(0);
  });

  it('refuses other types, saying which it reads', () => {
    expect(() => readSafetensors(forge('F8_E4M3', [2], new Uint8Array(2)))).toThrow(
      /tensor "w" is F8_E4M3: F32, F16, BF16, F64, I64, I32 can be read/,
    );
    expect(() => readSafetensors(forge('toString', [2], new Uint8Array(2)))).toThrow(WeightsError);
  });
});
