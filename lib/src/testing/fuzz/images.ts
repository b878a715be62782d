/** Heads of images that claim 100,000 x 100,000 pixels, or the most that their format can, with next to nothing behind them. */
import { crc32, deflateSync } from 'node:zlib';

const SIDE = 100_000;
/** The most that JPEG and GIF can say. */
const MOST_16 = 0xffff;

const be32 = (value: number): Buffer => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  return Buffer.concat([be32(content.length), named, be32(crc32(named))]);
}

/** A PNG of that side in one-bit grey; `packed` is all its rows, deflated. */
export const png = (side = SIDE, packed = deflateSync(Buffer.alloc(1024))): Buffer =>
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', Buffer.concat([be32(side), be32(side), Buffer.from([1, 0, 0, 0, 0])])),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]);

/** SOI, one table of quantisation, SOF0 with the size, a scan without data. */
export function jpeg(): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16BE(MOST_16, 0);
  size.writeUInt16BE(MOST_16, 2);
  const table = Buffer.concat([Buffer.from([0xff, 0xdb, 0, 67, 0]), Buffer.alloc(64, 1)]);
  const frame = Buffer.concat([Buffer.from([0xff, 0xc0, 0, 11, 8]), size, Buffer.from([1, 1, 0x11, 0])]);
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0, 0, 0xff, 0xd9]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), table, frame, scan]);
}

/** A RIFF file with the extended head (VP8X) alone. */
export function webp(): Buffer {
  const body = Buffer.alloc(10);
  body.writeUIntLE(SIDE - 1, 4, 3);
  body.writeUIntLE(SIDE - 1, 7, 3);
  const part = Buffer.concat([Buffer.from('VP8X'), Buffer.from([10, 0, 0, 0]), body]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(4 + part.length);
  return Buffer.concat([Buffer.from('RIFF'), size, Buffer.from('WEBP'), part]);
}

/** A little-endian TIFF: 8-bit grey in one strip of a thousand bytes. */
export function tiff(): Buffer {
  const tags = [[256, SIDE], [257, SIDE], [258, 8], [259, 1], [262, 1], [273, 8], [277, 1], [278, SIDE], [279, 1000]] as const; // prettier-ignore
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(1008, 4);
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  directory.writeUInt16LE(tags.length, 0);
  tags.forEach(([tag, value], i) => {
    const at = 2 + 12 * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(4, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(value, at + 8);
  });
  return Buffer.concat([head, Buffer.alloc(1000), directory]);
}

/** A GIF of the largest screen with one frame that fills it. */
export function gif(): Buffer {
  const size = Buffer.alloc(4, 0xff);
  const screen = Buffer.concat([Buffer.from('GIF89a'), size, Buffer.from([0x80, 0, 0]), Buffer.alloc(6)]);
  const frame = Buffer.concat([Buffer.from([0x2c, 0, 0, 0, 0]), size, Buffer.from([0, 2, 1, 0x44, 0, 0x3b])]);
  return Buffer.concat([screen, frame]);
}
