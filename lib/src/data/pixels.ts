import { promises as fs } from 'node:fs';
import sharp from 'sharp';
import { codeOf } from './place';

/** How an image fills its square: 'cover' cuts the longer side at both ends, 'stretch' changes the proportions. */
export type Fit = 'cover' | 'stretch';

/** Side in pixels and how to reach it. */
export interface PixelOptions {
  readonly size: number;
  readonly fit: Fit;
}

/** Formats that are decoded; anything else (SVG, PDF, text, ...) is refused, whatever its extension. */
export const FORMATS = ['jpeg', 'png', 'webp', 'tiff', 'gif', 'heif'] as const;

/** Names the decoding: a change of the steps below, or of the libraries, makes cached pixels stale. */
export const DECODER = `csdnet pixels 1, sharp ${sharp.versions.sharp ?? '?'}, vips ${sharp.versions.vips}`;

const MAX_PIXELS = 120_000_000;
const MAX_BYTES = 256 * 1024 * 1024;
const SHARP_FIT = { cover: 'cover', stretch: 'fill' } as const;

/** Bytes are read here and not by sharp, which would cache files by their path. */
async function readBytes(file: string): Promise<Buffer> {
  const { size } = await fs.stat(file).catch((error: unknown) => {
    throw new Error(codeOf(error) === 'ENOENT' ? 'the file is missing' : `the file cannot be read (${codeOf(error)})`);
  });
  if (size === 0) throw new Error('the file has zero bytes');
  if (size > MAX_BYTES) throw new Error(`the file has ${size} bytes, more than ${MAX_BYTES}`);
  return fs.readFile(file).catch((error: unknown) => {
    throw new Error(`the file cannot be read (${codeOf(error)})`);
  });
}

interface Opened {
  /** Turned as its EXIF orientation says. */
  readonly image: ReturnType<typeof sharp>;
  /** In pixels, as stored. */
  readonly width: number;
  readonly height: number;
}

async function open(file: string): Promise<Opened> {
  const image = sharp(await readBytes(file), { failOn: 'truncated', limitInputPixels: MAX_PIXELS });
  const { format, width, height } = await image.metadata();
  if (!(FORMATS as readonly string[]).includes(format)) {
    throw new Error(`the format is ${format}; allowed: ${FORMATS.join(', ')}`);
  }
  return { image: image.autoOrient(), width, height };
}

/** The image as a square of sRGB on white. */
const squared = (image: Opened['image'], { size, fit }: PixelOptions): Opened['image'] =>
  image
    .resize(size, size, { fit: SHARP_FIT[fit], position: 'centre', kernel: 'lanczos3' })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb');

/** Throws where sharp's answer has another shape than asked for, so that no image can shift its neighbours. */
function checked(data: Uint8Array, length: number): Uint8Array {
  if (data.length !== length) throw new Error(`decoding gave ${data.length} bytes in place of ${length}`);
  return data;
}

/**
 * Decodes one image to [size, size, 3] RGB bytes, row-major: turned as its EXIF orientation says, transparency laid on
 * white, greyscale, 16-bit and CMYK brought to 8-bit sRGB, resized with lanczos3 (cover: around the centre).
 *
 * @throws Error with the reason, without the file's name: not an image, truncated, over 120 megapixels, zero bytes, ...
 */
export async function decodePixels(file: string, options: PixelOptions): Promise<Uint8Array> {
  return (await decodeWithSize(file, options)).data;
}

/** As `decodePixels`, with the width and height of the image as it is stored. */
export async function decodeWithSize(
  file: string,
  options: PixelOptions,
): Promise<{ readonly data: Uint8Array; readonly width: number; readonly height: number }> {
  const { image, width, height } = await open(file);
  const data = await squared(image, options).raw({ depth: 'uchar' }).toBuffer();
  return { data: checked(data, options.size ** 2 * 3), width, height };
}

/** A small square JPEG of an image, around its centre: what a page embeds. @throws as `decodePixels` */
export async function encodeThumbnail(file: string, size: number): Promise<Buffer> {
  checkSize(size);
  const { image } = await open(file);
  return squared(image, { size, fit: 'cover' }).jpeg({ quality: 80 }).toBuffer();
}

/**
 * Decodes a ground-truth mask to [size * size] numbers in [0, 1], row-major (white is 1, transparent is 0). With the
 * `fit` of the images it lies exactly over them; it is resized linearly, so that nothing overshoots.
 *
 * @throws Error that names the file and says what is wrong with it.
 */
export async function decodeMask(
  file: string,
  size: number,
  options: { readonly fit?: Fit } = {},
): Promise<Float32Array> {
  checkSize(size);
  try {
    const { image } = await open(file);
    const data = await image
      .resize(size, size, { fit: SHARP_FIT[options.fit ?? 'cover'], position: 'centre', kernel: 'linear' })
      .flatten({ background: '#000000' })
      .toColourspace('b-w')
      .raw({ depth: 'uchar' })
      .toBuffer();
    return Float32Array.from(checked(data, size * size), (value) => value / 255);
  } catch (error) {
    throw new Error(`The mask ${file} cannot be used: ${reasonOf(error)}.`, { cause: error });
  }
}

/** The first line of an error's message. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/\.$/, '');
}

/** Throws a RangeError where the side of an image is not a whole number 1..4096. */
export function checkSize(size: number): void {
  if (Number.isInteger(size) && size >= 1 && size <= 4096) return;
  throw new RangeError(`The image size is ${size}; allowed: whole numbers 1..4096 (pixels), for example 128.`);
}
