import { describe, expect, it } from 'vitest';
import { expectClose } from '../../testing/close';
import { readFixture } from '../../testing/series';
import { readNpy } from './npy';
import { readNpz } from './npz';
import { WeightsError } from './state-dict';
import { npy, npz, rawNpy, zip } from './testing';

interface Case {
  readonly good: string;
  readonly compressed: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly brain: string;
  readonly tensors: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
  readonly bad: Readonly<Record<string, string>>;
}
const fixture = readFixture<{ readonly npz: Case }>('weights.json').npz;
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
const ONE = { shape: [2], data: Float32Array.of(1, 2) };

describe('readNpz', () => {
  it.each([
    ['np.savez', fixture.good],
    ['np.savez_compressed', fixture.compressed],
  ])(
    'reads what %s wrote: both orders, every float type, scalars, empty arrays; integers are left out',
    (_name, text) => {
      const found = readNpz(bytes(text));
      expect([...found.keys()].sort()).toEqual(Object.keys(fixture.tensors).sort());
      for (const [name, { shape, data }] of Object.entries(fixture.tensors)) {
        expect(found.get(name)!.shape, name).toEqual(shape);
        expectClose(found.get(name)!.data, data, { relative: 1e-6 });
      }
      expect(found.get('fortran')).toEqual(found.get('kernel'));
    },
  );

  it.each(Object.entries(fixture.versions))('reads format %s of an array', (_version, text) => {
    expect([...readNpz(bytes(text)).get('kernel')!.data]).toEqual(
      fixture.tensors.kernel!.data.map((value) => Math.fround(value)),
    );
  });

  it("reads JAX' bfloat16, which NumPy saves as two bytes of nothing", () => {
    const [one, minus, tenth] = readNpz(bytes(fixture.brain)).get('brain')!.data;
    expect([one, minus]).toEqual([1, -2.5]);
    expect(tenth).toBeCloseTo(0.1, 3);
  });

  const expected: Readonly<Record<string, RegExp>> = {
    objects: /array "kernel": it holds pickled Python objects, .* nothing was run/,
    'a structured array': /array "kernel": .* structured/,
    'big-endian floats': /array "kernel": its type ">f4" cannot be read/,
    'complex numbers': /array "kernel": its type "<c8" cannot be read/,
    texts: /array "kernel": its type "<U1" cannot be read/,
  };
  it.each(Object.entries(fixture.bad))('refuses %s, and names the array', (name, text) => {
    expect(() => readNpz(bytes(text))).toThrow(WeightsError);
    expect(() => readNpz(bytes(text))).toThrow(expected[name]);
  });

  it('refuses a file that is cut anywhere', () => {
    const good = npz({ 'a/b': ONE, c: ONE }, 6);
    for (let end = 0; end < good.length; end++) {
      expect(() => readNpz(good.subarray(0, end)), `cut at ${end}`).toThrow(WeightsError);
    }
  });

  it('does not look at entries that are no arrays', () => {
    expect(readNpz(zip({ 'note.txt': Buffer.from('hello'), 'a.npy': npy(ONE) }))).toEqual(new Map([['a', ONE]]));
  });
});

describe('readNpy', () => {
  const content = new Uint8Array(8);
  const header = (shape: string, type = '<f4', order = 'False'): string =>
    `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

  it('reads what the forgeries begin from', () => {
    expect(readNpy('a', rawNpy(header('(2,)'), content))!.shape).toEqual([2]);
    expect(readNpy('a', rawNpy("{'shape': (2L,), 'fortran_order': True, 'descr': '<f4'}", content))!.shape).toEqual([
      2,
    ]);
  });

  it.each([
    ['more than there is', header('(3,)')],
    ['less than there is', header('(1,)')],
    ['more than any memory holds', header(`(${2 ** 40}, ${2 ** 40})`)],
    ['a number that is none', header(`(${'9'.repeat(400)},)`)],
    ['a negative number', header('(-2,)')],
    ['an expression', header('(__import__("os").system("true"),)')],
    ['axes without end', header(`(${'1,'.repeat(40)} 2)`)],
    ['a text', header("'ab'")],
    ['nothing', "{'descr': '<f4', 'fortran_order': False, }"],
    ['no order', header('(2,)', '<f4', 'None')],
    ['a type of the object itself', header('(2,)', 'constructor')],
    ['objects', header('(1,)', '|O')],
  ])('refuses a shape or type of %s', (_name, text) => {
    expect(() => readNpy('a', rawNpy(text, content))).toThrow(WeightsError);
    expect(() => readNpy('a', rawNpy(text, content))).toThrow(/array "a"/);
  });

  it('refuses a header beyond the end, another version and another beginning', () => {
    for (const [place, value] of [
      [9, 0x7f],
      [6, 4],
      [6, 0],
      [0, 0x92],
    ] as const) {
      const damaged = rawNpy(header('(2,)'), content);
      damaged[place] = value;
      expect(() => readNpy('a', damaged)).toThrow(WeightsError);
    }
    const long = rawNpy(header('(2,)'), content, 2);
    long.writeUInt32LE(0xffffffff, 8);
    expect(() => readNpy('a', long)).toThrow(/header reaches beyond/);
    expect(() => readNpy('a', Buffer.from('\x93NUMPY', 'latin1'))).toThrow(WeightsError);
  });
});
