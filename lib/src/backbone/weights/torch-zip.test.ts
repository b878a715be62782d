import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../../testing/close';
import { readFixture } from '../../testing/series';
import { readWeights } from './formats';
import { PickleError } from './pickle';
import { WeightsError } from './state-dict';
import { zip } from './testing';
import { readTorch } from './torch';

interface Case {
  readonly good: string;
  readonly deflated: string;
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
  readonly bad: Readonly<Record<string, string>>;
}
const fixture = readFixture<{ readonly torch: Case }>('weights.json').torch;
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');

/** A state dict whose pickle is written by hand. */
const archive = (pickle: string, extra: Record<string, Uint8Array> = {}): Buffer =>
  zip({ 'a/data.pkl': Buffer.from(pickle, 'latin1'), ...extra });

describe('readTorch on the zip format', () => {
  it.each([
    ['as PyTorch wrote it', fixture.good],
    ['packed again, deflated', fixture.deflated],
  ])('reads views, shared storages, parameters and every float type, %s; counters are left out', (_name, text) => {
    const found = readTorch(bytes(text));
    expect([...found.keys()].sort()).toEqual(Object.keys(fixture.tensors).sort());
    for (const [name, { shape, data }] of Object.entries(fixture.tensors)) {
      expect(found.get(name)!.shape, name).toEqual(shape);
      expectClose(found.get(name)!.data, data, { relative: 1e-6 });
    }
    expect(found.has('counter')).toBe(false);
  });

  it('is found by its content', () => {
    expect(readWeights(bytes(fixture.good))).toEqual(readTorch(bytes(fixture.good)));
  });

  const expected: Readonly<Record<string, RegExp>> = {
    'a checkpoint around the state dict': /"epoch" is no tensor: save the state dict alone/,
    'a whole module': /asks for "torch\.nn\.modules\.linear\.Linear", .* It was not run\./,
    'a list': /holds no state dict/,
    'complex numbers': /asks for "torch\.ComplexFloatStorage"/,
    'a call of os.system': /asks for "(posix|nt)\.system", .* It was not run\./,
    'a storage that is not there': /The archive holds no data\/0: it is damaged/,
    'a storage that is too short': /reaches beyond its storage/,
    'the other byte order': /big-endian/,
  };
  it.each(Object.entries(fixture.bad))('refuses %s and runs nothing', (name, text) => {
    expect(() => readTorch(bytes(text))).toThrow(PickleError);
    expect(() => readTorch(bytes(text))).toThrow(expected[name]);
    expect(fs.existsSync('executed-by-a-pickle')).toBe(false);
  });

  it('refuses an archive with no state dict, or with two', () => {
    expect(() => readTorch(zip({ 'a/b/data.pkl': Buffer.from('}.') }))).toThrow(/holds 0 files data\.pkl/);
    expect(() => readTorch(archive('}.', { 'b/data.pkl': Buffer.from('}.') }))).toThrow(/holds 2 files data\.pkl/);
    expect(readTorch(zip({ 'data.pkl': Buffer.from('}.') })).size).toBe(0);
  });

  const TENSOR = 'ctorch._utils\n_rebuild_tensor_v2\n';
  const storage = (key: string, elements: string): string =>
    `(X\x07\0\0\0storagectorch\nFloatStorage\n${key}X\0\0\0\0${elements}tQ`;
  const KEY = 'X\x01\0\0\0' + '0';
  const EIGHT = { 'a/data/0': new Uint8Array(32) };
  /** A dict with one tensor: [2, 4] as a rule. */
  const one = (view: string, store = storage(KEY, 'K\x08')): string => `}X\x01\0\0\0w${TENSOR}(${store}${view}tRs.`;

  it('reads what these forgeries begin from', () => {
    expect(readTorch(archive(one('K\0(K\x02K\x04t(K\x04K\x01t'), EIGHT)).get('w')!.shape).toEqual([2, 4]);
  });

  it.each([
    ['a shape beyond the storage', one('K\0(K\x09t(K\x00t')],
    ['an offset beyond the storage', one('K\x08(K\x01t(K\x01t')],
    ['a stride beyond the storage', one('K\0(K\x02t(K\x08t')],
    ['a negative shape', one('K\0(J\xff\xff\xff\xfft(K\x01t')],
    ['a negative stride', one('K\x07(K\x02t(J\xff\xff\xff\xfft')],
    ['a stride less', one('K\0(K\x02K\x04t(K\x01t')],
    ['a size that no memory holds', one('K\0(K\x01t(K\x01t', storage(KEY, 'J\xff\xff\xff\x7f'))],
    ['a key that is no text', one('K\0(K\x01t(K\x01t', storage('K\0', 'K\x08'))],
    ['a parameter without a tensor', '}X\x01\0\0\0wctorch._utils\n_rebuild_parameter\n(K\x01\x89}tRs.'],
    ['a name that is no text', `}K\x01${TENSOR}(${storage(KEY, 'K\x08')}K\0(K\x01t(K\x01ttRs.`],
    ['a name of the object itself', '}X\x01\0\0\0wc__proto__\nconstructor\n)Rs.'],
    [
      'a storage named like an inherited one',
      one('K\0(K\x01t(K\x01t', storage(KEY, 'K\x08').replace('torch\nFloatStorage', 'x\ntoString')),
    ],
  ])('refuses %s', (_name, pickle) => {
    expect(() => readTorch(archive(pickle, EIGHT))).toThrow(PickleError);
  });

  it('refuses keys that are nested tuples in no time: as text they would be endless', () => {
    // Forty times a pair of what was before: 2^40 leaves.
    const nested = `K\x01q\0${'0h\0h\0\x86q\0'.repeat(40)}`;
    const started = performance.now();
    expect(() => readTorch(archive(one('K\0(K\x01t(K\x01t', storage(nested, 'K\x08')), EIGHT))).toThrow(PickleError);
    expect(() => readTorch(archive(`}${nested}K\x01s.`))).toThrow(/A key that is no text is no tensor/);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('refuses a thousand tensors in the place of one', () => {
    const many = Array.from({ length: 1000 }, (_, i) => {
      const name = String(i).padStart(4, '0');
      return `X\x04\0\0\0${name}${TENSOR}(${storage(KEY, 'K\x08')}K\0(K\x08t(K\x01ttR`;
    });
    expect(() => readTorch(archive(`}(${many.join('')}u.`, EIGHT))).toThrow(/More weights than the file holds/);
    expect(readTorch(archive(`}(${many.slice(0, 4).join('')}u.`, EIGHT)).size).toBe(4);
  });

  it('refuses a file that is cut anywhere', () => {
    const good = bytes(fixture.good);
    for (let end = 0; end < good.length; end++) {
      expect(() => readTorch(good.subarray(0, end)), `cut at ${end}`).toThrow(WeightsError);
    }
  });
});
