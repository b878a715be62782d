/**
 * Images and weights that this library and scripts/fixtures/make.py both write down from integers, so that a fixture need not hold them.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { Architecture, Values } from '../backbone';
import { imagenetFile } from '../backbone/weights/files';
import { sizeOf } from '../core/parameter';

/** 0 .. 255 .. 0 over a period, in integers. */
const triangle = (k: number, period: number): number =>
  Math.floor((Math.abs((k % period) * 2 - period) * 255) / period);

/** [count, side, side, 3]: image n of an endless series, from `first` on. */
export function seriesImages(first: number, count: number, side: number): Uint8Array {
  const data = new Uint8Array(count * side * side * 3);
  for (let at = 0; at < data.length; at++) {
    const [c, x, y] = [at % 3, Math.floor(at / 3) % side, Math.floor(at / (3 * side)) % side];
    const n = first + Math.floor(at / (3 * side * side));
    const wide = triangle((2 + (n % 3)) * x + (1 + (n % 5)) * y + 11 * n + 17 * c, 61);
    const fine = triangle((7 + c) * x + (5 + (n % 4)) * y + 29 * n, 23);
    data[at] = Math.floor((2 * wide + fine) / 3);
  }
  return data;
}

/** The 32-bit finaliser of MurmurHash3. */
function mix(x: number): number {
  let h = x >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform numbers of standard deviation sd: a hash of salt * 2^20 + index, rounded to float32. */
export function noise(size: number, salt: number, sd: number): Float32Array {
  const values = new Float32Array(size);
  for (let index = 0; index < size; index++) {
    values[index] = (mix(salt * 2 ** 20 + index) / 2 ** 32 - 0.5) * Math.sqrt(12) * sd;
  }
  return values;
}

/** The start of a fixture's network: `given` where it has the name, noise for the other kernels, 1 and 0 for the rest. */
export function seriesWeights({ parameters }: Architecture, given: Values = new Map()): Values {
  let kernels = 0;
  return new Map(
    parameters.map(({ name, shape, init, group }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      if (init.kind !== 'normal')
        return [
          name,
          (group !== 'head' && given.get(name)) || new Float32Array(size).fill(init.kind === 'ones' ? 1 : 0),
        ];
      const salt = group === 'head' ? 99 : ++kernels;
      return [name, (group !== 'head' && given.get(name)) || noise(size, salt, init.sd)];
    }),
  );
}

/**
 * Weights that leave nothing out (scripts/fixtures/backbones.py): kernels of variance 1 / fan-in, everything else around its usual 0 or 1.
 * Each parameter is numbered by the place of its name among all names in order.
 */
export function unevenWeights({ parameters }: Architecture): Values {
  const names = parameters.map(({ name }) => name).sort();
  const numbers = new Map(names.map((name, i) => [name, i + 1]));
  return new Map(
    parameters.map(({ name, shape, init }) => {
      const [size, number] = [sizeOf(shape), numbers.get(name)!];
      if (init.kind === 'normal') return [name, noise(size, number, Math.sqrt(1 / sizeOf(shape.slice(0, -1))))];
      const usual = init.kind === 'ones' ? 1 : 0;
      return [name, noise(size, number, 0.1).map((x) => usual + x)];
    }),
  );
}

/** Every k-th number of an array: what the fixtures hold of large ones. */
export function samples(values: ArrayLike<number>, count: number): number[] {
  const every = Math.max(1, Math.floor(values.length / count));
  const taken = Math.min(count, Math.ceil(values.length / every));
  return Array.from({ length: taken }, (_, i) => values[i * every]!);
}

/** A fixture that PyTorch made. */
export const readFixture = <T>(name: string): T =>
  JSON.parse(fs.readFileSync(path.join(__dirname, 'fixtures', name), 'utf8')) as T;

/** The file with the ImageNet weights of EfficientNet-Lite0, where set-up has installed it. */
export const imagenetWeights = ((): string | undefined => {
  try {
    return imagenetFile('efficientnet-lite0');
  } catch {
    return undefined;
  }
})();

/** Tests that need the ImageNet weights are skipped where set-up has not installed them. */
export const hasImagenet = imagenetWeights !== undefined;
