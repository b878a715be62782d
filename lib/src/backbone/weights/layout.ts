/** From torch's memory layout to tfjs'. */
import type { ParameterSpec } from '../architecture';
import { gatherStrided, rowMajor } from './strided';
import type { RawTensor, StateDict } from './torch';

/** Move the axes of a row-major array: result axis i is source axis order[i]. */
function permute({ shape, data }: RawTensor, order: readonly number[]): RawTensor {
  const strides = rowMajor(shape);
  const target = order.map((axis) => shape[axis]!);
  return {
    shape: target,
    data: gatherStrided(data, { shape: target, stride: order.map((axis) => strides[axis]!), offset: 0 }),
  };
}

/** Convolution [out, in, k, k] -> [k, k, in, out], depthwise [c, 1, k, k] -> [k, k, c, 1], dense [out, in] -> [in, out]. */
function fromTorch(tensor: RawTensor, target: readonly number[]): RawTensor {
  if (tensor.shape.length === 4) return permute(tensor, target[3] === 1 ? [2, 3, 0, 1] : [2, 3, 1, 0]);
  return tensor.shape.length === 2 ? permute(tensor, [1, 0]) : tensor;
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/**
 * The values of an architecture's parameters from a weight file of torch.
 *
 * @param fresh groups that are not taken from the file (the head of another task), by group name
 * @throws listing every missing key, surplus key and wrong shape
 */
export function matchWeights(
  specs: readonly ParameterSpec[],
  file: StateDict,
  fresh: readonly ParameterSpec['group'][] = [],
): ReadonlyMap<string, Float32Array> {
  const problems: string[] = [];
  const result = new Map<string, Float32Array>();
  const known = new Set(specs.map((spec) => spec.name));
  for (const spec of specs.filter((one) => !fresh.includes(one.group))) {
    const raw = file.get(spec.name);
    if (!raw) {
      problems.push(`missing: ${spec.name} ${shapeText(spec.shape)}`);
      continue;
    }
    const { shape, data } = fromTorch(raw, spec.shape);
    if (shapeText(shape) !== shapeText(spec.shape)) {
      problems.push(`wrong shape: ${spec.name} is ${shapeText(shape)}, expected ${shapeText(spec.shape)}`);
    }
    result.set(spec.name, data);
  }
  for (const name of file.keys()) if (!known.has(name)) problems.push(`surplus: ${name}`);
  if (problems.length > 0) {
    const shown = problems.slice(0, 20).map((problem) => `  - ${problem}`);
    const rest = problems.length > 20 ? [`  - and ${problems.length - 20} more`] : [];
    throw new Error(['The weight file does not fit this architecture:', ...shown, ...rest].join('\n'));
  }
  return result;
}
