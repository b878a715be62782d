/** The bytes of event files, held to those that TensorBoard's own classes write (scripts/fixtures/events.py). */
import { describe, expect, it } from 'vitest';
import fixture from '../testing/fixtures/events.json';
import { fileHead, scalar, sessionEnd, sessionStart, summary, text } from './event';
import { varint } from './protobuf';
import { crc32c } from './record-file';

const { wall, step, scalars, parameters, group } = fixture;

describe('an event file', () => {
  it('is byte for byte what TensorBoard writes', () => {
    const file = Buffer.concat([
      fileHead(wall),
      summary({ wall, step: 0 }, [text('recipe', fixture.text)]),
      summary({ wall, step: 0 }, [sessionStart(parameters, { group, wall })]),
      summary(
        { wall, step },
        Object.entries(scalars).map(([tag, value]) => scalar(tag, value)),
      ),
      summary({ wall, step }, [sessionEnd(wall)]),
    ]);
    expect(file.toString('hex')).toBe(Buffer.from(fixture.file, 'base64').toString('hex'));
  });

  it('has the checksums of RFC 3720', () => {
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it('holds numbers beyond 32 bits, and none that it cannot', () => {
    expect([...varint(300)]).toEqual([0xac, 2]);
    expect([...varint(2 ** 40)]).toEqual([128, 128, 128, 128, 128, 32]);
    expect(() => varint(-1)).toThrow(RangeError);
    expect(() => varint(0.5)).toThrow('whole number');
  });
});
