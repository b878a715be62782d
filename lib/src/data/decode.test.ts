import { promises as fs } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partOf } from '../files';
import { decodeSplit } from './decode';
import { DatasetError } from './errors';
import { decodeMask, decodePixels, type Fit } from './pixels';
import { flatPng, temporaryFolder, writeDataset, writeFiles } from './testing';
import { readUfg } from './ufg';
import type { Split } from './types';

type Picture = ReturnType<typeof sharp>;

let base: string;
const at = (...parts: string[]): string => path.join(base, ...parts);
beforeAll(async () => {
  base = await fs.realpath(await temporaryFolder());
});
afterAll(() => fs.rm(base, { recursive: true, force: true }));

/** A picture of one colour, any number of channels. */
function flat(values: readonly number[]): Picture {
  const data = Buffer.from(Array.from({ length: 256 }, () => values).flat());
  return sharp(data, { raw: { width: 16, height: 16, channels: values.length as 1 | 2 | 3 | 4 } });
}

/** Noise, so that a file is long enough to be cut. */
function noise(side = 96): Picture {
  const data = Uint8Array.from({ length: side * side * 3 }, (_, index) => (index * 7919 + (index >> 3) * 104729) % 251);
  return sharp(data, { raw: { width: side, height: side, channels: 3 } });
}

async function firstPixel(name: string, picture: Picture): Promise<readonly number[]> {
  await picture.toFile(at(name));
  const data = await decodePixels(at(name), { size: 8, fit: 'cover' });
  expect(data).toHaveLength(8 * 8 * 3);
  for (let i = 3; i < data.length; i++) expect(Math.abs(data[i]! - data[i % 3]!)).toBeLessThanOrEqual(1);
  return [...data.subarray(0, 3)];
}

describe('decodePixels brings everything to 8-bit sRGB', () => {
  it('colour, palette and greyscale, with 8 and 16 bits', async () => {
    expect(await firstPixel('rgb.png', flat([200, 100, 50]).png())).toEqual([200, 100, 50]);
    expect(await firstPixel('palette.png', flat([200, 100, 50]).png({ palette: true }))).toEqual([200, 100, 50]);
    expect(await firstPixel('rgb16.png', flat([200, 100, 50]).toColourspace('rgb16').png())).toEqual([200, 100, 50]);
    expect(await firstPixel('grey.png', flat([100]).toColourspace('b-w').png())).toEqual([100, 100, 100]);
    expect(await firstPixel('grey16.png', flat([100]).toColourspace('grey16').png())).toEqual([100, 100, 100]);
    expect((await sharp(at('rgb16.png')).metadata()).depth).toBe('ushort');
    expect(await sharp(at('grey16.png')).metadata()).toMatchObject({ depth: 'ushort', channels: 1 });
  });

  it('transparency on white, with 8 and 16 bits and in greyscale', async () => {
    expect(await firstPixel('alpha.png', flat([255, 0, 0, 0]).png())).toEqual([255, 255, 255]);
    const [r = 0, g = 0, b = 0] = await firstPixel('half.png', flat([200, 100, 50, 128]).png());
    const [r16 = 0, g16 = 0, b16 = 0] = await firstPixel(
      'half16.png',
      flat([200, 100, 50, 128]).toColourspace('rgb16').png(),
    );
    // 255 - (255 - v) * 128 / 255
    for (const [value, expected] of [
      [r, 227],
      [g, 177],
      [b, 152],
      [r16, 227],
      [g16, 177],
      [b16, 152],
    ] as const) {
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(1);
    }
    expect(await firstPixel('grey-alpha.png', flat([100, 0]).toColourspace('b-w').png())).toEqual([255, 255, 255]);
  });

  it('CMYK JPEG', async () => {
    const [r = 0, g = 0, b = 0] = await firstPixel(
      'cmyk.jpg',
      flat([200, 100, 50]).toColourspace('cmyk').jpeg({ quality: 100 }),
    );
    expect(await sharp(at('cmyk.jpg')).metadata()).toMatchObject({ space: 'cmyk', channels: 4 });
    expect(Math.max(Math.abs(r - 200), Math.abs(g - 100), Math.abs(b - 50))).toBeLessThan(40);
  });

  it('the EXIF orientation', async () => {
    // left half red, right half blue; orientation 6 says: turn by 90 degrees clockwise, so red comes on top
    const data = Buffer.from(Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? [255, 0, 0] : [0, 0, 255])).flat());
    const picture = sharp(data, { raw: { width: 16, height: 16, channels: 3 } });
    await picture.png().withMetadata({ orientation: 6 }).toFile(at('turned.png'));
    const turned = await decodePixels(at('turned.png'), { size: 16, fit: 'cover' });
    expect([...turned.subarray(0, 3), ...turned.subarray(-3)]).toEqual([255, 0, 0, 0, 0, 255]);
    expect([...turned.subarray(45, 48)]).toEqual([255, 0, 0]);
  });

  it('cover cuts both ends of the longer side, stretch keeps them', async () => {
    // 3 x 1 squares: green, red, green
    const row = Array.from({ length: 48 }, (_, x) => (x >= 16 && x < 32 ? [255, 0, 0] : [0, 255, 0])).flat();
    const data = Buffer.from(Array.from({ length: 16 }, () => row).flat());
    await sharp(data, { raw: { width: 48, height: 16, channels: 3 } })
      .png()
      .toFile(at('wide.png'));
    const left = async (fit: Fit) => [...(await decodePixels(at('wide.png'), { size: 16, fit })).subarray(0, 3)];
    expect(await left('cover')).toEqual([255, 0, 0]);
    expect((await left('stretch'))[1]).toBeGreaterThan(200);
  });
});

describe('decodeMask', () => {
  it('gives numbers in [0, 1]; transparent is 0; 16 bits are read', async () => {
    await flat([51]).toColourspace('b-w').png().toFile(at('mask.png'));
    await flat([51]).toColourspace('grey16').png().toFile(at('mask16.png'));
    await flat([255, 255, 255, 0]).png().toFile(at('clear.png'));
    expect([...(await decodeMask(at('mask.png'), 2))]).toEqual(Array(4).fill(Math.fround(0.2)));
    expect([...(await decodeMask(at('mask16.png'), 2))]).toEqual(Array(4).fill(Math.fround(0.2)));
    expect([...(await decodeMask(at('clear.png'), 2))]).toEqual([0, 0, 0, 0]);
  });

  it('lies over its image, and does not overshoot', async () => {
    const data = Buffer.from(Array.from({ length: 32 * 16 }, (_, i) => (i % 32 < 16 ? 255 : 0)));
    await sharp(data, { raw: { width: 32, height: 16, channels: 1 } })
      .png()
      .toFile(at('edge.png'));
    const mask = await decodeMask(at('edge.png'), 8);
    const image = await decodePixels(at('edge.png'), { size: 8, fit: 'cover' });
    mask.forEach((value, i) => expect(value >= 0.5).toBe(image[i * 3]! >= 128));
    const row = [...mask.subarray(0, 8)];
    expect(row).toEqual([...row].sort((a, b) => b - a)); // no ringing beside the edge
    expect([row[0], row[7]]).toEqual([1, 0]);
  });

  it('names the file that is wrong, and refuses a bad size', async () => {
    await expect(decodeMask(at('none.png'), 8)).rejects.toThrow(
      /The mask .*none.png cannot be used: the file is missing/,
    );
    await expect(decodeMask(at('mask.png'), 0)).rejects.toThrow(/size is 0; allowed: whole numbers 1..4096/);
  });
});

describe('decodeSplit', () => {
  let root: string;
  let train: Split;
  const cache = (): string => path.join(root, 'cache');
  beforeAll(async () => {
    root = at('set');
    await writeDataset(root, 3, [4, 1]);
    train = (await readUfg(root)).train;
  });

  const cacheFile = async (): Promise<string> => {
    const names = (await fs.readdir(cache())).filter((name) => name.endsWith('.rgb'));
    expect(names).toHaveLength(1);
    return path.join(cache(), names[0] ?? '');
  };

  it('keeps order, labels and names at any concurrency', async () => {
    for (const concurrency of [1, 5]) {
      const images = await decodeSplit(train, { size: 4, concurrency });
      expect(images).toMatchObject({ count: 12, size: 4, names: train.samples.map((sample) => sample.name) });
      expect([...images.labels]).toEqual(train.samples.map((sample) => sample.label));
      const corner = (index: number) => [...images.data.subarray(index * 48, index * 48 + 3)];
      images.names.forEach((name, index) => {
        const [label = 0, k = 0] = name.split('_').map(Number);
        expect(corner(index)).toEqual([label * 10, k * 10, 0]);
      });
    }
  });

  it('gives identical bytes from the cache, and counts them as done', async () => {
    const first = await decodeSplit(train, { size: 6, cacheDir: cache() });
    const stamp = (await fs.stat(await cacheFile())).mtimeMs;
    const progress: [number, number][] = [];
    const second = await decodeSplit(train, {
      size: 6,
      cacheDir: cache(),
      onProgress: (...step) => progress.push(step),
    });
    expect(second).toEqual(first);
    expect((await fs.stat(await cacheFile())).mtimeMs).toBe(stamp);
    expect(progress).toEqual([[12, 12]]);
  });

  it('does not trust a cache file that is truncated, longer, changed, foreign or of another size', async () => {
    const good = await decodeSplit(train, { size: 6, cacheDir: cache() });
    const file = await cacheFile();
    const bytes = await fs.readFile(file);
    const changed = Buffer.from(bytes);
    changed[500]! ^= 1;
    const header = Buffer.from(bytes);
    header[12]! ^= 1;
    const bad = [
      bytes.subarray(0, -1),
      bytes.subarray(0, 40),
      Buffer.alloc(0),
      Buffer.concat([bytes, bytes]),
      changed,
      header,
    ];
    for (const content of [...bad, Buffer.from('foreign')]) {
      await fs.writeFile(file, content);
      expect((await decodeSplit(train, { size: 6, cacheDir: cache() })).data).toEqual(good.data);
      expect(await fs.readFile(file)).toEqual(bytes);
    }
  });

  it('ignores the part of a killed writer, and removes it: at once where that was here, after a day where it was elsewhere', async () => {
    const file = await cacheFile();
    const bytes = await fs.readFile(file);
    await fs.rm(file);
    const elsewhere = (name: string): string => `${file}.00000000-1-${name}.part`;
    const parts = { own: partOf(file), ended: partOf(file).replace(`-${process.pid}-`, `-${2 ** 22 + 1}-`) };
    const [fresh, old, ahead] = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'].map(elsewhere);
    for (const part of [...Object.values(parts), fresh!, old!, ahead!])
      await fs.writeFile(part, bytes.subarray(0, 300));
    await fs.utimes(old!, 1e9, 1e9);
    // By a clock that was set back meanwhile.
    await fs.utimes(ahead!, 9e9, 9e9);
    await decodeSplit(train, { size: 6, cacheDir: cache() });
    expect(await fs.readFile(file)).toEqual(bytes);
    expect((await fs.readdir(cache())).sort()).toEqual(
      [file, parts.own, fresh!].map((one) => path.basename(one)).sort(),
    );
    await Promise.all([parts.own, fresh!].map((one) => fs.rm(one)));
  });

  it('sees another size, fit, and a changed image', async () => {
    const names = async () => (await fs.readdir(cache())).length;
    await decodeSplit(train, { size: 6, cacheDir: cache(), fit: 'stretch' });
    await decodeSplit(train, { size: 7, cacheDir: cache() });
    expect(await names()).toBe(3);
    const file = train.samples[0]?.file ?? '';
    const before = await fs.readFile(file);
    await writeFiles(root, { 'images/1_1_train.png': await flatPng([9, 8, 7]) });
    expect([...(await decodeSplit(train, { size: 7, cacheDir: cache() })).data.subarray(0, 3)]).toEqual([9, 8, 7]);
    expect(await names()).toBe(4);
    await fs.writeFile(file, before);
  });

  it('returns the images and warns where the cache cannot be written', async () => {
    const warnings: string[] = [];
    const cacheDir = path.join(root, 'classes-file');
    await fs.writeFile(cacheDir, 'a file, not a folder');
    const images = await decodeSplit(train, { size: 4, cacheDir, onWarning: (message) => warnings.push(message) });
    expect(images.count).toBe(12);
    expect(warnings).toEqual([expect.stringMatching(/could not be cached in .*classes-file/)]);
  });

  it('lists every bad image with its line', async () => {
    const jpeg = await noise().jpeg().toBuffer();
    const png = await noise().png().toBuffer();
    const files = {
      'cut.jpg': jpeg.subarray(0, jpeg.length >> 1),
      'cut.png': png.subarray(0, png.length >> 1),
      'text.png': 'not an image',
      'drawing.png': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      'empty.png': '',
    };
    const bad = at('bad');
    await writeFiles(bad, files);
    await fs.mkdir(path.join(bad, 'folder.png'));
    const names = [...Object.keys(files), 'folder.png', 'gone.png'];
    const samples = names.map((name, index) => ({ file: path.join(bad, name), name, label: 0, line: index + 3 }));
    const split = { name: 'train', annotation: 'anno/train.txt', samples: [...train.samples, ...samples] };
    const error = await decodeSplit(split, { size: 4, cacheDir: path.join(bad, 'cache') }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DatasetError);
    const { problems } = error as DatasetError;
    expect(problems).toHaveLength(7);
    problems.forEach((text, index) =>
      expect(text).toContain(`anno/train.txt:${index + 3}: the image ${samples[index]?.file}`),
    );
    expect(problems[0]).toMatch(/premature end of JPEG/i);
    expect(problems[1]).toMatch(/libpng read error/);
    expect(problems[2]).toMatch(/unsupported image format/);
    expect(problems[3]).toMatch(/the format is svg/);
    expect(problems[4]).toMatch(/zero bytes/);
    expect(problems[6]).toMatch(/the file is missing/);
    await expect(fs.readdir(path.join(bad, 'cache'))).rejects.toThrow();
  });

  it('stops at a signal and leaves no cache', async () => {
    const control = new AbortController();
    const cacheDir = path.join(root, 'stopped');
    const onProgress = (done: number): void => {
      if (done === 3) control.abort(new Error('interrupted'));
    };
    const stopped = decodeSplit(train, { size: 4, cacheDir, signal: control.signal, concurrency: 1, onProgress });
    await expect(stopped).rejects.toThrow('interrupted');
    await expect(fs.readdir(cacheDir)).rejects.toThrow();
  });

  it('refuses bad options before any work', async () => {
    await expect(decodeSplit(train, { size: 0 })).rejects.toThrow(/size is 0; allowed/);
    await expect(decodeSplit(train, { size: 4, concurrency: 0 })).rejects.toThrow(/concurrency is 0; allowed/);
    await expect(decodeSplit(train, { size: 4, fit: 'squash' as Fit })).rejects.toThrow(/fit is 'squash'; allowed/);
    const many = { ...train, samples: new Array(9000).fill(train.samples[0]) };
    await expect(decodeSplit(many, { size: 448 })).rejects.toThrow(
      /take 5.4 GB; allowed: 4.3 GB. Choose a size up to 398/,
    );
  });
});
