import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { WeightsError } from './state-dict';
import { zip } from './testing';
import { isZip, zipContent, zipEntries } from './zip';

const FILES = { 'a.txt': Buffer.from('hello hello hello'), 'b/ü.bin': Buffer.from([1, 2, 3]), empty: Buffer.alloc(0) };

const contents = (bytes: Buffer): Record<string, string> =>
  Object.fromEntries(
    [...zipEntries(bytes)].map(([name, entry]) => [name, zipContent(bytes, entry).toString('latin1')]),
  );
const plain = Object.fromEntries(Object.entries(FILES).map(([name, content]) => [name, content.toString('latin1')]));

/** Where the directory's record of the nth entry begins. */
function central(bytes: Buffer, n = 0): number {
  let found = -1;
  for (let i = 0; i <= n; i++) found = bytes.indexOf('PK\x01\x02', found + 1, 'latin1');
  return found;
}

/** An archive with a changed 32-bit field in the directory. */
function forged(level: 0 | 6, offset: number, value: number, n = 0): Buffer {
  const bytes = zip(FILES, level);
  bytes.writeUInt32LE(value, central(bytes, n) + offset);
  return bytes;
}

describe('zip archives', () => {
  it.each([0, 6] as const)('are read as fflate writes them, level %i', (level) => {
    const bytes = zip(FILES, level);
    expect(isZip(bytes)).toBe(true);
    expect(contents(bytes)).toEqual(plain);
  });

  it('are read with a comment behind them', () => {
    const bytes = zip(FILES);
    bytes.writeUInt16LE(5, bytes.length - 2);
    expect(contents(Buffer.concat([bytes, Buffer.from('hello')]))).toEqual(plain);
  });

  it('are read with 64-bit fields', () => {
    const bytes = zip({ a: Buffer.from('xyz') });
    const [start, end] = [central(bytes), bytes.length - 22];
    const record = Buffer.from(bytes.subarray(start, end));
    const extra = Buffer.alloc(28);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    extra.writeBigUInt64LE(3n, 4);
    extra.writeBigUInt64LE(3n, 12);
    record.fill(0xff, 20, 28);
    record.fill(0xff, 42, 46);
    record.writeUInt16LE(28, 30);
    const large = Buffer.alloc(56);
    large.writeUInt32LE(0x06064b50, 0);
    large.writeBigUInt64LE(1n, 32);
    large.writeBigUInt64LE(BigInt(start), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50, 0);
    locator.writeBigUInt64LE(BigInt(start + record.length + 28), 8);
    const last = Buffer.from(bytes.subarray(end));
    last.writeUInt16LE(0xffff, 10);
    last.writeUInt32LE(0xffffffff, 16);
    const whole = Buffer.concat([bytes.subarray(0, start), record, extra, large, locator, last]);
    expect(contents(whole)).toEqual({ a: 'xyz' });
    extra.writeBigUInt64LE(2n ** 60n, 4);
    const liar = Buffer.concat([bytes.subarray(0, start), record, extra, large, locator, last]);
    expect(() => zipEntries(liar)).toThrow(WeightsError);
  });

  it.each([
    ['a content that is too large for what is packed', forged(6, 24, 2 ** 31), /claims 2147483648 bytes/],
    ['a stored content of another size', forged(0, 24, 18), /claims 18 bytes from 17/],
    ['a packed size beyond the file', forged(6, 20, 10_000), /overlap/],
    ['an entry beyond the file', forged(0, 42, 10_000), /damaged or cut short/],
    ['an entry that is none', forged(0, 42, 1), /damaged or cut short/],
    ['the place of another entry', forged(0, 42, 0, 1), /damaged or cut short/],
    ['another checksum', forged(0, 16, 1), /entry "a\.txt" is not what it was/],
    ['another method', forged(0, 8, 99 * 2 ** 16), /packed by method 99/],
    ['a password', forged(0, 8, 1), /is encrypted/],
  ])('are refused where the directory has %s', (_name, bytes, message) => {
    expect(() => contents(bytes)).toThrow(WeightsError);
    expect(() => contents(bytes)).toThrow(message);
  });

  it('that inflate to more than they say are stopped there', () => {
    const bomb = deflateRawSync(Buffer.alloc(50_000_000));
    const bytes = zip({ bomb: Buffer.alloc(bomb.length, 'x') });
    bomb.copy(bytes, 30 + 4);
    const at = central(bytes);
    bytes.writeUInt16LE(8, at + 10);
    bytes.writeUInt32LE(1000, at + 24);
    expect(() => contents(bytes)).toThrow(/entry "bomb" is not what it was/);
  });

  it('that claim more than any backbone needs are refused before anything is unpacked', () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, Buffer.alloc(100_000, i)]));
    const bytes = zip(files);
    for (let n = 0; n < 30; n++) {
      const at = central(bytes, n);
      bytes.writeUInt16LE(8, at + 10);
      bytes.writeUInt32LE(100_000 * 1000, at + 24);
    }
    expect(() => zipEntries(bytes)).toThrow(/claims more than 2147483648 bytes/);
  });

  it('with two entries of one name, or no directory, are refused', () => {
    const bytes = zip({ aa: Buffer.from('x'), ab: Buffer.from('y') });
    bytes.write('aa', central(bytes, 1) + 46);
    expect(() => zipEntries(bytes)).toThrow(/two entries "aa"/);
    expect(() => zipEntries(bytes.subarray(0, -1))).toThrow(/no directory at its end: it is cut short/);
    expect(() => zipEntries(Buffer.from('PK'))).toThrow(WeightsError);
  });
});
