/** JPEG files that are as much work to decode as photographs: smooth random fields with a texture, drawn from a seed. */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { createRng } from '../core/rng';
import type { Rng } from '../core/rng';
import { benchInput } from '../data';
import type { BenchInput } from '../data';
import type { InputWork } from './work';

/** Side of the square of texture that covers a picture like tiles. */
const TILE = 256;
const QUALITY = 90;

interface Grid {
  readonly width: number;
  readonly height: number;
}

/** Random bytes on a coarse grid, enlarged: [height * width * 3]. */
function field(grid: Grid, to: Grid, rng: Rng): Promise<Buffer> {
  const bytes = Uint8Array.from({ length: grid.width * grid.height * 3 }, () => rng.int(256));
  return sharp(bytes, { raw: { ...grid, channels: 3 } })
    .resize(to.width, to.height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
}

/** [TILE * TILE]: what is added to a brightness; detail of one pixel, of four and of sixteen, the coarser the stronger. */
async function texture(rng: Rng): Promise<Float32Array> {
  const layers = await Promise.all(
    [1, 4, 16].map((scale) => {
      const side = TILE / scale;
      return field({ width: side, height: side }, { width: TILE, height: TILE }, rng.fork(scale));
    }),
  );
  const strengths = [0.08, 0.2, 0.3];
  return Float32Array.from({ length: TILE * TILE }, (_, i) =>
    layers.reduce((sum, layer, k) => sum + strengths[k]! * (layer[3 * i]! - 127.5), 0),
  );
}

function textured(smooth: Buffer, { width, height }: Grid, tile: Float32Array, rng: Rng): Buffer {
  const [left, top] = [rng.int(TILE), rng.int(TILE)];
  for (let y = 0; y < height; y++) {
    const line = ((y + top) % TILE) * TILE;
    for (let x = 0; x < width; x++) {
      const more = tile[line + ((x + left) % TILE)]!;
      const at = 3 * (y * width + x);
      for (let c = at; c < at + 3; c++) smooth[c] = Math.min(255, Math.max(0, smooth[c]! + more));
    }
  }
  return smooth;
}

/** Write the images of a work into a folder, which is made. @returns the files in order */
export async function drawPictures(work: Omit<InputWork, 'kind'>, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const size = { width: work.width, height: work.height };
  const rng = createRng(1, 'bench', 'pictures');
  const tile = await texture(rng.fork('texture'));
  const files = Array.from({ length: work.images }, (_, i) => path.join(folder, `${String(i).padStart(4, '0')}.jpg`));
  for (const [i, file] of files.entries()) {
    const own = rng.fork(i);
    const pixels = textured(await field({ width: 8, height: 6 }, size, own), size, tile, own);
    await sharp(pixels, { raw: { ...size, channels: 3 } })
      .jpeg({ quality: QUALITY })
      .toFile(file);
  }
  return files;
}

/** One reading of a folder of images, in steps of so many milliseconds. @param times how often each image is read; it is decoded each time */
export async function readPictures(
  { side, batch }: InputWork,
  folder: string,
  { stepMilliseconds = 0, times = 1 } = {},
): Promise<BenchInput> {
  const once = (await readdir(folder)).map((name) => path.join(folder, name));
  const files = Array.from({ length: times }, () => once).flat();
  return benchInput({ files, size: side, fit: 'cover', batch, stepMilliseconds });
}
