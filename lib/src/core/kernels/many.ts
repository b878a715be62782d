/** An operation of the tape with several outputs, which tfjs' `customGrad` does not have. */
import * as tf from '../../tf';
import type { Tensor } from '../../tf';

interface Engine {
  runKernelFunc(kernel: {
    readonly forwardFunc: () => Tensor[];
    readonly backwardsFunc: (dys: Tensor | Tensor[]) => Record<string, () => Tensor>;
    readonly inputs: Readonly<Record<string, Tensor>>;
  }): Tensor[];
}

export interface ManyOutputs {
  /** At least two outputs, on tensors the tape does not see. */
  readonly forward: () => Tensor[];
  /** From the gradients by the outputs to those by the inputs, in order; an output that nothing depends on comes as zeros. */
  readonly backward: (dys: readonly Tensor[]) => readonly Tensor[];
}

/**
 * Run `forward` as one operation of `inputs`.
 *
 * Nothing is kept for the gradient: inputs and whatever else `backward` reads must live until then, as variables do.
 */
export function manyOutputs(inputs: readonly Tensor[], { forward, backward }: ManyOutputs): Tensor[] {
  const engine = tf.engine() as unknown as Engine;
  return engine.runKernelFunc({
    forwardFunc: forward,
    backwardsFunc: (dys) => {
      const gradients = tf.tidy(() => [...backward(dys as Tensor[])]);
      return Object.fromEntries(gradients.map((gradient, i) => [i, () => gradient]));
    },
    inputs: Object.fromEntries(inputs.map((input, i) => [i, input])),
  });
}
