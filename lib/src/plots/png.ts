/** Pixels as a PNG data URI, so that a figure carries its pictures itself. */
import { encode } from 'fast-png';

/**
 * A picture: [height, width, channels] row-major with 1, 3 or 4 channels (read off the length). `Uint8Array` and
 * `Uint8ClampedArray` hold 0..255; every other array holds 0..1 and is clipped to it.
 */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly data: ArrayLike<number>;
}

/** Image i of a pack of square RGB images, [count, size, size, 3], as `data` loads them. Errors: RangeError where there is none. */
export function pixelsOf(
  images: { readonly size: number; readonly data: Uint8Array | Float32Array },
  i: number,
): Pixels {
  const length = images.size * images.size * 3;
  if (!Number.isInteger(i) || i < 0 || (i + 1) * length > images.data.length)
    throw new RangeError(`pixelsOf: image ${i} of ${Math.floor(images.data.length / length)}`);
  return { height: images.size, width: images.size, data: images.data.subarray(i * length, (i + 1) * length) };
}

/** The picture as bytes 0..255. */
function toBytes(data: ArrayLike<number>): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (data instanceof Uint8ClampedArray) return Uint8Array.from(data);
  return Uint8Array.from(data, (v) => Math.round(255 * Math.min(1, Math.max(0, v))));
}

/**
 * The picture as a PNG file. The same pixels give the same bytes.
 *
 * Errors: RangeError where the length is not height * width * (1, 3 or 4).
 */
export function pngBytes({ height, width, data }: Pixels): Uint8Array {
  const channels = data.length / (height * width);
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw new RangeError(`pngBytes: ${data.length} values are not ${height} x ${width} pixels of 1, 3 or 4 channels`);
  return encode({ width, height, channels, depth: 8, data: toBytes(data) });
}

/** The picture as 'data:image/png;base64,...'. Errors: as `pngBytes`. */
export const pngDataUri = (picture: Pixels): string =>
  `data:image/png;base64,${Buffer.from(pngBytes(picture)).toString('base64')}`;
