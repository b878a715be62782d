/**
 * Gradients: cutting the tape, and differentiating several losses at once.
 */
import * as tf from '../tf';
import type { NamedTensorMap, Tensor, Tensor1D, Variable } from '../tf';
import { adopt, survive } from './scope';

/**
 * The same values, unknown to the tape: nothing flows back through the result, and no gradient is computed for
 * anything that depends on it alone.
 *
 * tfjs has no such operation. A `customGrad` with a zero gradient would still leave everything downstream on the tape, so
 * that an operation without a gradient (crop-and-resize, argmax) would throw and a convolution would compute a gradient nobody
 * wants. So the result is a new tensor on the same data that the tape has never seen.
 *
 * @returns a fresh tensor that shares its data with x (no copy); borrow in, own out
 */
export function stopGradient<T extends Tensor>(x: T): T {
  const engine = tf.engine();
  const backend = tf.backend() as unknown as { incRef(dataId: object): void };
  backend.incRef(x.dataId);
  return engine.makeTensorFromTensorInfo({ dataId: x.dataId, shape: x.shape, dtype: x.dtype }) as T;
}

/**
 * Run what needs no gradient, unseen by the tape that may be open: nothing is recorded and nothing is kept for a backward pass.
 *
 * The engine records an operation where no kernel is running; this says that one is.
 */
export function offTape<T>(compute: () => T): T {
  const { state } = tf.engine();
  state.kernelDepth++;
  try {
    return compute();
  } finally {
    state.kernelDepth--;
  }
}

export interface Losses<A extends NamedTensorMap> {
  /** One loss value for each term, [terms]. */
  readonly values: Tensor1D;
  /** Further results of the forward pass that the caller wants to keep; no gradient flows through them. */
  readonly aux: A;
}

export interface LossesAndGradients<A extends NamedTensorMap> extends Losses<A> {
  /** d(weights . values) / d(variable) by variable name; a variable that no term reaches is absent. */
  readonly gradients: Readonly<Record<string, Tensor>>;
}

/**
 * Evaluate several losses in one forward pass and differentiate their weighted sum in one backward pass.
 *
 *   L = sum over k of weights[k] * values[k],   gradients[v] = dL / dv
 *
 * The variable list is explicit: what is not in it gets no gradient. Own out: the caller disposes values, aux and gradients
 * (or calls this inside `tf.tidy`).
 *
 * @param forward computes the losses, synchronously
 * @param variables what to differentiate by
 * @param weights [terms]
 * @throws where no term depends on any of the variables
 */
export function lossesAndGradients<A extends NamedTensorMap>(
  forward: () => Losses<A>,
  variables: readonly Variable[],
  weights: Tensor1D,
): LossesAndGradients<A> {
  let aux: NamedTensorMap = {};
  const run = () => {
    const result = forward();
    aux = mapTensors(result.aux, (tensor) => survive(stopGradient(tensor)));
    return result.values;
  };
  const { value, grads } = differentiate(run, variables, weights, () => tf.dispose(aux));
  Object.values(aux).forEach(adopt);
  const gradients: Record<string, Tensor> = {};
  variables.forEach((variable, index) => {
    const gradient = grads[index];
    if (gradient) gradients[variable.name] = gradient;
  });
  if (Object.keys(gradients).length === 0) {
    tf.dispose([value, ...Object.values(aux)]);
    throw new Error('no term depends on any of the variables: there is nothing to differentiate');
  }
  return { values: value as Tensor1D, aux: aux as A, gradients };
}

/** tfjs' own gradients; where they fail, what the tape holds is disposed, which tfjs forgets. */
function differentiate(
  forward: () => Tensor,
  variables: readonly Variable[],
  weights: Tensor1D,
  onError: () => void,
): { readonly value: Tensor; readonly grads: readonly (Tensor | undefined)[] } {
  const engine = tf.engine();
  try {
    return engine.gradients(forward, variables as Variable[], weights, true);
  } catch (error) {
    engine.state.activeTape?.forEach((node) => tf.dispose(node.saved ?? []));
    onError();
    throw error;
  }
}

function mapTensors(tensors: NamedTensorMap, change: (tensor: Tensor) => Tensor): NamedTensorMap {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]));
}
