/** An architecture's parameters out of a weight file: names by the file's dialect, kernels in tfjs' layout. */
import type { ParameterSpec } from '../architecture';
import { OURS } from './dialect';
import type { Dialect, Layout } from './dialect';
import { resizePositions } from './positions';
import { shapeText, WeightsError } from './state-dict';
import type { RawTensor, StateDict } from './state-dict';
import { gatherStrided, rowMajor } from './strided';

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
function inLayout(tensor: RawTensor, target: readonly number[], layout: Layout): RawTensor {
  if (layout === 'tfjs') return tensor;
  if (tensor.shape.length === 4) return permute(tensor, target[3] === 1 ? [2, 3, 0, 1] : [2, 3, 1, 0]);
  return tensor.shape.length === 2 ? permute(tensor, [1, 0]) : tensor;
}

/** A transformer's positions for the grid that is wanted; other parameters, and positions of another width, as they are. */
function resized(tensor: RawTensor, { name, shape }: ParameterSpec): RawTensor {
  if (name !== 'pos_embed' || tensor.shape[2] !== shape[2]) return tensor;
  return resizePositions(tensor, Math.round(Math.sqrt(shape[1]! - 1)));
}

interface Fit {
  /** Values by our names; whole where there are no problems. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** What is missing, has the wrong shape or is too much, in the file's names. */
  readonly problems: readonly string[];
}

export interface FitOptions {
  /** Groups that are not taken from the file: the head of another task. */
  readonly fresh: readonly ParameterSpec['group'][];
  readonly dialect: Dialect;
}

/** One parameter from its parts in a file. @throws WeightsError where it has not the shape that is wanted */
function take(spec: ParameterSpec, parts: readonly RawTensor[], { layout, sourceOf }: Dialect): Float32Array {
  const { keys, join } = sourceOf(spec.name);
  const tensor = resized(join ? join(parts) : parts[0]!, spec);
  const { shape, data } = inLayout(tensor, spec.shape, layout);
  if (shapeText(shape) === shapeText(spec.shape)) return data;
  throw new WeightsError(`${keys.join(' + ')} is ${shapeText(shape)}, expected ${shapeText(spec.shape)}`);
}

/** The values of an architecture's parameters, and everything that does not fit. */
export function fitWeights(specs: readonly ParameterSpec[], file: StateDict, { fresh, dialect }: FitOptions): Fit {
  const values = new Map<string, Float32Array>();
  const problems: string[] = [];
  const known = new Set<string>();
  for (const spec of specs) {
    const { keys } = dialect.sourceOf(spec.name);
    for (const key of keys) known.add(key);
    if (fresh.includes(spec.group)) continue;
    const missing = keys.filter((key) => !file.has(key));
    for (const key of missing) problems.push(`missing: ${key} ${keys.length > 1 ? 'of ' : ''}${shapeText(spec.shape)}`);
    if (missing.length > 0) continue;
    try {
      values.set(spec.name, take(spec, keys.map((key) => file.get(key)!), dialect)); // prettier-ignore
    } catch (error) {
      if (!(error instanceof WeightsError)) throw error;
      problems.push(`wrong shape: ${error.message}`);
    }
  }
  for (const name of file.keys()) {
    if (!known.has(name) && !dialect.dropped?.test(name)) problems.push(`surplus: ${name}`);
  }
  return { values, problems };
}

/** The first twenty of what does not fit, a line each, and how many more there are. */
export function listProblems(problems: readonly string[]): string {
  const shown = problems.slice(0, 20).map((problem) => `  - ${problem}`);
  return [...shown, ...(problems.length > 20 ? [`  - and ${problems.length - 20} more`] : [])].join('\n');
}

/**
 * The values of an architecture's parameters from a weight file under our names in torch's layout.
 *
 * @param fresh groups that are not taken from the file (the head of another task), by group name
 * @throws WeightsError listing every missing key, surplus key and wrong shape
 */
export function matchWeights(
  specs: readonly ParameterSpec[],
  file: StateDict,
  fresh: readonly ParameterSpec['group'][] = [],
): ReadonlyMap<string, Float32Array> {
  const { values, problems } = fitWeights(specs, file, { fresh, dialect: OURS });
  if (problems.length === 0) return values;
  throw new WeightsError(`The weight file does not fit this architecture:\n${listProblems(problems)}`);
}
