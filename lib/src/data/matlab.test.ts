import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../testing/fixtures/mat.json';
import { MatError, parseMat, type MatValue } from './matlab';
import { MAT_LIMITS } from './matlab-bytes';
import { writeMat, type Writable } from './testing/mat';

/** A value without its kinds, as it was given to the writer. */
function plain(value: MatValue | undefined): unknown {
  if (value?.kind === 'numbers') return Array.from(value.data);
  if (value?.kind === 'text') return value.rows;
  if (value?.kind === 'cell') return value.cells.map(plain);
  if (value?.kind === 'struct')
    return value.elements.map((fields) => Object.fromEntries([...fields].map(([name, field]) => [name, plain(field)])));
  return value;
}

const read = (file: Uint8Array): Record<string, unknown> =>
  Object.fromEntries([...parseMat(file)].map(([name, value]) => [name, plain(value)]));

describe.each(['plain', 'compressed'] as const)('files of SciPy, %s', (form) => {
  const file = (name: keyof typeof fixture.files): Uint8Array => Buffer.from(fixture.files[name][form], 'base64');

  it('numbers of every type, column by column', () => {
    expect(read(file('numbers'))).toEqual(fixture.numbers);
    expect(parseMat(file('numbers')).get('n_int16')?.dims).toEqual([2, 3]);
    expect(parseMat(file('numbers')).get('empty')?.dims).toEqual([0, 3]);
  });

  it('texts: a line, other alphabets, a table of characters, cells', () => {
    expect(read(file('texts'))).toEqual({
      ...{ line: ['a b'], umlaut: ['Grün, 葉'], table: ['one', 'three'] },
      names: [['x'], [], ['long name']],
    });
  });

  it('structs and lists, as the annotations of cars and dogs are', () => {
    const [first, second] = read(file('cars'))['annotations'] as Record<string, unknown>[];
    expect(first).toEqual({ bbox_x1: [39], bbox_y1: [116], bbox_x2: [569], bbox_y2: [375], class: [14], fname: ['00001.jpg'] }); // prettier-ignore
    expect(second).toMatchObject({ class: [3], fname: ['00002.jpg'] });
    expect(read(file('dogs'))).toMatchObject({ labels: [1, 2] });
  });
});

const GOOD: Record<string, Writable> = {
  class_names: { cells: [{ text: 'AM General Hummer SUV 2000' }, { text: 'Acura RL' }, { text: '' }] },
  annotations: { structs: [{ fname: { text: '1.jpg' }, class: { numbers: [7] } }, { fname: { text: 'b' }, class: { numbers: [] } }] }, // prettier-ignore
  matrix: { numbers: [1, 2, 3, 4, 5, 6], dims: [3, 2] },
};
const EXPECTED = {
  class_names: [['AM General Hummer SUV 2000'], ['Acura RL'], []],
  annotations: [
    { fname: ['1.jpg'], class: [7] },
    { fname: ['b'], class: [] },
  ],
  matrix: [1, 2, 3, 4, 5, 6],
};

const FORMS = [true, false].flatMap((little) => [true, false].map((compressed) => ({ little, compressed })));

describe('files of the writer', () => {
  it.each(FORMS)('are read in either order of bytes, compressed or not: %o', (form) => {
    expect(read(writeMat(GOOD, form))).toEqual(EXPECTED);
  });

  it('whatever they hold', () => {
    const text = fc.string({ maxLength: 12, unit: 'binary-ascii' }).map((value) => ({ text: value }));
    const numbers = fc.array(fc.double({ noNaN: true }), { maxLength: 5 }).map((value) => ({ numbers: value }));
    const leaf = fc.oneof(text, numbers) as fc.Arbitrary<Writable>;
    const value = fc.oneof(
      leaf,
      fc.array(leaf, { maxLength: 4 }).map((cells) => ({ cells })),
    ) as fc.Arbitrary<Writable>;
    const given = (one: Writable): unknown => {
      if ('text' in one) return one.text === '' ? [] : [one.text];
      if ('numbers' in one) return one.numbers.map((n) => n);
      return 'cells' in one ? one.cells.map(given) : undefined;
    };
    fc.assert(
      fc.property(value, fc.constantFrom(...FORMS), (one, form) => {
        expect(read(writeMat({ it: one }, form))).toEqual({ it: given(one) });
      }),
    );
  });
});

/** What reading comes to: a value or a MatError, nothing else. */
function outcome(file: Uint8Array): string {
  try {
    parseMat(file);
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(MatError);
    return (error as MatError).message;
  }
}

describe('bad bytes', () => {
  it('end with a value or a MatError wherever a byte is changed or the file is cut', () => {
    for (const form of FORMS) {
      const good = writeMat(GOOD, form);
      fc.assert(
        fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
          const bad = Buffer.from(good);
          bad[at] = bad[at]! ^ change;
          outcome(bad);
          outcome(good.subarray(0, at));
        }),
        { numRuns: 400 },
      );
    }
  });

  it('noise behind a good header', () => {
    const header = writeMat({});
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        outcome(Buffer.concat([header, noise]));
      }),
      { numRuns: 500 },
    );
  });

  it('are told apart: no header, a file of version 7.3, a cut, a broken stream', () => {
    expect(outcome(Buffer.from('PK'))).toMatch(/2 bytes are fewer than the header/);
    expect(outcome(Buffer.alloc(200, 'x'))).toMatch(/does not start with the header/);
    const hdf = writeMat({});
    hdf.write('\x00\x02IM', 124, 'latin1');
    expect(outcome(hdf)).toMatch(/HDF5; save it in MATLAB with -v7/);
    const good = writeMat(GOOD);
    expect(outcome(good.subarray(0, good.length - 40))).toMatch(/says it has \d+ bytes where \d+ are left/);
    const packed = writeMat(GOOD, { compressed: true });
    packed[140] = 0;
    packed[141] = 0;
    expect(outcome(packed)).toMatch(/compressed element is broken/);
  });

  const header = writeMat({});
  const words = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);

  it('a stream that inflates without end is stopped', () => {
    const bomb = deflateSync(Buffer.alloc(MAT_LIMITS.inflated + 1024));
    expect(bomb.length).toBeLessThan(1e6);
    expect(outcome(Buffer.concat([header, words(15, bomb.length), bomb]))).toMatch(/inflates to more than/);
  });

  it('an array that claims more values than it has allocates nothing', () => {
    const array = (type: number, dims: Buffer): Buffer => {
      const inner = Buffer.concat([words(6, 8, type, 0), words(5, 8), dims, words(1, 0)]);
      return Buffer.concat([header, words(14, inner.length), inner]);
    };
    expect(outcome(array(1, words(1000, 100000)))).toMatch(/an array ends before its 100000000 values/);
    expect(outcome(array(6, words(0x7fffffff, 0x7fffffff)))).toMatch(/says it has \d/);
    expect(outcome(array(6, words(0xffffffff, 1)))).toMatch(/has the dimensions/);
  });

  it('arrays in arrays in arrays', () => {
    let value: Writable = { numbers: [1] };
    for (let i = 0; i < 40; i++) value = { cells: [value] };
    expect(outcome(writeMat({ deep: value }))).toMatch(/more than 16 deep/);
  });
});
