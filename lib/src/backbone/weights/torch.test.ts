import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../core/rng';
import { expectClose } from '../../testing/close';
import { imagenetWeights, readFixture } from '../../testing/series';
import { PickleError } from './pickle';
import { WeightsError } from './state-dict';
import { readTorch } from './torch';

const fixture = readFixture<{
  readonly good: string;
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
  readonly half: string;
  readonly bad: Readonly<Record<string, string>>;
}>('torch-legacy.json');
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
const GOOD = bytes(fixture.good);

/** Reading damaged bytes gives tensors or a PickleError, nothing else; true where it gave tensors. */
function readsOrRefuses(damaged: Buffer, what: string): boolean {
  try {
    readTorch(damaged);
    return true;
  } catch (error) {
    expect(error, `${what}: ${String(error)}`).toBeInstanceOf(PickleError);
    return false;
  }
}

describe('readTorch on the legacy format', () => {
  it('reads what PyTorch wrote: views, shared storages, scalars, empty tensors; counters are left out', () => {
    const found = readTorch(GOOD);
    expect([...found.keys()].sort()).toEqual(Object.keys(fixture.tensors).sort());
    for (const [name, { shape, data }] of Object.entries(fixture.tensors)) {
      expect(found.get(name)!.shape).toEqual(shape);
      expectClose(found.get(name)!.data, data, { relative: 1e-6 });
    }
  });

  it('reads half precision as float32', () => {
    expect(readTorch(bytes(fixture.half)).get('weight')).toEqual({ shape: [2], data: Float32Array.of(0, 0) });
  });

  it.each(Object.entries(fixture.bad))('refuses %s and runs nothing', (name, text) => {
    let message = '';
    try {
      readTorch(bytes(text));
    } catch (error) {
      expect(error).toBeInstanceOf(WeightsError);
      ({ message } = error as Error);
    }
    expect(message).not.toBe('');
    if (name.includes('os.system') && !name.includes('protocol 4')) {
      expect(message).toMatch(/asks for "(posix|nt)\.system", which is not on the list .* It was not run\./);
    }
    if (name.includes('checkpoint')) expect(message).toContain('save the state dict alone');
    if (name.includes('zip')) expect(message).toContain('cut short; fetch it again');
    expect(fs.existsSync('executed-by-a-pickle')).toBe(false);
  });

  it('refuses a file that is cut anywhere', () => {
    for (let end = 0; end < GOOD.length; end++) {
      expect(readsOrRefuses(GOOD.subarray(0, end), `cut at ${end}`), `cut at ${end}`).toBe(false);
    }
  });

  it('meets any damaged byte with a PickleError or with tensors, never with a crash', () => {
    const rng = createRng(1, 'damage');
    for (let at = 0; at < GOOD.length; at++) {
      const damaged = Buffer.from(GOOD);
      for (const value of [0, 0xff, 0x2e, rng.int(256)]) {
        damaged[at] = value;
        readsOrRefuses(damaged, `byte ${at} is ${value}`);
      }
    }
  });

  it('refuses a file whose list of storages is empty, instead of making the weights zero', () => {
    // The last pickle is the list of keys; the bytes before it end with the STOP of the state dict.
    const start = GOOD.lastIndexOf(Buffer.from([0x80, 0x02, 0x5d]));
    const forged = Buffer.concat([GOOD.subarray(0, start), Buffer.from([0x80, 0x02, 0x5d, 0x2e])]);
    expect(() => readTorch(forged)).toThrow(/not in the file/);
  });
});

describe.skipIf(!imagenetWeights)(
  'the file with the ImageNet weights (skipped where set-up has not installed it)',
  () => {
    const whole = imagenetWeights ? fs.readFileSync(imagenetWeights) : Buffer.alloc(0);

    it('is read whole', () => {
      const found = readTorch(whole);
      expect(found.get('_fc.weight')!.shape).toEqual([1000, 1280]);
      expect(found.get('_blocks.2._depthwise_conv.weight')!.shape).toEqual([144, 1, 3, 3]);
      expect([...found.keys()].some((name) => name.includes('num_batches_tracked'))).toBe(false);
    });

    it('is refused when it is cut, at every 1000th byte of its description and all along its weights', () => {
      // The description (pickles) is the first 100 kB or so; behind it only the position of the cut matters, so there steps are longer.
      const cuts = Array.from({ length: 150 }, (_, i) => 1000 * i);
      for (let end = 150_000; end < whole.length; end += 500_000) cuts.push(end);
      for (const end of [...cuts, whole.length - 1]) {
        expect(readsOrRefuses(whole.subarray(0, end), `cut at ${end}`), `cut at ${end}`).toBe(false);
      }
    });
  },
);
