/**
 * One array of NumPy: magic, version, the header (a Python dict as text), the values. The header is matched, not evaluated, and pickled
 * objects are refused: NumPy's own reader would run what they name.
 */
import { decodeFloats, FLOAT_BYTES } from './floats';
import type { FloatType } from './floats';
import { shapeText, WeightsError } from './state-dict';
import type { RawTensor } from './state-dict';
import { gatherStrided } from './strided';

const MAGIC = '\x93NUMPY';
const MAX_HEADER = 2 ** 16;
const MAX_AXES = 32;

/** By type; bfloat16 is no type of NumPy's own, and JAX saves it as 2 bytes of nothing. */
const FLOATS: Readonly<Record<string, FloatType>> = {
  '<f2': 'f16',
  '<f4': 'f32',
  '<f8': 'f64',
  '|V2': 'bf16',
  '<V2': 'bf16',
};
const INTEGERS = /^[<>|]?[iub][1248]$/;

interface Header {
  readonly type: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly begin: number;
}

function readHeader(name: string, bytes: Buffer): Header {
  const damaged = (what: string): WeightsError => new WeightsError(`array "${name}": ${what}`);
  const major = bytes.length >= 12 ? bytes[6]! : 0;
  if (bytes.toString('latin1', 0, 6) !== MAGIC || major < 1 || major > 3) {
    throw damaged("it does not begin as an array of NumPy's format 1, 2 or 3");
  }
  const [length, from] = major === 1 ? [bytes.readUInt16LE(8), 10] : [bytes.readUInt32LE(8), 12];
  if (length > MAX_HEADER || from + length > bytes.length) throw damaged('its header reaches beyond its end');
  const text = bytes.toString(major === 3 ? 'utf8' : 'latin1', from, from + length);
  const type = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const axes = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text)?.[1];
  if (type === undefined || fortran === undefined || axes === undefined) {
    throw damaged('its header names no plain type, order and shape (a structured array cannot be read)');
  }
  const shape = (axes.match(/\d+/g) ?? []).map(Number);
  if (shape.length > MAX_AXES) throw damaged(`it has ${shape.length} axes`);
  return { type, fortran: fortran === 'True', shape, begin: from + length };
}

function refuse(name: string, type: string): never {
  const why = /O/.test(type)
    ? 'it holds pickled Python objects, which are programs; nothing was run. Save plain arrays and try again'
    : `its type "${type}" cannot be read: little-endian floats of 2, 4 or 8 bytes can`;
  throw new WeightsError(`array "${name}": ${why}`);
}

/**
 * The values of a .npy file, row-major; undefined for an array of integers (a counter).
 *
 * @param name for messages
 * @throws WeightsError naming the array and what is wrong with it
 */
export function readNpy(name: string, bytes: Buffer): RawTensor | undefined {
  const { type, fortran, shape, begin } = readHeader(name, bytes);
  if (INTEGERS.test(type)) return undefined;
  if (!Object.hasOwn(FLOATS, type)) refuse(name, type);
  const float = FLOATS[type]!;
  const values = bytes.subarray(begin);
  const size = shape.reduce((product, n) => product * n, 1);
  if (values.length !== size * FLOAT_BYTES[float]) {
    throw new WeightsError(
      `array "${name}" of shape ${shapeText(shape)} and type "${type}" does not fit its ${values.length} bytes: it is damaged or cut short`,
    );
  }
  const data = decodeFloats(float, values);
  if (!fortran) return { shape, data };
  const stride = shape.map((_, axis) => shape.slice(0, axis).reduce((product, n) => product * n, 1));
  return { shape, data: gatherStrided(data, { shape, stride, offset: 0 }) };
}
