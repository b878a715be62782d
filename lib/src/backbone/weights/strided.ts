/** How a tensor lies in a flat array: element [i, j, ...] at offset + i * stride[0] + j * stride[1] + ... */
export interface Strided {
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** The elements in row-major order. */
export function gatherStrided(source: Float32Array, { shape, stride, offset }: Strided): Float32Array {
  const result = new Float32Array(shape.reduce((product, n) => product * n, 1));
  const index = shape.map(() => 0);
  let at = offset;
  for (let i = 0; i < result.length; i++) {
    result[i] = source[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += stride[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= stride[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** The strides of a row-major array. */
export const rowMajor = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
